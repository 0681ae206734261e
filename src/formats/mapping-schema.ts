import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { choice, closed, defineFormat, published } from '../model/contract.js';
import { type IsoDate, isIsoDate } from '../model/dates.js';
import { ID_PATTERN } from '../model/id.js';

const dayFormat = defineFormat('calendar-day', 'a calendar day YYYY-MM-DD', isIsoDate);

const text = (description?: string) =>
  Type.String({ minLength: 1, maxLength: 500, ...(description !== undefined && { description }) });
const texts = Type.Array(text(), { minItems: 1, maxItems: 1000 });
const matcher = Type.Union(
  [text(), texts, closed({ contains: Type.Union([text(), texts]) }), closed({ starts: text() })],
  {
    description:
      'Equal to this text, or to one of these; or it contains or starts with one. Compared after normalisation: NFC, every kind of blank as one space, invisible characters dropped.',
  },
);
const colour = Type.String({ pattern: '^#[0-9A-Fa-f]{6}$' });
const day = (description: string) =>
  Type.Unsafe<IsoDate>(Type.String({ format: dayFormat, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description }));
const party = Type.String({ pattern: ID_PATTERN });
/** A schema with another description; its type stays that of the schema, so that a declaration can name it. */
const described = <T extends TSchema>(schema: T, description: string): T => ({ ...schema, description });
const maybe = <T extends TSchema>(of: T) => Type.Optional(of);

const condition = closed(
  {
    property: maybe(Type.Record(Type.String(), matcher, { maxProperties: 20 })),
    fill: maybe(Type.Union([colour, Type.Array(colour, { minItems: 1 })], { description: 'Fill colours, #rrggbb.' })),
    folder: maybe(described(matcher, 'Names of folders from the outside in, joined by /; or one of them alone.')),
    layer: maybe(matcher),
    file: maybe(matcher),
  },
  { description: 'All that is given must hold; {} is every feature.' },
);

const rule = closed({
  when: condition,
  from: maybe(day('First day on which the rule holds.')),
  to: maybe(day('First day on which it no longer does.')),
  party: maybe(party),
  status: maybe(
    choice(['controlled', 'contested', 'claimed', 'unknown'], { description: 'controlled when it is left out.' }),
  ),
  confidence: maybe(Type.Number({ minimum: 0, maximum: 1 })),
  ignore: maybe(text('Such features are left out, for this reason.')),
  note: maybe(text()),
});

/**
 * How the maps of a publisher are read (docs/importing.md): the only statement of its form. Files are read by it, the
 * service hands it out at /mapping.schema.json, editors complete by it, and `Mapping` is its type.
 */
export const MAPPING = closed(
  {
    $schema: maybe(Type.String()),
    title: maybe(text()),
    case: maybe(
      choice(['keep', 'fold'], { description: 'fold: capitals and small letters are the same; keep when left out.' }),
    ),
    date_property: maybe(text('Property of a feature that holds its day, YYYY-MM-DD.')),
    parties: maybe(Type.Array(closed({ id: party, name: maybe(text()), colour: maybe(colour) }), { maxItems: 100 })),
    rules: Type.Array(rule, {
      minItems: 1,
      maxItems: 2000,
      description: 'The first rule that holds decides. A feature for which none does is refused.',
    }),
    ignore: maybe(
      closed({
        geometry: maybe(
          Type.Array(choice(['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'none']), {
            description: 'Kinds of geometry that are no area: labels, arrows; none: features without a geometry.',
          }),
        ),
        farther_than_km: maybe(
          Type.Number({
            minimum: 0,
            description: 'Parts of areas that are farther than this from the theatre are left out.',
          }),
        ),
      }),
    ),
    priority: maybe(
      Type.Array(
        Type.Union([
          party,
          closed({ rule: Type.Integer({ minimum: 1, description: 'Number of a rule, from 1.' }) }),
          closed({ folder: matcher }),
          closed({ layer: matcher }),
        ]),
        {
          minItems: 1,
          uniqueItems: true,
          description:
            'Whose the ground is where areas overlap and the import says overlaps=priority: the first of these. A party, a class (contested, unknown), a rule, a folder or a layer; what none of them names decides nothing.',
        },
      ),
    ),
  },
  {
    title: 'Mapping of a map series for Salient',
    description: 'Which features of the files of a publisher mean which party and status, from which day to which.',
  },
);

export type Mapping = Static<typeof MAPPING>;
/** What the features of a condition mean, on the days `[from, to)`: an area, or nothing (`ignore` states why). */
export type MappingRule = Static<typeof rule>;
/** What a feature must be for a rule to speak of it; all that is given must hold. */
export type RuleCondition = Static<typeof condition>;
/** Text that a value must be, begin with or hold; of several, one is enough. Compared after `normalised`. */
export type TextMatcher = Static<typeof matcher>;

/** JSON Schema (2020-12) of a mapping file, as published. */
export const MAPPING_SCHEMA = published(MAPPING);
