import { classAreasOver } from '../../change/region.sql.js';
import type { Scope } from '../../change/region-matrix.js';
import { unknownClasses } from '../../model/classes.js';
import { addDays, type IsoDate } from '../../model/dates.js';
import { plainUnit, statedStep } from '../../model/shown-area.js';
import { type AsOf, daysBetween, resolve } from '../../series/as-of.js';
import { coverageOfPeriod, endsOfPeriod } from '../../series/coverage.js';
import { revisionsAt } from '../../series/revisions.sql.js';
import { stepsStated } from '../../series/steps.sql.js';
import { AT_WILL, once } from '../../store/memo.js';
import type { Db } from '../../store/pool.js';
import { areasIn, reportedArea } from '../figures.js';
import { type Period, type PeriodRule, periodContaining } from '../periods.js';
import type { Queries } from '../queries.js';
import type { Rate, RatePart, SeriesPart } from './content.js';
import type { Compared } from './control.js';

/** How many earlier periods the rate is reported against. */
const EARLIER = 6;

/** What each party won a day in this period and in the ones before it, from the areas of the maps alone: no overlay. */
export async function rateOf(
  db: Db,
  { before, after }: Compared,
  rule: PeriodRule,
  period: Period,
  scope: Scope,
  queries: Queries,
): Promise<RatePart> {
  const mapDays = (await revisionsAt(db, after.series, after.knownAt)).map((row) => row.valid_on);
  const first = after.statement.first_date ?? mapDays[0] ?? null;
  const earlier: Period[] = [];
  let tried = 0;
  for (let next = previous(rule, period); next && tried < EARLIER; next = previous(rule, next)) {
    tried++;
    if (first === null || next.from <= first) break;
    // A rate is stated for what is known; earlier periods may be known again.
    if (coverageOfPeriod(after.statement, mapDays, next, period.to).known) earlier.unshift(next);
  }
  const periods: RatePart['periods'] = [];
  for (const one of [...earlier, period]) {
    const days =
      one === period
        ? compared(before, after)
        : compared(
            await resolve(db, { ...after, date: endsOfPeriod(after.statement, one).before }),
            await resolve(db, { ...after, date: endsOfPeriod(after.statement, one).after }),
          );
    const areas = await areasOf(db, [days.before.revision, days.after.revision], scope);
    const km2 = (revision: number, party: string) => (areas.get(revision)?.get(party) ?? 0) / 1e6;
    const length = daysBetween(days.before, days.after);
    const query = queries.change(days.before.date, days.after.date);
    const steps = await stepsStated(db, after.series, days.before.date, days.after.date, after.knownAt);
    const redrawn = steps.some(({ kind }) => kind !== 'movement');
    const ground = [...(areas.get(days.after.revision)?.values() ?? [])].reduce((sum, m2) => sum + m2, 0) / 1e6;
    const step = statedStep(ground, after.statement.accuracy_m);
    // Half of the last digit with which a rate is shown.
    const unknown = length > 0 && becameKnown(areas, days, after.statement.parties) / length >= plainUnit(ground) / 2;
    const rate = (party: string): Rate => {
      const won = km2(days.after.revision, party) - km2(days.before.revision, party);
      const perDay = areasIn(step, query)(length === 0 ? 0 : won / length, null, null, 'km2/day');
      return redrawn || unknown ? { ...perDay, value: null } : perDay;
    };
    const net = after.statement.parties.map((party) => ({ party, per_day: rate(party) }));
    const marks = { ...(redrawn && { redrawn }), ...(unknown && { unknown }) };
    periods.push({ key: one.key, from: one.from, to: one.to, days: length, net, ...marks });
  }
  return { periods };
}

/** How much ground more, or less, has an unknown holder on the later map, km²: nobody won it or lost it. */
function becameKnown(
  areas: Map<number, Map<string, number>>,
  { before, after }: Compared,
  parties: readonly string[],
): number {
  const [from, to] = [areas.get(before.revision), areas.get(after.revision)];
  const sides = parties.filter((party) => from?.has(party) || to?.has(party)).length;
  const unknown = (on: Map<string, number> | undefined) =>
    unknownClasses(sides).reduce((sum, name) => sum + (on?.get(name) ?? 0), 0);
  return Math.abs(unknown(to) - unknown(from)) / 1e6;
}

const compared = (before: AsOf, after: AsOf): Compared => ({ before, after });

function previous(rule: PeriodRule, { from }: Period): Period | null {
  return rule.every === 'custom' && 'from' in rule ? null : periodContaining(rule, addDays(from, -1));
}

async function areasOf(db: Db, revisions: readonly number[], scope: Scope): Promise<Map<number, Map<string, number>>> {
  const ids = [...new Set(revisions)];
  const rows = await once(
    db,
    'areas-1',
    [ids, scope?.hash ?? null],
    () => classAreasOver(db, ids, scope?.geom ?? null),
    AT_WILL,
  );
  const areas = new Map<number, Map<string, number>>();
  for (const row of rows) areas.set(row.revision, (areas.get(row.revision) ?? new Map()).set(row.class, row.m2));
  return areas;
}

/** Points of the chart, at most. */
const POINTS = 80;

/**
 * The area of each class on the days of up to eighty maps, evenly chosen from those up to the last day of the period.
 * @param step in which areas are stated, km²
 */
export async function areasOverTime(
  db: Db,
  { after }: Compared,
  since: IsoDate,
  scope: Scope,
  step: number,
): Promise<SeriesPart['areas']> {
  const all = (await revisionsAt(db, after.series, after.knownAt)).filter((row) => row.valid_on <= after.date);
  const begin = Math.max(
    0,
    all.findLastIndex((row) => row.valid_on <= since),
  );
  const shown = all.slice(begin);
  const chosen = shown.filter(
    (_, i) =>
      shown.length <= POINTS ||
      i === shown.length - 1 ||
      Math.floor((i * POINTS) / shown.length) !== Math.floor(((i - 1) * POINTS) / shown.length),
  );
  const areas = await areasOf(
    db,
    chosen.map((row) => row.id),
    scope,
  );
  return chosen.map((row) => ({
    date: row.valid_on,
    km2: Object.fromEntries([...(areas.get(row.id) ?? [])].map(([name, m2]) => [name, reportedArea(m2 / 1e6, step)])),
  }));
}
