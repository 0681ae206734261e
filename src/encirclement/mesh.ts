/** Planar metres of the working projection. */
export type Spot = readonly [x: number, y: number];

/** Corners of a triangle and 1 where it meets the anchor: one row of a triangulation. */
export type TriangleRow = readonly [
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  core: number,
];

/** The passage between two triangles: a segment between two points of the barriers that see each other. */
export interface Chord {
  a: Spot;
  b: Spot;
  /** The two triangles. */
  sides: readonly [number, number];
  metres: number;
  /** How many of its ends lie on the edge of the map, which is no barrier. */
  open: 0 | 1 | 2;
}

/** A constrained Delaunay triangulation of one piece of ground, and its dual graph (methods A.4). */
export interface Mesh {
  triangles: readonly (readonly [Spot, Spot, Spot])[];
  /** Triangles that meet the anchor. */
  core: readonly number[];
  chords: readonly Chord[];
  /** Chords of each triangle. */
  around: readonly (readonly number[])[];
  /** Edges of the ground that are barriers. */
  barriers: readonly (readonly [Spot, Spot])[];
}

const keyOf = ([x, y]: Spot) => `${x} ${y}`;

/** The mesh of triangles that share their corners exactly; `rim` are corners on the edge of the map and on no barrier. */
export function meshOf(rows: readonly TriangleRow[], rim: readonly Spot[]): Mesh {
  const free = new Set(rim.map(keyOf));
  const triangles = rows.map(
    ([ax, ay, bx, by, cx, cy]) =>
      [
        [ax, ay],
        [bx, by],
        [cx, cy],
      ] as const,
  );
  const seen = new Map<string, { a: Spot; b: Spot; side: number }>();
  const chords: Chord[] = [];
  const around: number[][] = triangles.map(() => []);
  for (const [side, [p, q, r]] of triangles.entries()) {
    for (const [a, b] of [
      [p, q],
      [q, r],
      [r, p],
    ] as const) {
      const ends = [keyOf(a), keyOf(b)].sort();
      const key = ends.join(' ');
      const twin = seen.get(key);
      if (!twin) {
        seen.set(key, { a, b, side });
        continue;
      }
      seen.delete(key);
      for (const triangle of [twin.side, side]) around[triangle]?.push(chords.length);
      const open = ends.filter((end) => free.has(end)).length as 0 | 1 | 2;
      chords.push({ a, b, sides: [twin.side, side], metres: Math.hypot(b[0] - a[0], b[1] - a[1]), open });
    }
  }
  // An edge of one triangle only bounds the ground; with an end on the rim it runs along the edge of the map.
  const barriers = [...seen.values()].filter(({ a, b }) => !free.has(keyOf(a)) && !free.has(keyOf(b)));
  return {
    triangles,
    core: rows.flatMap((row, i) => (row[6] ? [i] : [])),
    chords,
    around,
    barriers: barriers.map(({ a, b }) => [a, b] as const),
  };
}

/** The point of a segment nearest to another point. */
export function nearestOn([ax, ay]: Spot, [bx, by]: Spot, [px, py]: Spot): Spot {
  const [dx, dy] = [bx - ax, by - ay];
  const long = dx * dx + dy * dy;
  const along = long === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / long));
  return [ax + along * dx, ay + along * dy];
}

export const between = (a: Spot, b: Spot): number => Math.hypot(b[0] - a[0], b[1] - a[1]);
const toSegment = (a: Spot, b: Spot, p: Spot) => between(nearestOn(a, b, p), p);

function toTriangle([a, b, c]: readonly [Spot, Spot, Spot], p: Spot): number {
  const turn = (u: Spot, v: Spot) => (v[0] - u[0]) * (p[1] - u[1]) - (v[1] - u[1]) * (p[0] - u[0]);
  const turns = [turn(a, b), turn(b, c), turn(c, a)];
  if (turns.every((t) => t >= 0) || turns.every((t) => t <= 0)) return 0;
  return Math.min(toSegment(a, b, p), toSegment(b, c, p), toSegment(c, a, p));
}

/**
 * The triangles that the part of a disc around a point reaches which is connected to it inside the ground: from the
 * triangle nearest to the point, through every chord that comes within the radius (metres). Empty when none does.
 */
export function trianglesWithin(mesh: Mesh, spot: Spot, radiusM: number): number[] {
  let first = -1;
  let nearest = Number.POSITIVE_INFINITY;
  for (const [i, triangle] of mesh.triangles.entries()) {
    const metres = toTriangle(triangle, spot);
    if (metres < nearest) [first, nearest] = [i, metres];
    if (metres === 0) break;
  }
  if (first === -1 || nearest > radiusM) return [];
  const found = new Set([first]);
  for (const triangle of found) {
    for (const index of mesh.around[triangle] ?? []) {
      const chord = mesh.chords[index];
      if (chord && toSegment(chord.a, chord.b, spot) <= radiusM) for (const side of chord.sides) found.add(side);
    }
  }
  return [...found];
}
