import { reviewQueue } from '../../maps/review/review.sql.js';
import { movedOnGround, passesToParty, unknownClasses } from '../../model/classes.js';
import { addDays, dayNumber, type Instant, type IsoDate } from '../../model/dates.js';
import { decimalsOf } from '../../model/shown-area.js';
import { type AsOf, methodSentence, resolve, resolveSeries } from '../../series/as-of.js';
import { coverageOfDay, lastKnowableDay, periodBetween } from '../../series/coverage.js';
import { revisionsAt } from '../../series/revisions.sql.js';
import { partiesOf } from '../../series/series.sql.js';
import type { Db } from '../../store/pool.js';
import { type Compared, groundFigures, matrixOf, measureGround, movementAlone } from '../content/control.js';
import { changedPlaces, postFacts, routeFacts } from '../content/facts.js';
import { queriesOf } from '../queries.js';
import { isSure } from '../render/ground-sentences.js';
import { unsureHeadline } from '../render/story.js';
import { textsOf } from '../render/texts/texts-of.js';
import { wordingOf } from '../render/texts/wording.js';
import { accuracyInWords, areaWords, shownAreas, whenOf } from '../render/voice.js';
import type { AlertContent, ToldArea } from './content.js';
import type { AlertRule } from './rule-schema.js';

/** What a rule is judged with: its words, and names of parties. */
interface Judging {
  db: Db;
  rule: AlertRule;
  names: ReadonlyMap<string, string>;
  asOf: AsOf;
}

const THEATRE = { kind: 'theatre' } as const;

/**
 * What happened by a rule on the day of one new map, against the map before it (of the day `eve`). What only a map that was put right
 * or drawn by other rules shows otherwise did not happen on the ground: no place, road or area is told of it, and a verdict as that.
 * @param told what the rule told of areas before
 * @throws SalientError as the measures throw
 */
export async function judgeMap(
  db: Db,
  rule: AlertRule,
  { day, eve, knownAt, told }: { day: IsoDate; eve: IsoDate; knownAt: Instant; told: readonly ToldArea[] },
): Promise<AlertContent[]> {
  const asOf = await resolve(db, { series: rule.series, date: day, knownAt });
  const before = await resolve(db, { series: rule.series, date: eve, knownAt });
  const parties = await partiesOf(db, asOf.edition);
  const judging = { db, rule, asOf, names: new Map(parties.map(({ id, name }) => [id, name])) };
  switch (rule.when.kind) {
    case 'verdict':
      return verdicts(judging, { before, after: asOf }, rule.when.post ?? null);
    case 'place':
      return places(judging, { before, after: asOf }, rule.when.place ?? null);
    case 'route':
      return routes(judging, { before, after: asOf }, rule.when.route ?? null, rule.when.at_least_km);
    case 'area':
      return areas(judging, { day, knownAt, told }, rule.when.more_than_km2, rule.when.days);
    default:
      return [];
  }
}

const queriesFor = ({ rule, asOf }: Judging) => queriesOf(rule.series, asOf.knownAt as Instant, THEATRE);
const wordsOf = ({ rule }: Judging) => ({ texts: textsOf(rule.language), words: wordingOf(rule.language) });

/** A class as readers know it. */
function nameOf({ names, rule }: Judging, of: string): string {
  return names.get(of) ?? (textsOf(rule.language).classes as Record<string, string>)[of] ?? of;
}

const accuracy = (judging: Judging): string => {
  const words = wordsOf(judging);
  return words.texts.alerts.accuracy(accuracyInWords(words, judging.asOf.statement.accuracy_m));
};

async function verdicts(judging: Judging, compared: Compared, only: string | null): Promise<AlertContent[]> {
  const { db, rule, names } = judging;
  const { texts, words } = wordsOf(judging);
  const stated = (verdict: string) => (texts.verdicts as Record<string, string>)[verdict] ?? verdict;
  const posts = (await postFacts(db, compared, null, names, queriesFor(judging))) ?? [];
  return posts
    .filter(({ operator, number }) => only === null || only === `${operator}/${number}`)
    .flatMap((post) =>
      post.steps.map(({ on, earliest = on, from, to, kinds = ['movement'] }) => ({
        key: `verdict/${post.operator}/${post.number}/${on}/${to}`,
        kind: 'verdict' as const,
        series: rule.series,
        on,
        headline: (movedOnGround({ kinds })
          ? texts.alerts.verdict
          : texts.alerts.verdictRedrawn)(words.number(post.number), post.name, post.operator_name, stated(from), stated(to), words.days(earliest, on), words.list(kinds.map((kind) => texts.kinds[kind]))), // biome-ignore format: one sentence
        source: methodSentence(judging.asOf.statement),
        certainty: `${post.sentence} ${accuracy(judging)}`,
        figures: { operator: post.operator, number: post.number, from, to, kinds: kinds.join(' ') },
        query: post.query,
      })),
    );
}

async function places(judging: Judging, compared: Compared, only: string | null): Promise<AlertContent[]> {
  const { db, rule } = judging;
  const { texts, words } = wordsOf(judging);
  const unsourced = judging.asOf.statement.kind === 'derived' ? texts.alerts.noClaim : texts.alerts.noReport;
  const found = (await changedPlaces(db, compared, null, queriesFor(judging))) ?? [];
  const { parties } = judging.asOf.statement;
  const unknown = unknownClasses(parties.length);
  return found
    .filter((place) => (only === null || only === place.id) && movedOnGround(place))
    .map(({ id, name, from, to, on, claims, query }) => {
      const about = claims.filter(({ earliest, latest }) => (earliest ?? '') <= on.latest && (latest ?? '9999') >= on.earliest); // biome-ignore format: one condition
      const sources = [...new Set(about.flatMap((claim) => claim.sources.map(({ publisher }) => publisher)))];
      return {
        key: `place/${id}/${on.latest}/${to}`,
        kind: 'place' as const,
        series: rule.series,
        on: on.latest,
        headline: texts.alerts.place(name, nameOf(judging, from), nameOf(judging, to), words.days(on.earliest, on.latest), passesToParty({ from, to }, parties, unknown)), // biome-ignore format: one sentence
        source: sources.length > 0 ? words.list(sources) : methodSentence(judging.asOf.statement),
        certainty: sources.length > 0 ? accuracy(judging) : `${unsourced} ${accuracy(judging)}`,
        figures: { place: id, from, to, sources: sources.length },
        query,
      };
    });
}

async function routes(
  judging: Judging,
  compared: Compared,
  only: string | null,
  leastKm: number,
): Promise<AlertContent[]> {
  const { db, rule, asOf } = judging;
  const { texts, words } = wordsOf(judging);
  const { parties } = asOf.statement;
  const found = (await routeFacts(db, compared, null, queriesFor(judging))) ?? [];
  return found
    .filter(({ route }) => only === null || only === route)
    .flatMap(({ route, name, changed }) =>
      changed
        .filter(
          (row) =>
            movedOnGround(row) &&
            passesToParty(row, parties, unknownClasses(parties.length)) &&
            row.km.value >= leastKm &&
            row.km.value > 0,
        )
        .map(({ from, to, km }) => ({
          key: `route/${route}/${asOf.date}/${from}/${to}`,
          kind: 'route' as const,
          series: rule.series,
          on: asOf.date,
          headline: texts.alerts.route(texts.length(words.brief(km.value, 1)), name, nameOf(judging, from), nameOf(judging, to), words.day(asOf.date)), // biome-ignore format: one sentence
          source: methodSentence(asOf.statement),
          certainty: accuracy(judging),
          figures: { route, from, to, km: km.value },
          query: km.query,
        })),
    );
}

/**
 * Movement within the days before the map. Ground that was told once is not told again: of each party, and of what is no party's, it
 * counts from the last map that an alert of the rule told of, where that is one of these days. What is compared is named by
 * the days between its maps, as a report names them: the one in force when these days began may be older than they are, and the ground may have changed since it.
 * Where no map stands for the day on which they began, nothing is known of these days.
 * What no party surely gained or lost is told as a report tells it, once: what became contested, or whose holder came to be unknown. Where
 * all of it is within the error of the maps, of which a report says that no change is larger, nothing is told.
 */
async function areas(
  judging: Judging,
  { day, knownAt, told }: { day: IsoDate; knownAt: Instant; told: readonly ToldArea[] },
  moreThanKm2: number,
  days: number,
): Promise<AlertContent[]> {
  const { asOf } = judging;
  const maps = (await revisionsAt(judging.db, judging.rule.series, knownAt)).map(({ valid_on }) => valid_on);
  const within = async (subject: string): Promise<AreaChange | null> => {
    const since = untoldSince(told, subject, day, days);
    if (since === null) return null;
    const from = maps.findLast((of) => of <= since) ?? maps[0] ?? day;
    return coverageOfDay(asOf.statement, from, since, day).known ? areaChange(judging, from, day, knownAt) : null;
  };
  const isLarge = ({ net }: AreaChange['changes'][number]) => Math.abs(net.value) > moreThanKm2;
  const isSurely = ({ net }: AreaChange['changes'][number]) => isSure(net, net.value > 0 ? 1 : -1);
  const alerts: AlertContent[] = [];
  for (const party of asOf.statement.parties) {
    const change = await within(party);
    const row = change?.changes.find((of) => of.party === party);
    if (change && row && isLarge(row) && isSurely(row)) alerts.push(areaAlert(judging, change, row, days));
  }
  const change = await within(OPEN);
  const row = change?.changes.find((of) => isLarge(of) && !isSurely(of));
  if (change && row && change.open !== null)
    alerts.push({ ...areaAlert(judging, change, row, days), ...openAlert(judging, change, day) });
  return alerts;
}

/** The subject of what is no party's gain or loss. */
const OPEN = 'open';

/** The day since which what changed up to a day was not told: the beginning of the period, or a later map; null where that day was told of. */
function untoldSince(told: readonly ToldArea[], subject: string, day: IsoDate, days: number): IsoDate | null {
  const own = told.filter((of) => of.subject === subject);
  if (own.some(({ from, on }) => from < day && day <= on)) return null;
  const before = own.flatMap(({ on }) => (on < day ? [on] : []));
  return [addDays(day, -days), ...before].reduce((a, b) => (a > b ? a : b));
}

type AreaChange = Awaited<ReturnType<typeof areaChange>>;

/** What moved between two maps, and the headline of it where it is no party's. */
async function areaChange(judging: Judging, from: IsoDate, day: IsoDate, knownAt: Instant) {
  const { db, rule, asOf } = judging;
  const { texts, words } = wordsOf(judging);
  const before = await resolve(db, { series: rule.series, date: from, knownAt });
  const compared = { before, after: asOf };
  const whole = await measureGround(db, compared, null);
  const ground = movementAlone(whole);
  const { changes, kinds } = groundFigures(ground, compared, queriesFor(judging));
  const matrix = matrixOf(ground, changes, asOf.statement, queriesFor(judging).change(from, day));
  const shown = shownAreas(matrix);
  const unit = matrix.unit_km2;
  const { about } = areaWords({ texts, words }, unit);
  const between = periodBetween(asOf.statement, { before: from, after: day });
  const span = words.days(between.from, addDays(between.to, -1));
  const main = { matrix, changes, kinds, parties: asOf.statement.parties.map((id) => ({ id })) };
  const name = (of: string) => nameOf(judging, of);
  const open = unsureHeadline(
    { main, texts, name, about, shown },
    whenOf(texts, { every: 'custom', ...between }, span),
  );
  const redrawn = whole.kinds.kinds
    .filter(({ kind, changed_km2 }) => kind !== 'movement' && changed_km2 > 0)
    .map(({ kind, changed_km2 }) => texts.lede.notMovement(about(changed_km2), texts.kinds[kind]));
  const counted = texts.notes.counted(words.day(from), words.day(day), asOf.statement.date_means);
  return { from, changes, shown, unit, about, span, open, counted: [counted, ...redrawn].join(' ') };
}

function areaAlert(
  judging: Judging,
  { from, shown, unit, about, span, counted }: AreaChange,
  { party, net }: AreaChange['changes'][number],
  days: number,
): AlertContent {
  const { asOf, rule } = judging;
  const { texts, words } = wordsOf(judging);
  const way = net.value > 0 ? 'gained' : 'lost';
  const [low, high] = [net.low ?? net.value, net.high ?? net.value];
  // Rounded outwards, as in a report.
  const step = Math.max(Math.abs(low), Math.abs(high)) >= 100 ? 1 : unit;
  const least = words.number(Math.floor(low / step) * step, decimalsOf(step));
  const range = texts.band(least, texts.area(words.number(Math.ceil(high / step) * step, decimalsOf(step))));
  return {
    key: `area/${party}/${way}/${asOf.date}`,
    kind: 'area',
    series: rule.series,
    on: asOf.date,
    // The figure that a report of the same change states.
    headline: texts.alerts[way](nameOf(judging, party), about(Math.abs(shown.net(party) || net.value)), span),
    source: methodSentence(asOf.statement),
    certainty: `${texts.alerts.range(range)} ${counted}`,
    figures: { party, km2: net.value, low, high, days, counted_days: dayNumber(asOf.date) - dayNumber(from), from },
    query: net.query,
  };
}

/** The range is that of a party's net change: a headline that tells another figure has none. */
const openAlert = (judging: Judging, { open, counted }: AreaChange, day: IsoDate) => ({
  key: `area/${OPEN}/${day}`,
  ...(open !== null && { headline: open }),
  certainty: `${accuracy(judging)} ${counted}`,
});

/** Maps of the series that wait for review and came since an instant. */
export async function judgeHeld(db: Db, rule: AlertRule, since: Instant): Promise<AlertContent[]> {
  const [texts, words] = [textsOf(rule.language), wordingOf(rule.language)];
  const waiting = await reviewQueue(db, rule.series, { waiting: true });
  return waiting
    .filter(({ held_at }) => Date.parse(held_at) > Date.parse(since))
    .map(({ id, date, problems, source_name }) => ({
      key: `held/${id}`,
      kind: 'held' as const,
      series: rule.series,
      on: date,
      headline: texts.alerts.held(words.day(date)),
      source: source_name,
      certainty: problems[0]?.message ?? texts.alerts.heldWhy,
      figures: { held: id },
      query: `/series/${encodeURIComponent(rule.series)}/held`,
    }));
}

/** The newest map, when it is older than the rule allows; of a series that has ended nothing is old. */
export async function judgeAge(db: Db, rule: AlertRule, days: number, now: Instant): Promise<AlertContent[]> {
  const { statement } = await resolveSeries(db, rule.series, null);
  const newest = (await revisionsAt(db, rule.series, null)).at(-1)?.valid_on;
  if (statement.complete_until !== null || newest === undefined) return [];
  const age = dayNumber(lastKnowableDay(null, now)) - dayNumber(newest);
  if (age <= days) return [];
  const [texts, words] = [textsOf(rule.language), wordingOf(rule.language)];
  return [
    {
      key: `old/${newest}`,
      kind: 'old',
      series: rule.series,
      on: null,
      headline: texts.alerts.old(statement.title, words.day(newest), words.number(age)),
      source: statement.publisher,
      certainty: texts.alerts.oldWhy,
      figures: { newest, age_days: age },
      query: `/series/${encodeURIComponent(rule.series)}/dates`,
    },
  ];
}
