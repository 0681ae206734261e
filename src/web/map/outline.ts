import type { Ground, Ring } from '../api.js';

type Position = [number, number];

/**
 * The outer edge of a map whose areas share every vertex: the edges that only one area has, chained into rings. Holes
 * are left out. Null when they do not close, so that a map of loose areas has no outline rather than a wrong one.
 */
export function outlineOf(areas: readonly Ground[]): Ground | null {
  const once = new Map<string, [Position, Position]>();
  for (const [a, b] of areas.flatMap(edgesOf)) {
    const key = [a.join(), b.join()].sort().join(' ');
    if (!once.delete(key)) once.set(key, [a, b]);
  }
  // Rings all turn the same way around their area, so each edge leads on to the next.
  const onward = new Map<string, Position>();
  for (const [a, b] of once.values()) onward.set(a.join(), b);
  if (onward.size !== once.size) return null;
  const rings: Ring[] = [];
  for (const [start] of once.values()) {
    if (!onward.has(start.join())) continue;
    const ring: Ring = [start];
    for (let at = take(onward, start); at; at = take(onward, at)) ring.push(at);
    if (ring.at(-1)?.join() !== start.join()) return null;
    rings.push(ring);
  }
  const outer = rings.filter((ring) => doubleArea(ring) > 0);
  return outer.length > 0 ? { type: 'MultiPolygon', coordinates: outer.map((ring) => [ring]) } : null;
}

function edgesOf({ type, coordinates }: Ground): [Position, Position][] {
  const rings = type === 'Polygon' ? coordinates : coordinates.flat();
  return rings.flatMap((ring, r) => {
    const outer = type === 'Polygon' ? r === 0 : coordinates.some((polygon) => polygon[0] === ring);
    // Whichever way the file turns its rings: outer ones counter-clockwise here, holes the other way.
    const turned = doubleArea(ring) > 0 === outer ? ring : [...ring].reverse();
    return turned.slice(1).map((b, i): [Position, Position] => [turned[i] ?? b, b]);
  });
}

function take(onward: Map<string, Position>, from: Position): Position | undefined {
  const to = onward.get(from.join());
  onward.delete(from.join());
  return to;
}

function doubleArea(ring: Ring): number {
  return ring.slice(1).reduce((sum, [x, y], i) => {
    const [a, b] = ring[i] ?? [x, y];
    return sum + a * y - x * b;
  }, 0);
}
