import { buildTopology } from './topology.js';

/**
 * The lines between polygons, each border of two of them once, as `x, y, x, y, …`; what only one has, or two draw with
 * other vertices, stays as it is. Ground counted twice keeps the boundary of each.
 * @param members GeoJSON MultiPolygon coordinates, degrees (lon, lat)
 */
export function sharedLines(members: readonly number[][][][][]): number[][] {
  const { x, y, start, vertex } = buildTopology(members.map((polygons, id) => ({ id, polygons })));
  return Array.from({ length: start.length - 1 }, (_, arc) => {
    const line: number[] = [];
    for (const v of vertex.subarray(start[arc], start[arc + 1])) line.push(x[v], y[v]);
    return line;
  });
}
