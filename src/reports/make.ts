import type { Region } from '../change/region.js';
import type { Instant } from '../model/dates.js';
import type { Db } from '../store/pool.js';
import { compareSeries } from './content/comparison.js';
import type { AnyReport, UnknownReport } from './content/content.js';
import { patchesOf, stepOf } from './content/control.js';
import { eventsPart } from './content/events.js';
import { outlinesOf, picturesOf } from './content/pictures.js';
import { isMade, makeSeries, type SilencedSeries } from './content/series.js';
import type { ReportDefinition } from './definition.js';
import { reportedArea } from './figures.js';
import type { Period } from './periods.js';

/**
 * The content of a report of one period, as known at an instant: the same instant gives the same content to the byte.
 * What changed in `[from, to)` is the difference between the map of the day before `from` and that of the last day; where
 * a series begins later, its first map stands for the former.
 * A period that the (first) series does not cover (`coverageOfPeriod`) makes a report that states it and has no figure.
 * @throws SalientError `unknown_series`, `withdrawn`, `not_yet_known`, `unknown_route`, `invalid_parameter` for a region outside
 *   the theatre, `imbalance`
 */
export async function makeReport(
  db: Db,
  definition: ReportDefinition,
  period: Period,
  knownAt: Instant,
): Promise<AnyReport> {
  const [first = '', second] = definition.series;
  const main = await makeSeries(db, first, definition, period, knownAt, (...drawn) => outlinesOf(db, ...drawn));
  const other =
    second === undefined
      ? null
      : await makeSeries(db, second, definition, period, knownAt, () => Promise.resolve(null));
  const head = {
    format: 'salient-report-1' as const,
    definition: { id: definition.id, title: definition.title },
    language: definition.language,
    period: {
      key: period.key,
      from: period.from,
      to: period.to,
      every: definition.period.every,
      time_zone: definition.period.time_zone,
    },
    known_at: knownAt,
  };
  if (!isMade(main)) return unknownReport(head, definition.region, main);
  const compares = other && isMade(other) ? other : null;
  const { compared, standing, ground, queries, beside } = main;
  const { events, gaps } = await eventsPart(db, compared.after, period, standing, queries);
  return {
    ...head,
    known: true,
    region: {
      kind: definition.region.kind,
      name: regionName(definition.region, compared.after.statement.title),
      km2: reportedArea(ground.figures.theatre_km2, stepOf(ground, compared.after.statement)),
    },
    series: [main.part, ...(compares ? [compares.part] : [])],
    comparison: compares && (await compareSeries(db, main, compares)),
    events,
    gaps: [...main.gaps, ...(other?.gaps ?? []), ...gaps],
    patches: patchesOf(ground).map((row) => JSON.parse(row.geometry)),
    pictures: await picturesOf(db, compared, beside, standing, ground, main.part),
  };
}

type Head = Pick<UnknownReport, 'format' | 'definition' | 'language' | 'period' | 'known_at'>;

function unknownReport(head: Head, region: Region, { silent, gaps }: SilencedSeries): UnknownReport {
  return {
    ...head,
    known: false,
    region: { kind: region.kind, name: regionName(region, silent.title) },
    series: [silent],
    gaps,
  };
}

function regionName(region: Region, title: string): string {
  if (region.kind === 'polygon') return region.name;
  return region.kind === 'route' ? `${region.route} ± ${region.within_m / 1000} km` : title;
}
