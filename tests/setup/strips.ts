type Point = [number, number];

/** Ground of one degree (10,066 km²) cut by meridians into strips that two parties hold in turn. */
export const STRIPS = { west: 36, south: 35, east: 37, north: 36 } as const;

/** Meridians of vertices, south to north, every 0.01 degrees (1.1 km), each off by `off(line, vertex)` degrees. */
function line(lon: number, off: (vertex: number) => number): Point[] {
  return Array.from({ length: 101 }, (_, i) => [lon + (i === 0 || i === 100 ? 0 : off(i)), STRIPS.south + i / 100]);
}

/** A map of strips between the longitudes; strip `i` is held by the `i`-th of `parties`, null: in no area. */
export function strips(
  cuts: readonly number[],
  parties: readonly (string | null)[],
  off: (line: number, vertex: number) => number = () => 0,
) {
  const lines = [STRIPS.west, ...cuts, STRIPS.east].map((lon, index, all) =>
    line(lon, (vertex) => (index === 0 || index === all.length - 1 ? 0 : off(index, vertex))),
  );
  const features = parties.flatMap((party, index) => {
    if (party === null) return [];
    const [left, right] = [lines[index] as Point[], lines[index + 1] as Point[]];
    const ring = [...left.slice().reverse(), ...right, left[left.length - 1] as Point];
    return [{ type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [ring] } }];
  });
  return { type: 'FeatureCollection', features };
}
