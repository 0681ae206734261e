import { reliefDistances } from '../encirclement/separation.js';
import { inService } from '../encirclement/verdicts.js';
import type { AsOf } from '../series/as-of.js';
import { postsOf } from '../series/reference/posts.sql.js';
import { once } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import { nearPockets } from './near-pockets.sql.js';
import { heldEdges, type PartitionEdges, theatreEdges } from './partition-edges.js';
import { frontPockets, type PocketRow } from './pockets.sql.js';

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
  const closedOnes = async () => frontPockets(db, requested, heldEdges(await walked()));
  const rows = await once(db, 'pockets-2', key, closedOnes);
  const nearOnes = async () => nearPockets(db, requested, theatreEdges(await walked()));
  const near = accuracyM > 0 ? await once(db, 'near-pockets-1', key, nearOnes) : [];
  const manned = (await postsOf(db, edition)).filter((post) => inService(post, asOf.date));
  const stands = ({ operator, number }: { operator: string; number: number }) =>
    manned.some((post) => post.operator === operator && post.number === number);
  const closed = rows.map((row, index) => ({
    type: 'Feature' as const,
    id: `pocket-${index + 1}`,
    geometry: JSON.parse(row.geometry),
    properties: {
      party: row.party,
      km2: row.area_m2 / 1e6,
      perimeter_km: row.perimeter_m / 1000,
      ring: sharesOf(row.ring) as Record<string, number> | null,
      gap_m: gapOf(row, rows) as number | null,
      standing: standingOf(gapOf(row, rows), accuracyM),
      corridor_m: null as [number, number] | null,
      places: row.places,
      posts: row.posts.filter(stands),
    },
  }));
  const joined = near.map((row, index) => ({
    type: 'Feature' as const,
    id: `near-pocket-${index + 1}`,
    geometry: JSON.parse(row.geometry),
    properties: {
      party: row.party,
      km2: row.area_m2 / 1e6,
      perimeter_km: row.perimeter_m / 1000,
      ring: null as Record<string, number> | null,
      gap_m: 0 as number | null,
      standing: 'may_be_closed' as const,
      corridor_m: [row.passes_m, row.closes_at_m] as [number, number] | null,
      places: row.places,
      posts: row.posts.filter(stands),
    },
  }));
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

/** Over other pockets of the party where that is the shorter way; null where the party has nothing else. */
function gapOf({ party, cid }: PocketRow, rows: readonly PocketRow[]): number | null {
  const hops = rows.filter((row) => row.party === party).flatMap((row) => row.hops);
  return reliefDistances([cid], hops).get(cid) ?? null;
}
