import { type Problem, SalientError } from '../errors.js';
import { type Bundle, type BundleFeature, type SeriesDeclaration, TABLES, type Tables } from './bundle.js';
import { bundleProblems } from './bundle-checks.js';
import { readTable } from './table.js';

/** What is wrong with a report definition, each problem at its JSON pointer: `reports/` stands above this room and knows. */
export type ReportCheck = (definition: unknown) => Problem[];

/**
 * Reads a bundle from the texts of its files.
 * @throws SalientError `invalid_geodata` with every problem of every file, as `file:line`
 */
export function parseBundle(files: ReadonlyMap<string, string>, reportProblems: ReportCheck = () => []): Bundle {
  const problems: Problem[] = [];
  const report = (at: string, message: string) => problems.push({ code: 'invalid_geodata', at, message });
  const fileText = (name: string) => {
    const found = files.get(name);
    if (found === undefined) report(name, 'the file is missing');
    return found;
  };
  const json = <T>(name: string, empty: T): T => {
    try {
      return JSON.parse(fileText(name) ?? 'null') ?? empty;
    } catch (error) {
      report(name, (error as Error).message);
      return empty;
    }
  };
  const features = (name: string) => json<{ features: BundleFeature[] }>(name, { features: [] }).features ?? [];

  const tables = Object.fromEntries(
    Object.entries(TABLES).map(([name, columns]) => {
      const source = fileText(`${name}.csv`);
      return [name, source === undefined ? [] : readTable(`${name}.csv`, source, columns, problems)];
    }),
  ) as unknown as Tables;
  const ground = features('theatre.geojson');
  const boundary = ground.find((feature) => feature.properties.role === 'theatre');
  if (!boundary) report('theatre.geojson', 'no feature has the role "theatre"');

  const bundle = {
    ...tables,
    theatre: json('theatre.json', { id: '', title: '', projection: '', time_zone: '' }),
    boundary: boundary as BundleFeature,
    territories: ground.filter((feature) => feature.properties.role === 'territory'),
    routes: features('routes.geojson'),
    series: json<SeriesDeclaration[]>('series.json', []),
    reports: files.has('reports.json') ? json<unknown[]>('reports.json', []) : [],
  };
  for (const [index, definition] of bundle.reports.entries()) {
    for (const { at, message } of reportProblems(definition)) report(`reports.json/${index}${at}`, message);
  }
  if (problems.length === 0) problems.push(...bundleProblems(bundle));
  if (problems.length > 0) {
    throw new SalientError('invalid_geodata', `the bundle breaks its contract in ${problems.length} places`, problems);
  }
  return bundle;
}
