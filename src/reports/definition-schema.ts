import { type Static, Type } from '@sinclair/typebox';
import { FARTHEST_FROM_ROUTE_M } from '../change/region.js';
import { choice, closed, defineFormat, line, published } from '../model/contract.js';
import { type IsoDate, isIsoDate } from '../model/dates.js';
import { ID_PATTERN, ID_RULE, isId } from '../model/id.js';
import { isTimeZone } from './periods.js';
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

export const REPORT_LANGUAGES = ['en', 'ar', 'tr'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

const FOLDER = '^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$';
const matches = (pattern: string) => (text: string) => new RegExp(pattern).test(text);

/** Names under `/reports` that are no report. */
const TAKEN = ['schema.json'];
const idFormat = defineFormat(
  'id',
  `${ID_RULE}, not ${TAKEN.join(' or ')},`,
  (text) => isId(text) && !TAKEN.includes(text),
);
const folderFormat = defineFormat('folder', 'names of letters, digits, dots, dashes, with / between', matches(FOLDER));
const zoneFormat = defineFormat('time_zone', 'an IANA time zone such as Asia/Damascus', isTimeZone);
const cronFormat = defineFormat('cron', 'minute hour day month weekday, such as "0 6 * * 1",', isCron);
const dayFormat = defineFormat(
  'date',
  'a calendar day YYYY-MM-DD from 1900 to 2999',
  (text) => isIsoDate(text) && text >= '1900' && text < '3000',
);
const webhookFormat = defineFormat('uri', 'an http or https address without a password in it', (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password;
});

// One address, as people write theirs; whether it exists only a message shows.
const emailFormat = defineFormat('email', 'an e-mail address such as desk@example.org', (text) =>
  /^[^\s@<>(),;:"\\[\]]+@[^\s@<>(),;:"\\[\]]+\.[^\s@<>(),;:"\\[\].]+$/.test(text),
);

const day = (description?: string) =>
  Type.Unsafe<IsoDate>(
    Type.String({ format: dayFormat, pattern: '^\\d{4}-\\d{2}-\\d{2}$', ...(description && { description }) }),
  );
/** Parts that alert rules share. */
export const TIME_ZONE = Type.String({
  format: zoneFormat,
  default: 'UTC',
  description: 'IANA time zone in whose calendar periods begin and end, such as Asia/Damascus',
});

export const CRON = Type.String({ format: cronFormat });
export const REPORT_ID = Type.String({ pattern: ID_PATTERN, format: idFormat });
export const WEBHOOKS = Type.Array(Type.String({ format: webhookFormat, pattern: '^https?://', maxLength: 2000 }), {
  maxItems: 20,
  uniqueItems: true,
  default: [],
});
export const EMAILS = Type.Array(Type.String({ format: emailFormat, maxLength: 254 }), {
  maxItems: 100,
  uniqueItems: true,
  default: [],
});

const region = Type.Union(
  [
    closed({ kind: Type.Literal('theatre') }),
    closed({
      kind: Type.Literal('polygon'),
      name: line(),
      polygon: Type.Object({}, { description: 'GeoJSON Polygon or MultiPolygon, CRS84 (lon, lat)' }),
    }),
    closed({
      kind: Type.Literal('route'),
      route: line(200, { description: 'id of a route of the theatre' }),
      within_m: Type.Number({
        exclusiveMinimum: 0,
        maximum: FARTHEST_FROM_ROUTE_M,
        description: 'metres to either side of it',
      }),
    }),
  ],
  { description: 'the area that the report is about', default: { kind: 'theatre' } },
);

const period = Type.Union(
  [
    closed({
      every: choice(['day', 'week', 'month']),
      kind: choice(['calendar', 'rolling'], {
        default: 'calendar',
        description: 'calendar: days, ISO weeks from Monday, months; rolling: the one that ends with each day',
      }),
      time_zone: TIME_ZONE,
    }),
    closed({
      every: Type.Literal('custom'),
      days: Type.Integer({ minimum: 1, maximum: 3660 }),
      starting: day(),
      time_zone: TIME_ZONE,
    }),
    closed({
      every: Type.Literal('custom'),
      from: day(),
      to: day('the day after the last'),
      time_zone: TIME_ZONE,
    }),
  ],
  { default: { every: 'week', kind: 'calendar', time_zone: 'UTC' } },
);

/** The form of a report definition: what is read, what is published, and the type of both. */
export const DEFINITION = closed(
  {
    id: REPORT_ID,
    title: line(),
    series: Type.Union([line(), Type.Array(line(), { minItems: 1, maxItems: 2, uniqueItems: true })], {
      description: 'one series, or two of one theatre to compare: the first is the one that the headline tells',
    }),
    region,
    period,
    formats: Type.Array(choice(REPORT_FORMATS), { minItems: 1, uniqueItems: true, default: ['html'] }),
    language: choice(REPORT_LANGUAGES, { default: 'en' }),
    schedule: Type.Union([Type.Null(), closed({ cron: CRON, time_zone: TIME_ZONE })], {
      description: 'made at the first instant of the cron expression after the period is over; null: at once',
      default: null,
    }),
    since: Type.Union([Type.Null(), day()], {
      description:
        'first day reported; null: from the first day of a series that has ended, or from the definition on of one that goes on',
      default: null,
    }),
    recipients: closed(
      {
        webhooks: WEBHOOKS,
        emails: EMAILS,
        folder: Type.Union([Type.Null(), Type.String({ format: folderFormat, pattern: FOLDER, maxLength: 200 })], {
          description: 'folder inside SALIENT_REPORTS_FOLDER into which every edition is written',
          default: null,
        }),
      },
      { default: { webhooks: [], emails: [], folder: null } },
    ),
  },
  { title: 'Salient report definition' },
);
export type GivenDefinition = Static<typeof DEFINITION>;

/** JSON Schema (2020-12) of a report definition, as published. */
export const REPORT_DEFINITION_SCHEMA = published(DEFINITION);
