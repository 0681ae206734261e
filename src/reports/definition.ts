import type { Region } from '../change/region.js';
import type { Problem } from '../errors.js';
import { readAreaGeometry } from '../geometry/geojson-geometry.js';
import { readBy } from '../model/contract.js';
import { ProblemList } from '../model/problem-list.js';
import { DEFINITION, type GivenDefinition } from './definition-schema.js';
import { refuseRepeated } from './recipients.js';

export { REPORT_FORMATS, REPORT_LANGUAGES, type ReportFormat, type ReportLanguage } from './definition-schema.js';

/** What to report, how often, in which forms and to whom: as given, with every default, polygons read. */
export interface ReportDefinition extends Omit<GivenDefinition, 'series' | 'region'> {
  /** One series, or two of one theatre to compare: the first is the one of the headline. */
  series: string[];
  region: Region;
}

/**
 * Reads a definition; every problem with its JSON pointer at once. What is left out takes the default of the schema.
 * @throws SalientError `invalid_report`
 */
export function parseReportDefinition(value: unknown): ReportDefinition {
  const problems = new ProblemList();
  const definition = readDefinition(value, problems);
  if (problems.all.length > 0 || !definition) throw problems.toError('invalid_report');
  return definition;
}

/** Every problem of a definition, each with its JSON pointer; none when it can be defined. */
export function definitionProblems(value: unknown): Problem[] {
  const problems = new ProblemList();
  readDefinition(value, problems);
  return problems.all;
}

function readDefinition(value: unknown, problems: ProblemList): ReportDefinition | null {
  const given = readBy(DEFINITION, value, problems);
  if (!given) return null;
  const { period } = given;
  if ('to' in period && period.to <= period.from) {
    problems.add('period', '/period/to', `the day after the last, later than ${period.from}`);
  }
  refuseRepeated(given.recipients, problems);
  const series = typeof given.series === 'string' ? [given.series] : given.series;
  return { ...given, series, region: readRegion(given.region, problems) };
}

function readRegion(region: GivenDefinition['region'], problems: ProblemList): Region {
  if (region.kind !== 'polygon') return region;
  const { kind, name, polygon } = region;
  return { kind, name, polygons: readAreaGeometry(polygon, '/region/polygon', problems) ?? [] };
}
