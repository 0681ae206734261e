import { reliefDistances } from '../encirclement/separation.js';
import { inService } from '../encirclement/verdicts.js';
import type { AsOf } from '../series/as-of.js';
import { postsOf } from '../series/posts.sql.js';
import { once } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import { frontPockets, type PocketRow } from './pockets.sql.js';

/**
 * The pockets of every party on the resolved day as GeoJSON features: area, ring by share of its outer edge, places and
 * manned posts inside, and the gap, which is the thickness to be opened to reach the rest of its side (methods D.6, D2).
 */
export async function pocketsOn(db: Queryable, asOf: AsOf) {
  const { revision, edition, since } = asOf;
  const rows = await once(db, 'pockets-1', [revision, edition, since], () =>
    frontPockets(db, { revision, edition, date: since }),
  );
  const manned = (await postsOf(db, edition)).filter((post) => inService(post, asOf.date));
  const stands = ({ operator, number }: { operator: string; number: number }) =>
    manned.some((post) => post.operator === operator && post.number === number);
  return rows.map((row, index) => ({
    type: 'Feature' as const,
    id: `pocket-${index + 1}`,
    geometry: JSON.parse(row.geometry),
    properties: {
      party: row.party,
      km2: row.area_m2 / 1e6,
      perimeter_km: row.perimeter_m / 1000,
      ring: sharesOf(row.ring),
      gap_m: gapOf(row, rows),
      places: row.places,
      posts: row.posts.filter(stands),
    },
  }));
}

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
