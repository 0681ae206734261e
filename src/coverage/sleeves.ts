import { NOBODY, nextHalf, type StripMesh, type StripOutline } from './strip-mesh.js';

/** A chord of the mesh from one party's edge to the other's. */
export interface Crossing {
  /** Vertices on the edge of the smaller and of the larger party. */
  a: number;
  b: number;
  half: number;
}

/** The crossings that a mid-line passes, in order, and what lies beyond either end (a point, or nothing more). */
export interface Sleeve {
  parties: readonly [number, number];
  crossings: Crossing[];
  closed: boolean;
  start: readonly [number, number] | null;
  end: readonly [number, number] | null;
}

/** Of two vertices, whether a chord between them crosses from one party's edge to another's; the pair, ordered. */
export function crossed({ holder }: StripOutline, u: number, v: number): [number, number] | null {
  const [p, q] = [holder[u], holder[v]];
  if (p < 0 || q < 0 || p === q) return null;
  return p < q ? [u, v] : [v, u];
}

/** The crossings of a mesh, strung together from triangle to triangle. */
export function sleeves(outline: StripOutline, mesh: StripMesh): Sleeve[] {
  const { corners, beyond, inside } = mesh;
  const crossing = new Map<number, Crossing>();
  for (let h = 0; h < corners.length; h++) {
    if (inside[(h - (h % 3)) / 3] === 0 || beyond[h] > h) continue;
    const pair = crossed(outline, corners[h], corners[nextHalf(h)]);
    if (pair) crossing.set(h, { a: pair[0], b: pair[1], half: h });
  }
  /** The crossing of the same two parties on the other sides of the triangle of a half edge. */
  const onward = (half: number, { a, b }: Crossing): Crossing | null => {
    for (let h = nextHalf(half); h !== half; h = nextHalf(h)) {
      const found = crossing.get(h) ?? crossing.get(beyond[h]);
      if (found && samePair(outline, found, a, b)) return found;
    }
    return null;
  };
  const made: Sleeve[] = [];
  const used = new Set<number>();
  const walk = (from: Crossing, half: number): { list: Crossing[]; end: Sleeve['end']; closed: boolean } => {
    const list: Crossing[] = [];
    let side = half;
    let current = from;
    for (;;) {
      const found = side < 0 ? null : onward(side, current);
      if (!found) return { list, end: side < 0 ? null : beyondEnd(outline, mesh, side, current), closed: false };
      if (found === from) return { list, end: null, closed: true };
      list.push(found);
      used.add(found.half);
      const entered = (side - (side % 3)) / 3;
      const own = (found.half - (found.half % 3)) / 3;
      side = own === entered ? beyond[found.half] : found.half;
      current = found;
    }
  };
  for (const one of crossing.values()) {
    if (used.has(one.half)) continue;
    used.add(one.half);
    const parties = [outline.holder[one.a], outline.holder[one.b]] as const;
    const ahead = walk(one, one.half);
    const behind = ahead.closed ? null : walk(one, beyond[one.half]);
    made.push({
      parties,
      crossings: [...(behind?.list.reverse() ?? []), one, ...ahead.list],
      closed: ahead.closed,
      start: behind?.end ?? null,
      end: ahead.end,
    });
  }
  return made;
}

const samePair = ({ holder }: StripOutline, { a, b }: Crossing, c: number, d: number): boolean =>
  holder[a] === holder[c] && holder[b] === holder[d];

/**
 * Where a mid-line ends in the last triangle: at the vertex where both edges meet, in the middle of a triangle where a
 * third party begins; else at the last chord.
 */
function beyondEnd(outline: StripOutline, { corners }: StripMesh, half: number, { a, b }: Crossing): Sleeve['end'] {
  const { xy, holder } = outline;
  const third = [half, nextHalf(half), nextHalf(nextHalf(half))]
    .map((h) => corners[h])
    .filter((v) => v !== a && v !== b)[0];
  const point = (v: number) => [xy[2 * v], xy[2 * v + 1]] as const;
  const parties = partiesAt(outline, third);
  if (parties.has(holder[a]) && parties.has(holder[b])) return point(third);
  const [p, q, r] = [point(a), point(b), point(third)];
  return parties.size === 0
    ? [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2]
    : [(p[0] + q[0] + r[0]) / 3, (p[1] + q[1] + r[1]) / 3];
}

const partiesAt = ({ edges, around }: StripOutline, v: number): Set<number> =>
  new Set((around[v] ?? []).map((edge) => edges[3 * edge + 2]).filter((party) => party !== NOBODY));
