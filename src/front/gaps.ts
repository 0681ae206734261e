import { between, endsOf } from '../coverage/edge-sides.js';
import { type EdgeBoxes, edgeBoxes, edgeDistance, leastDistance } from '../coverage/nearest-edges.js';
import type { PartitionEdges } from './partition-edges.js';
import { type Body, cutOff } from './party-bodies.js';

/**
 * How thick what lies between each pocket and the main bodies of its party is, metres, over other pockets where the longest hop is
 * shorter that way (methods D2, gap): the way of least longest hops grows from the main bodies, as a spanning tree does. Ground of
 * allies alone is a stepping stone between pockets.
 */
export function gapsOf({ table }: PartitionEdges, bodies: readonly Body[]): Map<Body, number> {
  const { main, pockets } = cutOff(bodies);
  const gaps = new Map<Body, number>();
  if (pockets.length === 0) return gaps;
  const others = bodies.filter((body) => !main.includes(body));
  const outlines = new Map(others.map((body) => [body, outlineOf([body])]));
  const isPocket = new Set(pockets);
  /** By body that is not reached yet: the shortest hop to one that is, and the longest hop of the way on from there. */
  const ways = new Map(others.map((body) => [body, { hop: Infinity, longest: 0 }]));
  const reach = (from: EdgeBoxes, longest: number, among: (body: Body) => boolean) => {
    for (const [body, way] of ways) {
      const to = outlines.get(body) as EdgeBoxes;
      if (!among(body) || leastDistance(from, to) >= way.hop) continue;
      const hop = edgeDistance(from, to, way.hop);
      if (hop < way.hop) ways.set(body, { hop, longest });
    }
  };
  reach(outlineOf(main), 0, (body) => isPocket.has(body));
  for (;;) {
    let next: Body | undefined;
    for (const [body, { hop }] of ways) if (hop < (next ? (ways.get(next)?.hop ?? Infinity) : Infinity)) next = body;
    const way = next && ways.get(next);
    if (!next || !way) return gaps;
    ways.delete(next);
    const longest = Math.max(way.hop, way.longest);
    if (isPocket.has(next)) gaps.set(next, longest);
    const fromPocket = isPocket.has(next);
    reach(outlines.get(next) as EdgeBoxes, longest, (body) => fromPocket || isPocket.has(body));
  }

  function outlineOf(some: readonly Body[]): EdgeBoxes {
    const edges = new Float64Array(some.reduce((sum, { rim }) => sum + 4 * rim.tail.length, 0));
    let at = 0;
    for (const { rim } of some) {
      for (let edge = 0; edge < rim.tail.length; edge++, at += 4) edges.set(between(table, ...endsOf(rim, edge)), at);
    }
    return edgeBoxes(edges);
  }
}
