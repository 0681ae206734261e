import { addDays, type IsoDate } from '../../model/dates.js';
import { endsOfPeriod, periodBetween } from '../../series/coverage.js';
import type { ReportContent, SeriesPart } from '../content/content.js';
import type { ReportTexts } from './texts/texts.js';
import { textsOf } from './texts/texts-of.js';
import { type Wording, wordingOf } from './texts/wording.js';

/** A report in its own words: what every form of it needs to speak. */
export interface Voice {
  content: ReportContent;
  main: SeriesPart;
  texts: ReportTexts;
  words: Wording;
  /** The days of the period, in words. */
  days: string;
  /** A class of ground as readers know it: the party's name, or what the ground is. */
  name(of: string): string;
  /** Square kilometres in the shown unit. */
  km2(value: number): string;
  /** About so much: no digit that the map cannot know. */
  about(value: number): string;
  km(value: number): string;
  signedKm2(value: number): string;
  /** The areas of the matrix as it shows them: every text, table and chart states these, so that all add up. */
  shown: Record<'before' | 'after' | 'gained' | 'lost' | 'net', (of: string) => number>;
}

/** Below so many kilometres a length is shown to a tenth. */
export const SHORT_KM = 9.95;

export function voiceOf(content: ReportContent): Voice {
  const [main] = content.series;
  if (!main) throw new Error('a report has a series');
  const [texts, words] = [textsOf(content.language), wordingOf(content.language)];
  const names = new Map(content.series.flatMap(({ parties }) => parties).map(({ id, name }) => [id, name]));
  const unit = main.matrix.unit_km2;
  const decimals = (value: number) => shownDecimals(value, unit);
  const km2 = (value: number) => texts.area(words.brief(value, decimals(value)));
  return {
    content,
    main,
    texts,
    words,
    days: words.days(content.period.from, addDays(content.period.to, -1)),
    name: (of) => names.get(of) ?? (texts.classes as Record<string, string>)[of] ?? of,
    km2,
    about: (value) => {
      const size = Math.abs(value);
      if (size > 0 && size < unit) return texts.lessThan(km2(unit));
      return texts.about(km2(size));
    },
    km: (value) => texts.length(words.brief(value, value < SHORT_KM ? 1 : 0)),
    signedKm2: (value) => texts.area(words.signed(value, decimals(value))),
    shown: shownAreas(main.matrix),
  };
}

/** Decimals of an area in the shown unit, km². */
export const shownDecimals = (value: number, unit: number): number =>
  unit < 1 && Math.abs(value) < 100 ? Math.round(-Math.log10(unit)) : 0;

/** Areas by class as a matrix shows them. */
export function shownAreas({ cells, before, after }: SeriesPart['matrix']): Voice['shown'] {
  const of = (rows: typeof before, name: string) => rows.find((row) => row.class === name)?.shown ?? 0;
  // Sums of whole units, without the crumbs of binary fractions.
  const sum = (which: (cell: (typeof cells)[number]) => boolean) =>
    Number(cells.reduce((total, cell) => (which(cell) ? total + cell.shown : total), 0).toFixed(2));
  const gained = (name: string) => sum(({ from, to }) => to === name && from !== name);
  const lost = (name: string) => sum(({ from, to }) => from === name && to !== name);
  return {
    before: (name) => of(before, name),
    after: (name) => of(after, name),
    gained,
    lost,
    net: (name) => Number((gained(name) - lost(name)).toFixed(2)),
  };
}

/** The days of the maps that are compared; a derived series has one of every day, and older editions do not state the age of theirs. */
export function mapDays({ kind, compared, coverage }: SeriesPart): { before: IsoDate; after: IsoDate } {
  const age = (days = 0) => (kind === 'imported' ? days : 0);
  return {
    before: addDays(compared.before, -age(coverage?.before_age_days)),
    after: addDays(compared.after, -age(coverage?.after_age_days)),
  };
}

/** When it changed, in words: in the period, or between the days of the maps where the earlier is not of its eve. */
export function whenChanged({ main, content: { period }, texts, words, days }: Voice): string {
  const maps = mapDays(main);
  const means = { date_means: main.date_means ?? null };
  if (!main.coverage || maps.before === endsOfPeriod(means, period).before) return whenOf(texts, period, days);
  const { from, to } = periodBetween(means, maps);
  return whenOf(texts, { every: 'custom', from, to }, words.days(from, addDays(to, -1)));
}

/** When it was, in words: a period of one day is that day, however it is counted. */
export const whenOf = (
  texts: Pick<ReportTexts, 'when'>,
  { every, from, to }: Pick<ReportContent['period'], 'every' | 'from' | 'to'>,
  days: string,
): string => texts.when(addDays(from, 1) === to ? 'day' : every, days);
