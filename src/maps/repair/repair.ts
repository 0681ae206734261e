import { SalientError } from '../../errors.js';
import type { Mapping } from '../../formats/mapping.js';
import { summary } from '../../model/problem-list.js';
import { readable, readableDegrees } from '../../model/readable.js';
import type { Queryable } from '../../store/pool.js';
import type { AreaFacts } from '../packed-areas.js';
import type { SnapshotMeasures } from '../review/judge-snapshot.js';
import { stagedAreas } from '../staging.sql.js';
import { type Filled, fillGaps, narrowGaps, stageRest } from './gaps.sql.js';
import { NOISE_WIDTH_M, type Overlap, settleOverlaps, type Tie, widerThan } from './overlaps.sql.js';
import { clipStaged, dropFar, dropHolesOutside, type Effect, type HoleOutside, repairStaged } from './repair.sql.js';
import type { MapRules } from './rules.js';

/** What a stage did to the staged map: whether it is another one now, and each effect in words, with its km². */
export interface Reworked {
  changed: boolean;
  notes: string[];
}

/** Makes staged areas valid, leaves out what is far away, cuts off at the theatre: in that order, as far as requested. */
export async function trimStaged(
  tx: Queryable,
  edition: number,
  rules: MapRules,
  mapping: Mapping | null,
): Promise<Reworked> {
  const effects: [string, Effect[]][] = [];
  const holes = rules.repair ? await dropHolesOutside(tx, edition) : [];
  if (rules.repair) effects.push(['made valid', await repairStaged(tx, edition)]);
  const far = mapping?.ignore?.farther_than_km;
  if (far !== undefined) {
    effects.push([`parts farther than ${far} km from the theatre left out`, await dropFar(tx, edition, far)]);
  }
  if (rules.outside === 'clip') {
    const cut = await clipStaged(tx, edition);
    // A square metre; of a large area what its border loses by being measured with other corners.
    const told = ({ before_km2, after_km2 }: Effect) => before_km2 - after_km2 > Math.max(1e-6, 1e-8 * before_km2);
    effects.push(['cut off at the theatre', cut.filter(told)]);
  }
  const notes = [...holeNotes(holes), ...effects.flatMap(([what, all]) => all.map((effect) => noteOf(what, effect)))];
  return { changed: notes.length > 0, notes };
}

/**
 * Settles what the measured areas share: ground of one class always, between classes by the rule.
 * @throws SalientError `invalid_parameter` when a priority is required and not stated, `invalid_snapshot` for ground that it
 * does not decide
 */
export async function settleStaged(
  tx: Queryable,
  edition: number,
  { overlaps: { wide } }: SnapshotMeasures,
  rules: MapRules,
  mapping: Mapping | null,
): Promise<Reworked> {
  const nothing = { changed: false, notes: [] };
  const contradictions = wide.filter((pair) => !pair.same_class);
  if (wide.length === 0 || (rules.overlaps === 'refuse' && contradictions.length > 0)) return nothing;
  if (contradictions.length > 0 && rules.overlapWidthM !== null) {
    if ((await widerThan(tx, edition, contradictions, rules.overlapWidthM)).length > 0) return nothing;
  }
  const areas = await stagedAreas(tx);
  const rankOf = ranking(rules, mapping, contradictions);
  const involved = new Set(wide.flatMap(({ a_no, b_no }) => [a_no, b_no]));
  const ranked = areas.flatMap((area) => (involved.has(area.no) ? [{ no: area.no, rank: rankOf(area) }] : []));
  const contested = rules.overlaps === 'contested';
  const ties = await settleOverlaps(tx, edition, { areas: ranked, contested });
  if (ties.length > 0) throw undecided(ties, areas);
  return { changed: true, notes: overlapNotes(wide, areas, rules, mapping) };
}

type Staged = AreaFacts & { no: number };

/** The lower rank has the ground. What a priority does not name has the highest, which decides nothing between two such. */
function ranking(
  { overlaps }: MapRules,
  mapping: Mapping | null,
  contradictions: readonly Overlap[],
): (area: Staged) => number {
  if (overlaps === 'last') return ({ no }) => -no;
  if (overlaps !== 'priority') return () => 0;
  const order = mapping?.priority ?? [];
  if (order.length === 0 && contradictions.length > 0) {
    throw new SalientError(
      'invalid_parameter',
      'overlaps=priority needs the order of the parties: "priority" in the mapping (--mapping)',
    );
  }
  return ({ rank }) => rank ?? order.length;
}

function undecided(ties: readonly Tie[], areas: readonly Staged[]): SalientError {
  const named = new Map(areas.map((area) => [area.no, area]));
  const what = (no: number) => {
    const { party = null, status = '', at = '', name } = named.get(no) ?? {};
    return `${party ?? status} (${name ?? at})`;
  };
  const problems = ties.map(({ a_no, b_no, km2, where }) => ({
    code: 'overlap',
    at: named.get(a_no)?.at ?? '',
    where,
    message: `${what(a_no)} and ${what(b_no)} share ${readable(km2)} km², and the priority of the mapping does not tell them apart: name them in "priority", by party, class, rule, folder or layer`,
  }));
  return new SalientError('invalid_snapshot', `the overlaps cannot be settled: ${summary(problems)}`, problems);
}

function overlapNotes(
  wide: readonly Overlap[],
  areas: readonly Staged[],
  { overlaps }: MapRules,
  mapping: Mapping | null,
): string[] {
  const named = new Map(areas.map(({ no, party, status }) => [no, party ?? status]));
  const sums = new Map<string, { km2: number; same: boolean }>();
  for (const { a_no, b_no, km2, same_class: same } of wide) {
    const [a = '', b = ''] = [named.get(a_no) ?? '', named.get(b_no) ?? ''].sort();
    const key = same
      ? a === b
        ? `${a} overlapped itself`
        : `${a} and ${b} overlapped, of one class`
      : `${a} and ${b} overlapped`;
    sums.set(key, { km2: km2 + (sums.get(key)?.km2 ?? 0), same });
  }
  const order = (mapping?.priority ?? []).map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  const outcome = {
    refuse: '',
    priority: `given by priority (${order.join(', ')})`,
    contested: 'made contested',
    last: 'given to the area drawn last',
  }[overlaps];
  return [...sums].map(([key, { km2, same }]) => `${readable(km2)} km² of ${key}: ${same ? 'counted once' : outcome}`);
}

/**
 * Fills gaps, and gives the rest of the theatre a holder, as far as requested; with the km² of that rest, which nobody drew.
 * @param accuracyM of the series
 */
export async function completeStaged(
  tx: Queryable,
  edition: number,
  rules: MapRules,
  accuracyM: number,
): Promise<Reworked & { restKm2: number }> {
  const notes: string[] = [];
  if (rules.gaps === 'fill') {
    const width = rules.gapWidthM ?? accuracyM;
    const filled = width > NOISE_WIDTH_M ? await fillGaps(tx, edition, width) : [];
    const named = new Map((await stagedAreas(tx)).map(({ no, party, status }) => [no, party ?? status]));
    const byHolder = new Map<string, Omit<Filled, 'no'>>();
    for (const { no, pieces, km2, where } of [...filled].sort((a, b) => b.km2 - a.km2)) {
      const holder = named.get(no) ?? '';
      const sum = byHolder.get(holder);
      byHolder.set(holder, {
        pieces: pieces + (sum?.pieces ?? 0),
        km2: km2 + (sum?.km2 ?? 0),
        where: sum?.where ?? where,
      });
    }
    for (const [holder, { pieces, km2, where }] of byHolder) {
      const of = `${pieces} ${pieces === 1 ? 'gap' : 'gaps'} nowhere wider than ${width} m`;
      notes.push(`${of}: ${readable(km2)} km² given to ${holder}, the largest at ${readableDegrees(where)}`);
    }
  }
  let restKm2 = 0;
  if (rules.rest !== null) {
    const known = rules.rest !== 'unknown';
    const rest = known ? { party: rules.rest, status: 'controlled' } : { party: null, status: 'unknown' };
    restKm2 = await stageRest(tx, edition, rest);
    if (restKm2 > 0)
      notes.push(`${readable(restKm2)} km² of the theatre in no area: ${rules.rest}, by the rule of the series (rest)`);
  }
  return { changed: notes.length > 0, notes, restKm2 };
}

/** A note on gaps too narrow to be meant, or none. */
export async function gapNote(tx: Queryable, edition: number, widthM: number): Promise<string[]> {
  const { gaps, km2, where } = await narrowGaps(tx, edition, widthM);
  if (gaps === 0) return [];
  const at = where ? `, the largest at ${readableDegrees(where)}` : '';
  return [
    `${gaps} ${gaps === 1 ? 'gap is' : 'gaps are'} nowhere wider than ${widthM} m: ${readable(km2)} km² in all${at}; --gaps fill gives them to the areas beside them`,
  ];
}

/** One note for each area: a file whose rings are mixed up has thousands. */
function holeNotes(all: readonly HoleOutside[]): string[] {
  const byArea = new Map<string, HoleOutside[]>();
  for (const hole of all) byArea.set(hole.at, [...(byArea.get(hole.at) ?? []), hole]);
  return [...byArea].map(([at, holes]) => {
    const km2 = readable(holes.reduce((sum, hole) => sum + hole.km2, 0));
    const what = holes.length === 1 ? 'hole outside its shell' : `${holes.length} holes outside their shells`;
    const place = readableDegrees(holes[0]?.where ?? []);
    return `${at || 'the map'}: ${what} left out, ${km2} km² at ${place}: a hole takes away ground of its shell; what is meant as ground is a polygon of its own`;
  });
}

function noteOf(what: string, { at, before_km2, after_km2 }: Effect): string {
  // To a thousandth of a square metre: what a ring and its hole leave of each other is noise of the arithmetic.
  const [before, after] = [before_km2, after_km2].map((km2) => readable(Math.round(km2 * 1e9) / 1e9));
  return `${at || 'the map'}: ${what}: ${before} km² before, ${after} km² after`;
}
