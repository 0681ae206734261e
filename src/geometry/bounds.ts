/**
 * West, south, east, north in degrees (CRS84). West lies within -180 to 180; where the box lies across 180°, east is the
 * longitude beyond it (178 to 184): west is never greater than east.
 */
export type Bounds = [west: number, south: number, east: number, north: number];

type Box = Readonly<Bounds>;

/**
 * The narrowest box around some boxes: on the globe the side left out is the widest gap of longitudes in which none of them
 * lies (RFC 7946, 5.2). Of gaps equally wide that at 180° is left out, so that data which do not come near it have the box
 * of their least and greatest longitudes.
 * @param boxes one at least; also such as this function answers. An area that is cut at 180° is given as its parts
 */
export function narrowestBounds(boxes: readonly Box[]): Bounds {
  const parts = boxes.flatMap(cutAt180).sort(([a], [b]) => a - b);
  const [first = [0, 0, 0, 0]] = parts;
  const most = (of: (box: Box) => number) => parts.reduce((value, box) => Math.max(value, of(box)), of(first));
  const [south, north] = [-most((box) => -box[1]), most((box) => box[3])];
  let [west, east] = [first[0], most((box) => box[2])];
  let widest = west + 360 - east;
  let reached = first[2];
  for (const [from, , to] of parts) {
    if (from - reached > widest) [widest, west, east] = [from - reached, from, reached + 360];
    reached = Math.max(reached, to);
  }
  return [west, south, east, north];
}

/** The parts on both sides of 180°, each within -180 to 180. */
function cutAt180([west, south, east, north]: Box): Box[] {
  if (east <= 180) return [[west, south, east, north]];
  return [
    [west, south, 180, north],
    [-180, south, east - 360, north],
  ];
}

/** As RFC 7946 (5.2) and OGC API - Features write it: west is greater than east where the box lies across 180°. */
export const crossed = ([west, south, east, north]: Box): Bounds => [
  west,
  south,
  east > 180 ? east - 360 : east,
  north,
];

/** For who knows no box across 180° (TileJSON, GeoPackage, rows and columns of tiles): all longitudes where it is one. */
export const uncrossed = ([west, south, east, north]: Box): Bounds =>
  east > 180 ? [-180, south, 180, north] : [west, south, east, north];

/** The middle of a box: longitude within -180 to 180, latitude. */
export function middleOf([west, south, east, north]: Box): [lon: number, lat: number] {
  const lon = (west + east) / 2;
  return [lon > 180 ? lon - 360 : lon, (south + north) / 2];
}
