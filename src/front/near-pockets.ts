import { between, endsOf } from '../coverage/edge-sides.js';
import type { Queryable } from '../store/pool.js';
import { type NearPocketRow, nearPockets } from './near-pockets.sql.js';
import { type PartitionEdges, partiesOf, theatreEdges } from './partition-edges.js';
import { type Box, bodyPolygon, type PartySides, partyBodies } from './party-bodies.js';
import { sidesOf } from './pockets.sql.js';

/** How far beyond the theatre its surroundings are looked at, in accuracies. */
const AROUND = 20;

/**
 * Ground of each party that hangs on the rest by less than twice the accuracy. Beyond the theatre nothing is known, so its edge is no
 * barrier; ground abroad is one where it is closed. Edges with allies are none. An accuracy of 0 has no such ground. Parties that
 * count the same ground as theirs are measured once.
 */
export async function mayBeClosed(
  db: Queryable,
  input: { revision: number; edition: number; date: string; accuracyM: number },
  partition: PartitionEdges,
): Promise<(NearPocketRow & { party: string })[]> {
  const edge = theatreEdges(partition);
  const blocks = new Map<string, { parties: string[]; sides: PartySides }>();
  for (const sides of await sidesOf(db, input, partiesOf(partition))) {
    const key = JSON.stringify([sides.held, [...sides.open].sort()]);
    const block = blocks.get(key) ?? { parties: [], sides };
    block.parties.push(sides.party);
    blocks.set(key, block);
  }
  const given = [...blocks.values()];
  if (given.length === 0) return [];
  const box = around(edge, AROUND * input.accuracyM);
  // Territories abroad may go on beyond it: the database cuts them off.
  const whole = around([box, around(allEdges(partition), 0)], 1);
  const grounds = given.map(({ sides }) => ({
    bodies: partyBodies(partition, sides, true).map((body) => bodyPolygon(partition, body, whole)),
  }));
  const rows = await nearPockets(db, input, grounds, edge, box);
  return rows
    .flatMap(({ block, ...row }) => (given[block]?.parties ?? []).map((party) => ({ party, ...row })))
    .sort((a, b) => b.area_m2 - a.area_m2 || (a.party < b.party ? -1 : 1));
}

function* allEdges({ table }: PartitionEdges): Generator<Box> {
  for (let edge = 0; edge < table.count; edge++) yield between(table, ...endsOf(table, edge));
}

/** The box of some positions, `x, y, x, y` each, and as many metres around it. */
function around(positions: Iterable<ArrayLike<number>>, metres: number): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { 0: ax = 0, 1: ay = 0, 2: bx = 0, 3: by = 0 } of positions) {
    [west, east] = [Math.min(west, ax, bx), Math.max(east, ax, bx)];
    [south, north] = [Math.min(south, ay, by), Math.max(north, ay, by)];
  }
  return [west - metres, south - metres, east + metres, north + metres];
}
