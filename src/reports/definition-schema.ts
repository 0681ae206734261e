import { REPORT_FORMATS, REPORT_LANGUAGES } from './definition.js';

const timeZone = {
  type: 'string',
  default: 'UTC',
  description: 'IANA time zone in whose calendar periods begin and end, such as Asia/Damascus',
};
const day = { type: 'string', format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const line = { type: 'string', minLength: 1, maxLength: 200 };
const object = (required: readonly string[], properties: Record<string, unknown>) => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

/** JSON Schema (2020-12) of a report definition, as published; `parseReportDefinition` says the same with reasons. */
export const REPORT_DEFINITION_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Salient report definition',
  ...object(['id', 'title', 'series'], {
    id: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,62}$' },
    title: line,
    series: {
      description: 'one series, or two to compare: the first is the one that the headline tells',
      anyOf: [line, { type: 'array', items: line, minItems: 1, maxItems: 2, uniqueItems: true }],
    },
    region: {
      description: 'the ground that the report is about',
      default: { kind: 'theatre' },
      oneOf: [
        object(['kind'], { kind: { const: 'theatre' } }),
        object(['kind', 'name', 'polygon'], {
          kind: { const: 'polygon' },
          name: line,
          polygon: { type: 'object', description: 'GeoJSON Polygon or MultiPolygon, CRS84 (lon, lat)' },
        }),
        object(['kind', 'route', 'within_m'], {
          kind: { const: 'route' },
          route: { ...line, description: 'id of a route of the theatre' },
          within_m: {
            type: 'number',
            exclusiveMinimum: 0,
            maximum: 200_000,
            description: 'metres to either side of it',
          },
        }),
      ],
    },
    period: {
      default: { every: 'week', kind: 'calendar', time_zone: 'UTC' },
      oneOf: [
        object(['every'], {
          every: { enum: ['day', 'week', 'month'] },
          kind: {
            enum: ['calendar', 'rolling'],
            default: 'calendar',
            description: 'calendar: days, ISO weeks from Monday, months; rolling: the one that ends with each day',
          },
          time_zone: timeZone,
        }),
        object(['every', 'days', 'starting'], {
          every: { const: 'custom' },
          days: { type: 'integer', minimum: 1, maximum: 3660 },
          starting: day,
          time_zone: timeZone,
        }),
        object(['every', 'from', 'to'], {
          every: { const: 'custom' },
          from: day,
          to: { ...day, description: 'the day after the last' },
          time_zone: timeZone,
        }),
      ],
    },
    formats: { type: 'array', items: { enum: REPORT_FORMATS }, minItems: 1, uniqueItems: true, default: ['html'] },
    language: { enum: REPORT_LANGUAGES, default: 'en' },
    schedule: {
      description: 'made at the first instant of the cron expression after the period is over; null: at once',
      default: null,
      oneOf: [{ type: 'null' }, object(['cron'], { cron: line, time_zone: timeZone })],
    },
    since: {
      description:
        'first day reported; null: from the first day of a series that has ended, or from the definition on of one that goes on',
      default: null,
      oneOf: [{ type: 'null' }, day],
    },
    recipients: object([], {
      webhooks: {
        type: 'array',
        items: { type: 'string', format: 'uri', pattern: '^https?://' },
        maxItems: 20,
        default: [],
      },
      folder: {
        description: 'folder inside SALIENT_REPORTS_FOLDER into which every edition is written',
        default: null,
        oneOf: [
          { type: 'null' },
          { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$', maxLength: 200 },
        ],
      },
    }),
  }),
} as const;
