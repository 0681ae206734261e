import { SalientError } from '../errors.js';
import type { Mapping, OverlapRule } from '../formats/mapping.js';
import type { Polygon } from '../geometry/geojson-geometry.js';
import { fromWkb } from '../geometry/wkb.js';
import type { Queryable } from '../store/pool.js';
import { type CompactSnapshot, packDay } from './packed-areas.js';
import {
  clipStaged,
  dropFar,
  type Effect,
  giveByRank,
  makeContested,
  narrowGaps,
  renumberStaged,
  repairStaged,
} from './repair.sql.js';
import { measureOverlaps, stagedAreas } from './staging.sql.js';

/** What may be done to a map before it is judged; by default nothing is. Each effect is a note, in km². */
export interface MapRules {
  /** Ground of several areas: refused, given by the mapping's priority, or contested. */
  overlaps: OverlapRule;
  /** Ground outside the theatre: judged as it is, or cut off. */
  outside: 'refuse' | 'clip';
  /** Invalid polygons are made valid by their structure. */
  repair: boolean;
  /** Gaps nowhere wider than this are told, metres; null: not looked for. */
  gapWidthM: number | null;
}

export const NO_RULES: MapRules = { overlaps: 'refuse', outside: 'refuse', repair: false, gapWidthM: null };

/** Are the rules such that the map may be stored otherwise than it was read? */
export function mayRepair(rules: MapRules, mapping: Mapping | null): boolean {
  const far = mapping?.ignore?.farther_than_km !== undefined;
  return rules.overlaps !== 'refuse' || rules.outside !== 'refuse' || rules.repair || far;
}

/**
 * Does to the staged map what was asked for: repair, leave out what is far away, cut off at the theatre, settle
 * overlaps, in that order. Answers the map as it then is, and what was done.
 * @throws SalientError `invalid_parameter` when a priority is asked for and not stated
 */
export async function repairStagedMap(
  tx: Queryable,
  edition: number,
  snapshot: CompactSnapshot,
  rules: MapRules,
  mapping: Mapping | null,
): Promise<{ snapshot: CompactSnapshot; notes: string[] }> {
  const notes: string[] = [];
  if (rules.repair) notes.push(...(await repairStaged(tx, edition)).map((effect) => said('made valid', effect)));
  const far = mapping?.ignore?.farther_than_km;
  if (far !== undefined) {
    const effects = await dropFar(tx, edition, far);
    notes.push(...effects.map((effect) => said(`parts farther than ${far} km from the theatre left out`, effect)));
  }
  if (rules.outside === 'clip') {
    const effects = (await clipStaged(tx, edition)).filter(
      ({ before_km2, after_km2 }) => before_km2 - after_km2 > 1e-6,
    );
    notes.push(...effects.map((effect) => said('cut off at the theatre', effect)));
  }
  if (rules.overlaps !== 'refuse') notes.push(...(await settleOverlaps(tx, edition, rules.overlaps, mapping)));
  const rows = await stagedAreas(tx);
  if (rows.length === 0) {
    throw new SalientError('invalid_snapshot', `nothing of the map of ${snapshot.date} is left: ${notes.join('; ')}`);
  }
  const areas = rows.map(({ wkb, status, ...area }) => {
    const { coordinates } = fromWkb(wkb).geometry as { coordinates: Polygon[] };
    return { ...area, status: status as CompactSnapshot['areas'][number]['status'], wkb, polygons: coordinates };
  });
  return { snapshot: packDay(snapshot.date, areas), notes };
}

async function settleOverlaps(
  tx: Queryable,
  edition: number,
  rule: 'priority' | 'contested',
  mapping: Mapping | null,
): Promise<string[]> {
  const areas = await stagedAreas(tx);
  const pairs = await measureOverlaps(tx, edition);
  if (pairs.length === 0) return [];
  await renumberStaged(tx);
  if (rule === 'contested') await makeContested(tx);
  const order = mapping?.priority ?? [];
  if (rule === 'priority' && order.length === 0) {
    throw new SalientError(
      'invalid_parameter',
      'overlaps=priority needs the order of the parties: "priority" in the mapping',
    );
  }
  const ranks = (await stagedAreas(tx)).map(({ party }) => {
    const rank = rule === 'priority' ? order.indexOf(party ?? '') : 0;
    return rank === -1 ? order.length : rank;
  });
  await giveByRank(tx, ranks);
  const what = new Map(areas.map(({ at, party, status }) => [at, party ?? status]));
  const sums = new Map<string, number>();
  for (const { a, b, km2 } of pairs) {
    const key = [what.get(a) ?? a, what.get(b) ?? b].sort().join(' and ');
    sums.set(key, (sums.get(key) ?? 0) + km2);
  }
  const outcome = rule === 'priority' ? `given by priority (${order.join(', ')})` : 'made contested';
  return [...sums].map(([key, km2]) => `${readable(km2)} km² of ${key} overlapped: ${outcome}`);
}

/** A note on gaps too narrow to be meant, or none. */
export async function gapNote(tx: Queryable, edition: number, widthM: number): Promise<string[]> {
  const { gaps, km2, where } = await narrowGaps(tx, edition, widthM);
  if (gaps === 0) return [];
  const place = where ? `, the largest at ${where.map((degrees) => degrees.toFixed(5)).join(', ')}` : '';
  return [
    `${gaps} ${gaps === 1 ? 'gap is' : 'gaps are'} nowhere wider than ${widthM} m: ${readable(km2)} km² in all${place}`,
  ];
}

function said(what: string, { at, before_km2, after_km2 }: Effect): string {
  return `${at || 'the map'}: ${what}: ${readable(before_km2)} km² before, ${readable(after_km2)} km² after`;
}

const readable = (km2: number) => String(Number(km2.toPrecision(6)));
