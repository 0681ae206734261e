import type { Region } from '../change/region.js';
import type { Instant } from '../model/dates.js';
import type { Db } from '../store/pool.js';
import type { ReportContent } from './content.js';
import { compareSeries } from './content-comparison.js';
import type { Compared } from './content-control.js';
import { eventsPart } from './content-events.js';
import { picturesOf } from './content-pictures.js';
import { makeSeries } from './content-series.js';
import type { ReportDefinition } from './definition.js';
import { told } from './figures.js';
import type { Period } from './periods.js';

/**
 * Everything a report of one period says, as known at an instant: the same instant gives the same content to the byte.
 * What changed in `[from, to)` is the difference between the map of the day before `from` and that of the last day; where
 * a series begins later, its first map stands for the former.
 * @throws SalientError `unknown_series`, `withdrawn`, `not_yet_known`, `no_data`, `before_first_snapshot` when the series
 *   begins after the period, `unknown_route`, `invalid_parameter` for a region outside the theatre, `imbalance`
 */
export async function makeReport(
  db: Db,
  definition: ReportDefinition,
  period: Period,
  knownAt: Instant,
): Promise<ReportContent> {
  const [first = '', second] = definition.series;
  const main = await makeSeries(db, first, definition, period, knownAt);
  const other = second === undefined ? null : await makeSeries(db, second, definition, period, knownAt);
  const { compared, scope, standing, ground, queries } = main;
  const { events, gaps } = await eventsPart(db, compared.after, period, standing, queries);
  return {
    format: 'salient-report-1',
    definition: { id: definition.id, title: definition.title },
    language: definition.language,
    period: {
      key: period.key,
      from: period.from,
      to: period.to,
      every: definition.period.every,
      time_zone: definition.period.time_zone,
    },
    region: {
      kind: definition.region.kind,
      name: regionName(definition.region, compared),
      km2: told(ground.figures.theatre_km2),
    },
    known_at: knownAt,
    series: [main.part, ...(other ? [other.part] : [])],
    comparison: other && (await compareSeries(db, main, other)),
    events,
    gaps: [...main.gaps, ...(other?.gaps ?? []), ...gaps],
    patches: ground.patches.map((row) => JSON.parse(row.geometry)),
    pictures: await picturesOf(db, compared, scope, standing, ground, main.part),
  };
}

function regionName(region: Region, { after }: Compared): string {
  if (region.kind === 'polygon') return region.name;
  return region.kind === 'route' ? `${region.route} ± ${region.within_m / 1000} km` : after.statement.title;
}
