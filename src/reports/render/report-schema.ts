import type { PeriodReason } from '../../series/coverage.js';
import { STEP_KINDS } from '../../series/step-kinds.js';
import { REPORT_LANGUAGES } from '../definition.js';

type Schema = Record<string, unknown>;

const object = (properties: Record<string, Schema>, rest: Schema = {}, maybe: Record<string, Schema> = {}): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties: { ...properties, ...maybe },
  additionalProperties: false,
  ...rest,
});
const list = (items: Schema): Schema => ({ type: 'array', items });
const or = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
/** Null where the series knows nothing of it: `gaps` names it. */
const orUnknown = (schema: Schema): Schema => ({ ...or(schema), description: 'null: the series knows nothing of it' });
const text = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const day = { type: 'string', format: 'date' };
const query = { type: 'string', pattern: '^/', description: 'relative URL of the question of the API that yields it' };
const position = { type: 'array', items: number, minItems: 2, maxItems: 2, description: 'lon, lat' };
const figure = { $ref: '#/$defs/figure' };
const length = { ...or(figure), description: 'null: a side holds nothing on that map, of which some may be its' };
const sources = list({ $ref: '#/$defs/source' });
const classKm2 = list(object({ class: text, km2: number, shown: number }));

const matrix = object({
  unit_km2: { ...number, description: 'the unit of every `shown` figure, which add up by rows, columns and in all' },
  cells: list(object({ from: text, to: text, km2: number, shown: number })),
  before: classKm2,
  after: classKm2,
  total_km2: number,
  total_shown: number,
  residual_km2: number,
  query,
});

const kind = { enum: STEP_KINDS };
const kinds = {
  ...list(kind),
  description:
    'of the steps in which it became so: without movement it did not on the ground. Absent in older editions',
};

const place = object(
  {
    id: text,
    name: text,
    position,
    from: text,
    to: text,
    on: object({ earliest: day, latest: day }),
    claims: list(object({ id: text, kind: text, earliest: or(day), latest: or(day), note: or(text), sources })),
    query,
  },
  {},
  { kinds },
);

const post = object({
  operator: text,
  operator_name: text,
  number: { type: 'integer' },
  name: text,
  position,
  before: text,
  after: text,
  steps: list(
    object(
      { on: day, from: text, to: text },
      {},
      {
        earliest: {
          ...day,
          description: 'the first day on which it may have been so; `on` is that of the first map that shows it',
        },
        kinds,
      },
    ),
  ),
  sentence: text,
  query,
});

const named = {
  id: text,
  title: text,
  publisher: text,
  licence: text,
  method: text,
  accuracy_m: number,
  accuracy_note: or(text),
};
const reach = { last_map: or(day), next_map: or(day), max_age_days: integer };

const series = object(
  {
    ...named,
    date_means: {
      enum: ['start', 'end', null],
      description: 'what the day of a map means; null: not stated, then its end',
    },
    coverage: object(
      { ...reach, before_age_days: integer, after_age_days: integer },
      { description: 'days from the maps to the days that they are shown for, and how many a map may stand for' },
    ),
    parties: list(object({ id: text, name: text, colour: { type: 'string', pattern: '^#[0-9a-f]{6}$' } })),
    compared: object({ before: day, after: day }, { description: 'the two days whose maps are compared' }),
    matrix,
    pairs: list(object({ a: text, b: text, won_by_a: figure, won_by_b: figure, net: figure })),
    changes: list(object({ party: text, before: figure, after: figure, gained: figure, lost: figure, net: figure })),
    kinds: list(
      object({
        kind,
        steps: { type: 'integer' },
        changed: figure,
        net: list(object({ party: text, figure })),
        why: list(object({ on: day, why: text })),
      }),
    ),
    noise: object({
      each_way: figure,
      reason: text,
      lower_bound: { type: 'boolean', description: 'the ranges are the least that they can be' },
    }),
    patches: list(
      object(
        { id: text, from: text, to: text, km2: number, name: or(text), share: number },
        {},
        { kind: { ...kind, description: 'absent where all of the change is movement' } },
      ),
    ),
    rate: object({
      periods: list(
        object(
          {
            key: text,
            from: day,
            to: day,
            days: { type: 'integer' },
            net: list(object({ party: text, per_day: { $ref: '#/$defs/rate' } })),
          },
          {},
          {
            redrawn: {
              const: true,
              description: 'some of it is no movement: a map was put right or drawn by other rules',
            },
            unknown: {
              const: true,
              description: 'ground became known or unknown between its maps: what a party has more or less is no rate',
            },
          },
        ),
      ),
    }),
    places: orUnknown(list(place)),
    routes: orUnknown(
      list(
        object({
          route: text,
          name: text,
          length: figure,
          km: list(object({ class: text, before: number, after: number })),
          changed: list(object({ from: text, to: text, km: figure }, {}, { kinds })),
        }),
      ),
    ),
    posts: orUnknown(list(post)),
    front: orUnknown(
      object(
        {
          ruler_m: number,
          pairs: list(object({ left: text, right: text, before: length, after: length })),
          most: or(
            object(
              { party: text, sector: text, advance: or(figure), gained: figure, near: or(text) },
              {
                description:
                  'where most ground changed hands, and who gained or lost most there; null where some was redrawn',
              },
              { lost: figure },
            ),
          ),
        },
        {},
        {
          halfway: {
            ...figure,
            description: 'how much of the length at the end is halfway through ground that neither side surely holds',
          },
        },
      ),
    ),
    areas: list(object({ date: day, km2: { type: 'object', additionalProperties: number } })),
  },
  {},
  {
    kind: { enum: ['derived', 'imported'], description: 'derived from reports, or published as maps' },
    reclaimed: { ...figure, description: 'contested ground that another claims at the end than at the start' },
  },
);

const counted = [
  'summed',
  'part_of_count',
  'part_of_event',
  'other_period',
  'overlapping_period',
  'no_number',
  'not_additive',
];

const events = object({
  totals: list(
    object({
      measure: text,
      qualifier: { enum: ['exact', 'at_least', 'about', 'claimed'] },
      value: number,
      reports: { type: 'integer' },
      query,
    }),
  ),
  events: list(
    object({
      id: text,
      kind: text,
      earliest: or(day),
      latest: or(day),
      where: or(text),
      actor: or(text),
      counts: list(
        object({ measure: text, value: or(number), qualifier: text, wording: or(text), counted: { enum: counted } }),
      ),
      sources,
      query,
    }),
  ),
});

const REGION = { enum: ['theatre', 'polygon', 'route'] };
const PERIOD_REASONS: PeriodReason[] = ['future', 'not_over', 'before_first_map', 'no_map', 'map_too_old'];
const withdrawn = {
  ...list(
    object(
      { id: text, title: text, withdrawn_at: { type: 'string', format: 'date-time' } },
      {},
      { why: { ...text, description: 'for whom it is to be told' } },
    ),
  ),
  description: 'series of the report that were withdrawn since: what is told no longer stands',
};
const head = {
  format: { const: 'salient-report-1' },
  definition: object({ id: text, title: text }),
  language: { enum: REPORT_LANGUAGES },
  period: object({ key: text, from: day, to: day, every: text, time_zone: text }),
  known_at: { type: 'string', format: 'date-time', description: 'everything is answered as known at this instant' },
  gaps: list(
    object({
      code: text,
      series: text,
      figures: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
      query,
    }),
  ),
};

/** JSON Schema (2020-12) of the JSON form of a report. Areas km², lengths km, dates `YYYY-MM-DD`, `[from, to)` half-open. */
export const REPORT_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Salient area-change report',
  oneOf: [{ $ref: '#/$defs/measured' }, { $ref: '#/$defs/unknown' }],
  $defs: {
    measured: object(
      {
        ...head,
        known: { const: true },
        region: object({ kind: REGION, name: text, km2: number }),
        series: { type: 'array', items: series, minItems: 1, maxItems: 2 },
        comparison: or(
          object({
            on: day,
            net: list(object({ party: text, first: figure, second: figure })),
            agreed: figure,
            differing: list(object({ first: text, second: text, km2: figure })),
          }),
        ),
        events,
      },
      {},
      { withdrawn },
    ),
    unknown: object(
      {
        ...head,
        known: { const: false, description: 'nothing can be said of the period: no figure is given' },
        region: object({ kind: REGION, name: text }),
        series: list(
          object({ ...named, coverage: object(reach, {}, { before_map: day }), reason: { enum: PERIOD_REASONS } }),
        ),
      },
      {},
      { withdrawn },
    ),
    rate: object({
      value: { ...or(number), description: 'null: `redrawn` or `unknown` of the period says why' },
      low: or(number),
      high: or(number),
      unit: text,
      query,
    }),
    figure: object(
      { value: number, low: or(number), high: or(number), unit: text, query },
      {},
      { sd: { ...number, description: 'one standard deviation of the lines of a net change' } },
    ),
    source: object({
      publisher: text,
      via: or(text),
      title: or(text),
      url: or(text),
      published_on: or(day),
      stance: text,
    }),
  },
};
