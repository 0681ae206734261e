import type { Region } from '../change/region.js';
import type { Problem, SalientError } from '../errors.js';
import { isObject, readAreaGeometry } from '../geometry/geojson-geometry.js';
import { type IsoDate, isIsoDate } from '../model/dates.js';
import { ProblemList, pointer, quote } from '../model/problem-list.js';
import { isTimeZone, type PeriodRule } from './periods.js';
import { isCron } from './schedule.js';

/** What a report can be written as: `reports/render/render.ts` makes each. */
export const REPORT_FORMATS = [
  'html',
  'md',
  'json',
  'csv',
  'geojson',
  'map.svg',
  'chart.svg',
  'map.png',
  'chart.png',
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const REPORT_LANGUAGES = ['en'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

/** What to report, how often, in which forms and to whom. */
export interface ReportDefinition {
  id: string;
  title: string;
  /** One series, or two of one theatre to compare: the first is the one that the headline tells. */
  series: string[];
  region: Region;
  period: PeriodRule;
  formats: ReportFormat[];
  language: ReportLanguage;
  /** When it is made: at the first hour of this cron expression after the period is over; null: as soon as it is over. */
  schedule: { cron: string; time_zone: string } | null;
  /** No period that begins earlier is reported; null: see `duePeriods`. */
  since: IsoDate | null;
  recipients: {
    webhooks: string[];
    /** Path inside SALIENT_REPORTS_FOLDER into which every edition is written. */
    folder: string | null;
  };
}

const FIELDS = ['id', 'title', 'series', 'region', 'period', 'formats', 'language', 'schedule', 'since', 'recipients'];
const SLUG = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const FARTHEST_M = 200_000;

/**
 * Reads a definition; every problem with its JSON pointer at once. What is left out takes the default of the schema.
 * @throws SalientError `invalid_report`
 */
export function parseReportDefinition(value: unknown): ReportDefinition {
  const problems = new ProblemList();
  const definition = readDefinition(value, problems);
  if (problems.all.length > 0 || !definition) throw refused(problems);
  return definition;
}

/** Every problem of a definition, each with its JSON pointer; none when it can be defined. */
export function definitionProblems(value: unknown): Problem[] {
  const problems = new ProblemList();
  readDefinition(value, problems);
  return problems.all;
}

const refused = (problems: ProblemList): SalientError => problems.toError('invalid_report');

function readDefinition(value: unknown, problems: ProblemList): ReportDefinition | null {
  if (!isObject(value)) {
    problems.add('type', '', `a report definition is an object, not ${quote(value)}`);
    return null;
  }
  onlyFields(value, FIELDS, '', problems);
  const id = readText(value.id, '/id', problems, 63);
  if (id !== '' && !SLUG.test(id)) {
    problems.add('id', '/id', `${quote(id)}: lower-case letters, digits, dots, dashes; 63 at most`);
  }
  const series = readSeries(value.series, problems);
  return {
    id,
    title: readText(value.title, '/title', problems),
    series,
    region: readRegion(or(value.region, { kind: 'theatre' }), problems),
    period: readPeriod(or(value.period, { every: 'week' }), problems),
    formats: readList(or(value.formats, ['html']), '/formats', REPORT_FORMATS, problems),
    language: readChoice(or(value.language, 'en'), '/language', REPORT_LANGUAGES, problems),
    schedule: readSchedule(or(value.schedule, null), problems),
    since: value.since === undefined || value.since === null ? null : readDay(value.since, '/since', problems),
    recipients: readRecipients(or(value.recipients, {}), problems),
  };
}

/** A field that was left out takes its default; null is a value like any other. */
const or = (given: unknown, absent: unknown): unknown => (given === undefined ? absent : given);

function onlyFields(value: Record<string, unknown>, known: readonly string[], at: string, problems: ProblemList): void {
  for (const name of Object.keys(value)) {
    if (!known.includes(name))
      problems.add('unknown_field', pointer(at, name), `there is no such field; there are ${known.join(', ')}`);
  }
}

function readText(value: unknown, at: string, problems: ProblemList, longest = 200): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= longest && !/\p{Cc}/u.test(value))
    return value;
  problems.add('text', at, `1 to ${longest} characters on one line, not ${quote(value)}`);
  return '';
}

function readChoice<const Value extends string>(
  value: unknown,
  at: string,
  of: readonly Value[],
  problems: ProblemList,
): Value {
  const found = of.find((known) => known === value);
  if (found === undefined) problems.add('choice', at, `one of ${of.join(', ')}, not ${quote(value)}`);
  return found ?? (of[0] as Value);
}

function readList<const Value extends string>(
  value: unknown,
  at: string,
  of: readonly Value[],
  problems: ProblemList,
): Value[] {
  if (!Array.isArray(value) || value.length === 0) {
    problems.add('list', at, `a list of one or more of ${of.join(', ')}, not ${quote(value)}`);
    return [];
  }
  const read = value.map((one, index) => readChoice(one, pointer(at, index), of, problems));
  if (new Set(value).size < value.length) problems.add('repeated', at, 'each once');
  return read;
}

function readSeries(value: unknown, problems: ProblemList): string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length < 1 || list.length > 2) {
    problems.add('series', '/series', `the id of a series, or a list of two to compare, not ${quote(value)}`);
    return [];
  }
  const ids = list.map((one, index) => readText(one, pointer('/series', index), problems));
  if (ids.length === 2 && ids[0] === ids[1]) problems.add('series', '/series/1', 'two different series are compared');
  return ids;
}

function readRegion(value: unknown, problems: ProblemList): Region {
  const theatre = { kind: 'theatre' } as const;
  if (!isObject(value)) {
    problems.add('type', '/region', `an object with a kind, not ${quote(value)}`);
    return theatre;
  }
  const kind = readChoice(value.kind, '/region/kind', ['theatre', 'polygon', 'route'], problems);
  if (kind === 'theatre') {
    onlyFields(value, ['kind'], '/region', problems);
    return theatre;
  }
  if (kind === 'polygon') {
    onlyFields(value, ['kind', 'name', 'polygon'], '/region', problems);
    const name = readText(value.name, '/region/name', problems);
    return { kind, name, polygons: readAreaGeometry(value.polygon, '/region/polygon', problems) ?? [] };
  }
  onlyFields(value, ['kind', 'route', 'within_m'], '/region', problems);
  const within = value.within_m;
  if (typeof within !== 'number' || !(within > 0) || within > FARTHEST_M) {
    problems.add('distance', '/region/within_m', `metres, above 0 and up to ${FARTHEST_M}, not ${quote(within)}`);
  }
  return { kind, route: readText(value.route, '/region/route', problems), within_m: Number(within) };
}

function readPeriod(value: unknown, problems: ProblemList): PeriodRule {
  const whenever: PeriodRule = { every: 'week', kind: 'calendar', time_zone: 'UTC' };
  if (!isObject(value)) {
    problems.add('type', '/period', `an object with \`every\`, not ${quote(value)}`);
    return whenever;
  }
  const time_zone = readTimeZone(or(value.time_zone, 'UTC'), '/period/time_zone', problems);
  const every = readChoice(value.every, '/period/every', ['day', 'week', 'month', 'custom'], problems);
  if (every !== 'custom') {
    onlyFields(value, ['every', 'kind', 'time_zone'], '/period', problems);
    return {
      every,
      kind: readChoice(or(value.kind, 'calendar'), '/period/kind', ['calendar', 'rolling'], problems),
      time_zone,
    };
  }
  if ('days' in value || 'starting' in value) {
    onlyFields(value, ['every', 'days', 'starting', 'time_zone'], '/period', problems);
    const { days } = value;
    if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > 3660) {
      problems.add('days', '/period/days', `a whole number of days from 1 to 3660, not ${quote(days)}`);
    }
    return { every, days: Number(days), starting: readDay(value.starting, '/period/starting', problems), time_zone };
  }
  onlyFields(value, ['every', 'from', 'to', 'time_zone'], '/period', problems);
  const from = readDay(value.from, '/period/from', problems);
  const to = readDay(value.to, '/period/to', problems);
  if (to <= from) problems.add('period', '/period/to', `the day after the last, later than ${from}`);
  return { every, from, to, time_zone };
}

function readDay(value: unknown, at: string, problems: ProblemList): IsoDate {
  if (typeof value === 'string' && isIsoDate(value) && value >= '1900' && value < '3000') return value;
  problems.add('invalid_date', at, `a calendar day YYYY-MM-DD from 1900 to 2999, not ${quote(value)}`);
  return '1900-01-01' as IsoDate;
}

function readSchedule(value: unknown, problems: ProblemList): ReportDefinition['schedule'] {
  if (value === null) return null;
  if (!isObject(value)) {
    problems.add('type', '/schedule', `an object with \`cron\` and \`time_zone\`, not ${quote(value)}`);
    return null;
  }
  onlyFields(value, ['cron', 'time_zone'], '/schedule', problems);
  const cron = readText(value.cron, '/schedule/cron', problems);
  if (cron !== '' && !isCron(cron)) {
    problems.add('cron', '/schedule/cron', `${quote(cron)}: minute hour day month weekday, such as "0 6 * * 1"`);
  }
  return { cron, time_zone: readTimeZone(or(value.time_zone, 'UTC'), '/schedule/time_zone', problems) };
}

function readTimeZone(value: unknown, at: string, problems: ProblemList): string {
  const zone = readText(value, at, problems);
  if (zone !== '' && !isTimeZone(zone)) {
    problems.add('time_zone', at, `${quote(zone)} is no IANA time zone such as Asia/Damascus`);
  }
  return zone;
}

function readRecipients(value: unknown, problems: ProblemList): ReportDefinition['recipients'] {
  if (!isObject(value)) {
    problems.add('type', '/recipients', `an object, not ${quote(value)}`);
    return { webhooks: [], folder: null };
  }
  onlyFields(value, ['webhooks', 'folder'], '/recipients', problems);
  const webhooks = or(value.webhooks, []);
  if (!Array.isArray(webhooks) || webhooks.length > 20) {
    problems.add('list', '/recipients/webhooks', `a list of 20 addresses at most, not ${quote(webhooks)}`);
  }
  const urls = (Array.isArray(webhooks) ? webhooks.slice(0, 20) : []).map((url, index) =>
    readWebhook(url, pointer('/recipients/webhooks', index), problems),
  );
  const folder = or(value.folder, null);
  return { webhooks: urls, folder: folder === null ? null : readFolder(folder, problems) };
}

const FOLDER = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/** A path inside the folder that the service was given for reports: never absolute, never upwards. */
function readFolder(value: unknown, problems: ProblemList): string {
  const text = readText(value, '/recipients/folder', problems);
  if (text !== '' && !FOLDER.test(text)) {
    problems.add(
      'folder',
      '/recipients/folder',
      `${quote(text)}: names of letters, digits, dots, dashes, with / between`,
    );
  }
  return text;
}

/** Whether the address is one that may be called is judged when it is called: names resolve differently over time. */
function readWebhook(value: unknown, at: string, problems: ProblemList): string {
  const text = readText(value, at, problems, 2000);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (text !== '' && (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password)) {
    problems.add('url', at, `an http or https address without a password in it, not ${quote(text)}`);
  }
  return text;
}
