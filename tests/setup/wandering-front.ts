/** A front of 1,490 vertices across a theatre of one degree (lon 36 to 37, lat 35 to 36): a map of some 3,000 vertices. */
const FRONT_VERTICES = 1490;

type Point = [number, number];

/** The front of each day: a stretch of some 5 km moves by some hundred metres a day. */
export function wanderingFronts(days: number): Point[][] {
  const line = Array.from(
    { length: FRONT_VERTICES },
    (_, i): Point => [36 + i / (FRONT_VERTICES - 1), 35.5 + 0.05 * Math.sin(i / 40) + 0.004 * Math.sin(i * 1.7)],
  );
  const fronts: Point[][] = [];
  for (let day = 0; day < days; day++) {
    const middle = 100 + ((day * 137) % (FRONT_VERTICES - 200));
    for (let i = middle - 40; i < middle + 40; i++) {
      const [x, y] = line[i] as Point;
      const push = 0.003 * Math.cos(((i - middle) / 80) * Math.PI) * (day % 3 === 0 ? -1 : 1);
      line[i] = [x, Number((y + push).toFixed(7))];
    }
    fronts.push(line.map(([x, y]) => [Number(x.toFixed(7)), y]));
  }
  return fronts;
}

/** The map of a front: `south` below it, `north` above. GeoJSON, EPSG:4326. */
export function mapOfFront(front: readonly Point[]) {
  const area = (party: string, ring: Point[]) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type: 'Polygon', coordinates: [ring] },
  });
  const first = front[0] as Point;
  const south: Point[] = [[36, 35], [37, 35], ...front.toReversed(), [36, 35]];
  const north: Point[] = [...front, [37, 36], [36, 36], first];
  return { type: 'FeatureCollection', features: [area('south', south), area('north', north)] };
}
