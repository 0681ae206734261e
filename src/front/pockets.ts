import { boundaryRings } from '../coverage/boundary-rings.js';
import { between, endsOf } from '../coverage/edge-sides.js';
import { inService } from '../encirclement/verdicts.js';
import { featureFromText } from '../geometry/feature-from-text.js';
import type { AsOf } from '../series/as-of.js';
import { postsOf } from '../series/reference/posts.sql.js';
import { once } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import { gapsOf } from './gaps.js';
import { mayBeClosed } from './near-pockets.js';
import { type PartitionEdges, partiesOf } from './partition-edges.js';
import { type Body, type Box, bodyPolygon, cutOff, partyBodies } from './party-bodies.js';
import { acrossSeams, type PocketShape, pocketShapes, type SeamEdge, sidesOf } from './pockets.sql.js';

/** Of bodies that end within the partition. */
const NO_BOX: Box = [0, 0, 0, 0];

interface PocketRow extends PocketShape {
  party: string;
  /** Metres of the outer edge by class, or territory, of what lies beyond. */
  ring: Record<string, number>;
  /** To the rest of its side, metres; null where the party has nothing else. */
  gap_m: number | null;
}

/**
 * The pockets of every party on the resolved day as GeoJSON features: area, ring by share of its outer edge, places and
 * manned posts inside, and the gap, which is the thickness to be opened to reach the rest of its side (methods D.6, D2). `standing` says
 * how sure: `closed`; `may_be_open` where the gap is twice the accuracy at most; `may_be_closed` of ground that is joined to its side
 * by less than that: its corridor lets a disc of the first width of `corridor_m` pass and none of the second.
 */
export async function pocketsOn(db: Queryable, asOf: AsOf, walked: () => Promise<PartitionEdges>) {
  const { revision, edition, since } = asOf;
  const accuracyM = asOf.statement.accuracy_m;
  const requested = { revision, edition, date: since, accuracyM };
  const key = [revision, edition, since, accuracyM];
  const [rows, near, posts] = await Promise.all([
    once(db, 'pockets-4', key, async () => closedPockets(db, requested, await walked())),
    accuracyM > 0 ? once(db, 'near-pockets-3', key, async () => mayBeClosed(db, requested, await walked())) : [],
    postsOf(db, edition),
  ]);
  const manned = posts.filter((post) => inService(post, asOf.date));
  const stands = ({ operator, number }: { operator: string; number: number }) =>
    manned.some((post) => post.operator === operator && post.number === number);
  const closed = rows.map((row, index) =>
    featureFromText(`pocket-${index + 1}`, row.geometry, {
      party: row.party,
      km2: row.area_m2 / 1e6,
      perimeter_km: row.perimeter_m / 1000,
      ring: sharesOf(row.ring) as Record<string, number> | null,
      gap_m: row.gap_m,
      standing: standingOf(row.gap_m, accuracyM),
      corridor_m: null as [number, number] | null,
      places: row.places,
      posts: row.posts.filter(stands),
    }),
  );
  const joined = near.map((row, index) =>
    featureFromText(`near-pocket-${index + 1}`, row.geometry, {
      party: row.party,
      km2: row.area_m2 / 1e6,
      perimeter_km: row.perimeter_m / 1000,
      ring: null as Record<string, number> | null,
      gap_m: 0 as number | null,
      standing: 'may_be_closed' as const,
      corridor_m: [row.passes_m, row.closes_at_m] as [number, number] | null,
      places: row.places,
      posts: row.posts.filter(stands),
    }),
  );
  return [...closed, ...joined];
}

/** Closed for sure where more than twice the accuracy lies between it and its side, or where its side holds nothing else. */
const standingOf = (gapM: number | null, accuracyM: number) =>
  gapM === null || gapM > 2 * accuracyM ? ('closed' as const) : ('may_be_open' as const);

/** Shares of the whole, by name; they sum to 1. */
function sharesOf(metres: Record<string, number>): Record<string, number> {
  const whole = Object.values(metres).reduce((sum, of) => sum + of, 0);
  return Object.fromEntries(Object.entries(metres).map(([name, of]) => [name, of / whole]));
}

/**
 * The pockets of every party (methods D.6): ground of it and its allies that reaches neither the edge of the theatre,
 * beyond which nothing is known, nor foreign ground that is open to it. Of a party that nowhere does, the largest piece
 * is its main body. Ground counts under each party that holds some of it; crumbs under 0.01 m² are rounding. Ground in no area
 * that is thinner than twice the accuracy is a seam between two drawings and forms no ring: who holds the other side of it does.
 */
export async function closedPockets(
  db: Queryable,
  input: { revision: number; edition: number; date: string; accuracyM: number },
  partition: PartitionEdges,
): Promise<PocketRow[]> {
  const found = (await sidesOf(db, input, partiesOf(partition))).flatMap((sides) => {
    const bodies = partyBodies(partition, sides);
    const gaps = gapsOf(partition, bodies);
    return cutOff(bodies).pockets.map((body) => ({ ...body, party: sides.party, gap_m: gaps.get(body) ?? null }));
  });
  if (found.length === 0) return [];
  const polygons = found.map((body) => bodyPolygon(partition, body, NO_BOX));
  const shapes = await pocketShapes(db, input.edition, polygons);
  const rings = await ringsOf(db, input, partition, found);
  return found
    .map(({ party, gap_m }, index) => ({
      ...(shapes[index] as PocketShape),
      ...{ party, gap_m, ring: rings[index] as Record<string, number> },
    }))
    .sort((a, b) => b.area_m2 - a.area_m2 || (a.party < b.party ? -1 : 1));
}

/** Metres of the outer edge of each pocket by what lies beyond; names in the order in which the database keeps them. */
async function ringsOf(
  db: Queryable,
  input: { revision: number; accuracyM: number },
  { faces, table }: PartitionEdges,
  pockets: readonly Body[],
): Promise<Record<string, number>[]> {
  const rings = pockets.map(() => new Map<string, number>());
  const add = (pocket: number, name: string, metres: number) => {
    const ring = rings[pocket] as Map<string, number>;
    ring.set(name, (ring.get(name) ?? 0) + metres);
  };
  const unassigned: (SeamEdge & { metres: number })[] = [];
  for (const [pocket, { rim }] of pockets.entries()) {
    const outer = boundaryRings(rim, table.x, table.y).find((ring) => ring.outer);
    for (const edge of outer?.edges.sort((a, b) => a - b) ?? []) {
      const beyond = faces[rim.beyond[edge] ?? -1];
      if (!beyond) continue;
      const [ax, ay, bx, by] = between(table, ...endsOf(rim, edge));
      const metres = Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2);
      if (beyond.class !== 'unassigned') add(pocket, beyond.class, metres);
      else unassigned.push({ pocket, beyond: beyond.no, middle: [(ax + bx) / 2, (ay + by) / 2], metres });
    }
  }
  const across = await acrossSeams(db, input, unassigned, pockets);
  for (const [index, { pocket, metres }] of unassigned.entries()) add(pocket, across[index] ?? 'unassigned', metres);
  return rings.map((ring) => Object.fromEntries([...ring].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))));
}
