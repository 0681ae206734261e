import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { SalientError } from '../errors.js';
import { addDays, type IsoDate, parseDate } from '../model/dates.js';
import type { AnyReport } from '../reports/content/content.js';
import type { ReportDefinition, ReportFormat } from '../reports/definition.js';
import { type Period, type PeriodRule, periodsBetween } from '../reports/periods.js';
import { makeFolder } from '../store/make-folder.js';
import { openAccess } from './access.js';

type Options = Record<string, string | undefined>;

/** Adds `report` to the command line: one report to the screen, or many as files. */
export function reportCommand(program: Command): Command {
  return program
    .command('report')
    .description('what changed in a period, as a report to publish')
    .option('--series <ids>', 'id of the series, or two with a comma between to compare them')
    .option('--from <day>', 'first day of one period')
    .option('--to <day>', 'the day after its last')
    .option('--days <span>', 'every day of FROM..TO')
    .option('--weeks <span>', 'every week, Monday to Sunday, within FROM..TO')
    .option('--months <span>', 'every month within FROM..TO')
    .option(
      '--format <names>',
      'html, md, json, csv, geojson, map.svg, map.png, chart.svg, chart.png; with commas between',
    )
    .option('--out <folder>', 'write files there instead of to the screen')
    .option('--near-route <id>', 'only the ground within a distance of this route')
    .option('--within <metres>', 'that distance')
    .option('--title <text>', 'title of the report')
    .option(
      '--definition <file>',
      'a report definition as JSON: series, region, formats, title, language and time zone are its own',
    )
    .option('--known-at <instant>', 'as known at that instant (RFC 3339); now when absent')
    .action(async (options: Options) => {
      const definition = await definitionOf(options);
      const periods = periodsOf(options, definition);
      if (!options.out && (periods.length > 1 || definition.formats.length > 1)) {
        throw new SalientError('missing_parameter', '--out: a folder is needed for more than one file');
      }
      await writeReports(definition, periods, options);
    });
}

async function writeReports(definition: ReportDefinition, periods: readonly Period[], options: Options): Promise<void> {
  const access = await openAccess(readConfig());
  try {
    for (const [done, period] of periods.entries()) {
      if (process.stderr.isTTY) process.stderr.write(`\r${done + 1} of ${periods.length}: ${period.key} `);
      const content = (await access.get('/report', questionOf(definition, period, options.knownAt))) as AnyReport;
      for (const format of definition.formats) await deliver(content, format, options.out);
    }
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    if (options.out) process.stdout.write(`${periods.length * definition.formats.length} files in ${options.out}\n`);
  } finally {
    await access.close();
  }
}

async function deliver(content: AnyReport, format: ReportFormat, folder: string | undefined): Promise<void> {
  const { renderReport, reportFileName } = await import('../reports/render/render.js');
  const form = await renderReport(content, format, { base: readConfig().publicUrl });
  if (!folder) {
    process.stdout.write(form);
    return;
  }
  makeFolder(folder);
  await writeFile(join(folder, reportFileName(content, format)), form);
}

/** The definition as a question to `/report`, which the running service answers too. */
function questionOf(
  { id, title, series, region, language, period: rule }: ReportDefinition,
  period: Period,
  knownAt: string | undefined,
) {
  const [first = '', compare] = series;
  return {
    series: first,
    ...(compare && { compare }),
    from: period.from,
    to: period.to,
    id,
    title,
    language,
    ...(rule.every !== 'custom' && rule.kind === 'calendar' && { every: rule.every }),
    'time-zone': rule.time_zone,
    ...(region.kind === 'route' && { 'near-route': region.route, within: String(region.within_m) }),
    ...(region.kind === 'polygon' && { polygon: JSON.stringify(region.polygons), region: region.name }),
    ...(knownAt && { 'known-at': knownAt }),
  };
}

async function definitionOf(options: Options): Promise<ReportDefinition> {
  const given = options.definition
    ? (JSON.parse(await readFile(options.definition, 'utf8')) as Record<string, unknown>)
    : {};
  const series = options.series?.split(',') ?? given.series;
  const id = Array.isArray(series) ? series.join('-') : series;
  const region = options.nearRoute && {
    kind: 'route',
    route: options.nearRoute,
    within_m: Number(options.within ?? 10_000),
  };
  const { parseReportDefinition } = await import('../reports/definition.js');
  return parseReportDefinition({
    id,
    title: id,
    ...given,
    series,
    ...(options.title && { title: options.title }),
    ...(region && { region }),
    ...(options.format ? { formats: options.format.split(',') } : given.formats ? {} : { formats: ['md'] }),
  });
}

function periodsOf(options: Options, definition: ReportDefinition): Period[] {
  const { time_zone } = definition.period;
  for (const [name, every] of [
    ['days', 'day'],
    ['weeks', 'week'],
    ['months', 'month'],
  ] as const) {
    const span = options[name];
    if (!span) continue;
    const [from = '', to = ''] = span.split('..');
    definition.period = { every, kind: 'calendar', time_zone };
    return someOf(definition.period, parseDate(from, `--${name}`), parseDate(to, `--${name}`));
  }
  if (!options.from || !options.to) {
    throw new SalientError(
      'missing_parameter',
      '--from and --to, or one of --days, --weeks, --months FROM..TO: name a period',
    );
  }
  const [from, to] = [parseDate(options.from, '--from'), parseDate(options.to, '--to')];
  if (options.definition) return someOf(definition.period, from, to);
  if (to <= from) throw new SalientError('invalid_parameter', `--to: the day after the last, later than ${from}`);
  definition.period = { every: 'custom', from, to, time_zone };
  return someOf(definition.period, from, to);
}

function someOf(rule: PeriodRule, from: IsoDate, to: IsoDate): Period[] {
  const periods = periodsBetween(rule, from, to);
  if (periods.length > 0) return periods;
  throw new SalientError('invalid_parameter', `no whole ${rule.every} lies in ${from}..${addDays(to, 0)}`);
}
