/** A directed line of vertex numbers between two sides, named by direction of travel on a map with north up. */
export interface Stretch {
  left: string;
  right: string;
  vertices: number[];
}

/** Joins stretches end to start where exactly one of a pair of sides arrives and exactly one leaves. */
export function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const arriving = new Map<string, Stretch[]>();
  const leaving = new Map<string, Stretch[]>();
  for (const stretch of stretches) {
    push(leaving, placeOf(stretch, stretch.vertices[0]), stretch);
    push(arriving, placeOf(stretch, stretch.vertices.at(-1)), stretch);
  }
  const following = (stretch: Stretch): Stretch | undefined => {
    const place = placeOf(stretch, stretch.vertices.at(-1));
    const out = leaving.get(place) ?? [];
    return out.length === 1 && arriving.get(place)?.length === 1 ? out[0] : undefined;
  };
  const continued = new Set(stretches.map(following));
  const used = new Set<Stretch>();
  const lines: Stretch[] = [];
  // First the lines that begin somewhere, then those that close on themselves.
  for (const first of [...stretches.filter((s) => !continued.has(s)), ...stretches]) {
    if (used.has(first)) continue;
    const vertices = [...first.vertices];
    used.add(first);
    for (let s = following(first); s && !used.has(s); s = following(s)) {
      used.add(s);
      for (let i = 1; i < s.vertices.length; i++) vertices.push(s.vertices[i]);
    }
    lines.push({ left: first.left, right: first.right, vertices });
  }
  return lines;
}

function placeOf(stretch: Stretch, vertex: number | undefined): string {
  return `${vertex} ${JSON.stringify([stretch.left, stretch.right])}`;
}

function push(map: Map<string, Stretch[]>, place: string, stretch: Stretch): void {
  const known = map.get(place);
  if (known) known.push(stretch);
  else map.set(place, [stretch]);
}
