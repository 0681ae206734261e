import { type Problem, SalientError } from '../../errors.js';
import { findJsonFault } from '../../geometry/json-fault.js';
import {
  BUNDLE_FILES,
  type Bundle,
  type BundleFeature,
  type SeriesDeclaration,
  TABLES,
  type Tables,
} from './bundle.js';
import { bundleProblems } from './bundle-checks.js';
import { groundProblems } from './bundle-ground.js';
import { ruleProblems } from './bundle-rules.js';
import { schemaProblems } from './bundle-schema.js';
import { readTable } from './table.js';

/** What is wrong with a report definition, each problem at its JSON pointer: `reports/` stands above this room and knows. */
export type ReportCheck = (definition: unknown) => Problem[];

/** A bundle as read, with everything that breaks its contract (`problems`) or is better otherwise (`warnings`). */
export interface CheckedBundle {
  bundle: Bundle;
  problems: Problem[];
  warnings: Problem[];
}

/**
 * Reads a bundle from the texts of its files.
 * @throws SalientError `invalid_geodata` with every problem of every file, as `file:line`
 */
export function parseBundle(files: ReadonlyMap<string, string>, reportProblems: ReportCheck = () => []): Bundle {
  const { bundle, problems } = checkBundle(files, reportProblems);
  if (problems.length === 0) return bundle;
  const places = problems.length === 1 ? '1 place' : `${problems.length} places`;
  throw new SalientError('invalid_geodata', `the bundle breaks its contract in ${places}`, problems);
}

/**
 * Checks all files of a bundle at once: a fault in one does not hide those of the others. Problems are in the order of the files.
 * @param folder name of the folder, where the files come from one
 */
export function checkBundle(
  files: ReadonlyMap<string, string>,
  reportProblems: ReportCheck = () => [],
  folder: string | null = null,
): CheckedBundle {
  const problems: Problem[] = [];
  const report = (at: string, message: string) => problems.push({ code: 'invalid_geodata', at, message });
  const fileText = (name: string) => {
    const found = files.get(name);
    if (found === undefined) report(name, 'the file is missing');
    return found;
  };
  const json = (name: string): unknown => {
    const source = fileText(name);
    if (source === undefined) return undefined;
    try {
      return JSON.parse(source.replace(/^\uFEFF/, ''));
    } catch (error) {
      const fault = findJsonFault(source.replace(/^\uFEFF/, ''));
      const line = fault ? source.slice(0, fault.offset).split('\n').length : 1;
      report(`${name}:${line}`, fault?.message ?? (error as Error).message);
      return undefined;
    }
  };
  const features = (name: string): BundleFeature[] => {
    const value = json(name);
    if (value === undefined) return [];
    const found = (value as { features?: unknown } | null)?.features;
    if (!Array.isArray(found)) {
      report(name, 'a GeoJSON FeatureCollection is expected');
      return [];
    }
    return found.filter((feature: Partial<BundleFeature> | null, nth): feature is BundleFeature => {
      const whole = typeof feature?.properties === 'object' && typeof feature?.geometry === 'object';
      if (whole && feature?.properties && feature.geometry) return true;
      report(`${name}:/features/${nth}`, 'a feature has properties and a geometry');
      return false;
    });
  };

  const tables = Object.fromEntries(
    Object.entries(TABLES).map(([name, columns]) => {
      const source = fileText(`${name}.csv`);
      return [name, source === undefined ? [] : readTable(`${name}.csv`, source, columns, problems)];
    }),
  ) as unknown as Tables;
  const theatre = json('theatre.json');
  if (theatre !== undefined) problems.push(...schemaProblems('theatre', theatre, 'theatre.json:'));
  const ground = features('theatre.geojson');
  const featureAt = (feature: BundleFeature) => `theatre.geojson:/features/${ground.indexOf(feature)}`;
  const withRole = (role: string) => ground.filter(({ properties }) => properties.role === role);
  const [boundary, ...more] = withRole('theatre');
  if (!boundary && files.has('theatre.geojson')) report('theatre.geojson', 'no feature has the role "theatre"');
  for (const feature of more) report(featureAt(feature), 'the role "theatre" is there twice');
  for (const feature of ground) {
    const { role } = feature.properties;
    if (role === 'territory')
      problems.push(...schemaProblems('territory', feature.properties, `${featureAt(feature)}/properties`));
    else if (role !== 'theatre')
      report(`${featureAt(feature)}/properties/role`, 'the role is "theatre" or "territory"');
  }
  const routes = features('routes.geojson');
  for (const [nth, { properties }] of routes.entries()) {
    problems.push(...schemaProblems('route', properties, `routes.geojson:/features/${nth}/properties`));
  }
  const declared = json('series.json');
  if (declared !== undefined) problems.push(...schemaProblems('series', declared, 'series.json:'));
  const series = (Array.isArray(declared) ? declared : []) as SeriesDeclaration[];

  const reports = files.has('reports.json') ? json('reports.json') : [];
  if (reports !== undefined && !Array.isArray(reports)) report('reports.json', 'an array is expected');
  const bundle: Bundle = {
    ...tables,
    theatre: (theatre ?? {}) as Bundle['theatre'],
    boundary: boundary as BundleFeature,
    territories: withRole('territory'),
    routes,
    series,
    reports: Array.isArray(reports) ? reports : [],
  };
  for (const [index, definition] of bundle.reports.entries()) {
    for (const { at, message } of reportProblems(definition)) report(`reports.json/${index}${at}`, message);
  }
  // What refers to a row that could not be read is not wrong for it.
  const unread = new Set(problems.map(({ at }) => at.split(':')[0] as string));
  problems.push(...bundleProblems(bundle, unread));
  const typed = { ...bundle, series: series.filter((row) => typeof row === 'object' && row !== null) };
  const rules = ruleProblems(typed, featureAt);
  const found = groundProblems(typed, featureAt);
  problems.push(...rules.problems, ...found.problems);
  const { id } = bundle.theatre;
  if (folder !== null && typeof id === 'string' && id !== folder) {
    const message = `the id is ${JSON.stringify(id)}, the folder is called ${JSON.stringify(folder)}: one name for both is better`;
    rules.warnings.push({ code: 'invalid_geodata', at: 'theatre.json:/id', message });
  }
  return { bundle, problems: inOrder(problems), warnings: inOrder([...rules.warnings, ...found.warnings]) };
}

/** By file in the order of the contract, then by line. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const rank = ({ at }: Problem) => {
    const file = at.split(/[:/]/)[0] ?? '';
    const line = Number(/^[^:]*:(\d+)/.exec(at)?.[1] ?? 0);
    return [(BUNDLE_FILES as readonly string[]).indexOf(file), line] as const;
  };
  return [...problems].sort((a, b) => {
    const [[fileA, lineA], [fileB, lineB]] = [rank(a), rank(b)];
    return fileA - fileB || lineA - lineB;
  });
}
