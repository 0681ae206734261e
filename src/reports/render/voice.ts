import { addDays, type IsoDate } from '../../model/dates.js';
import { decimalsOf, withoutCrumbs } from '../../model/shown-area.js';
import { statedLength } from '../../model/stated-length.js';
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
  /** Square kilometres in the shown unit; what is something and less than half of it, as less than it. */
  km2(value: number): string;
  /** About so much: no digit that the map cannot know. */
  about(value: number): string;
  /** Kilometres; what would be none so, in metres. */
  km(value: number): string;
  /** An area as the tables show it; of what they round to nothing and is not, that it is less than the unit. */
  asShown(shown: number, value: number | null): string;
  /** The same with its sign. */
  signedAsShown(shown: number, value: number | null): string;
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
  const { km2, about, lessThanUnit } = areaWords({ texts, words }, main.matrix.unit_km2);
  const decimals = (value: number) => shownDecimals(value, main.matrix.unit_km2);
  const isLess = (shown: number, value: number | null) =>
    Math.abs(shown) < main.matrix.unit_km2 / 2 && (value ?? 0) !== 0;
  return {
    content,
    main,
    texts,
    words,
    days: words.days(content.period.from, addDays(content.period.to, -1)),
    name: (of) => names.get(of) ?? (texts.classes as Record<string, string>)[of] ?? of,
    km2,
    about,
    km: (value) =>
      value > 0 && value < 0.05
        ? texts.metres(words.brief(1000 * value))
        : texts.length(words.brief(value, value < SHORT_KM ? 1 : 0)),
    asShown: (shown, value) => (isLess(shown, value) ? lessThanUnit : km2(shown)),
    signedAsShown: (shown, value) =>
      isLess(shown, value) ? lessThanUnit : texts.area(words.signed(shown, decimals(shown))),
    shown: shownAreas(main.matrix),
  };
}

/** Areas in words, in the unit of what readers see. */
export function areaWords({ texts, words }: Pick<Voice, 'texts' | 'words'>, unit: number) {
  const plain = (value: number) => texts.area(words.brief(value, shownDecimals(value, unit)));
  const lessThanUnit = texts.lessThan(plain(unit));
  const isLess = (value: number) => value !== 0 && Math.abs(value) < unit / 2;
  return {
    lessThanUnit,
    km2: (value: number) => (isLess(value) ? lessThanUnit : plain(value)),
    /** With its sign. */
    signed: (value: number, decimals: number = decimalsOf(unit)) =>
      isLess(value) ? lessThanUnit : texts.area(words.signed(value, decimals)),
    about: (value: number) => {
      const size = Math.abs(value);
      return size > 0 && size < unit ? lessThanUnit : texts.about(plain(size));
    },
  };
}

/** The accuracy of a map as its series states it. */
export function accuracyInWords({ texts, words }: Pick<Voice, 'texts' | 'words'>, metres: number): string {
  const { value, unit } = statedLength(metres);
  return (unit === 'm' ? texts.metres : texts.length)(words.brief(value, 6));
}

/** Decimals of an area in the shown unit, km². */
const shownDecimals = (value: number, unit: number): number => (Math.abs(value) < 100 ? decimalsOf(unit) : 0);

/** Areas by class as a matrix shows them. */
export function shownAreas({ cells, before, after }: SeriesPart['matrix']): Voice['shown'] {
  const of = (rows: typeof before, name: string) => rows.find((row) => row.class === name)?.shown ?? 0;
  // Sums of whole units, without the crumbs of binary fractions.
  const sum = (which: (cell: (typeof cells)[number]) => boolean) =>
    withoutCrumbs(cells.reduce((total, cell) => (which(cell) ? total + cell.shown : total), 0));
  const gained = (name: string) => sum(({ from, to }) => to === name && from !== name);
  const lost = (name: string) => sum(({ from, to }) => from === name && to !== name);
  return {
    before: (name) => of(before, name),
    after: (name) => of(after, name),
    gained,
    lost,
    net: (name) => withoutCrumbs(gained(name) - lost(name)),
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
