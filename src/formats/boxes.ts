/** West, south, east, north, degrees. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** Around nothing: any position widens it. */
export const NO_BOX: Box = [Infinity, Infinity, -Infinity, -Infinity];

/** The box around several; `NO_BOX` around none. */
export function around(boxes: readonly Box[]): Box {
  let [west, south, east, north] = NO_BOX;
  for (const [w, s, e, n] of boxes) {
    west = Math.min(west, w);
    south = Math.min(south, s);
    east = Math.max(east, e);
    north = Math.max(north, n);
  }
  return [west, south, east, north];
}

/** The box around the coordinates of a GeoJSON geometry, however deep they lie. */
export function boxOf(coordinates: unknown): Box {
  const box: [number, number, number, number] = [...NO_BOX];
  widen(box, coordinates as Nested);
  return box;
}

type Nested = readonly (number | Nested)[];

function widen(box: [number, number, number, number], nested: Nested): void {
  const [x, y] = nested;
  if (typeof x === 'number' && typeof y === 'number') {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  } else for (const inner of nested) widen(box, inner as Nested);
}

/**
 * The order in which boxes are packed into the leaves of a tree of so many to a node: slices by longitude, each by latitude
 * (sort-tile-recursive; Leutenegger, Lopez and Edgington 1997). Positions in `boxes`; the same boxes have the same order.
 */
export function packedOrder(boxes: readonly Box[], perNode: number): number[] {
  const across = (index: number) => (boxes[index] as Box)[0] + (boxes[index] as Box)[2];
  const along = (index: number) => (boxes[index] as Box)[1] + (boxes[index] as Box)[3];
  const order = boxes.map((_, index) => index).sort((a, b) => across(a) - across(b) || a - b);
  const slice = Math.max(1, Math.ceil(Math.sqrt(boxes.length / perNode))) * perNode;
  const slices = Array.from({ length: Math.ceil(order.length / slice) }, (_, i) =>
    order.slice(i * slice, (i + 1) * slice).sort((a, b) => along(a) - along(b) || a - b),
  );
  return slices.flat();
}
