/**
 * JSON Schema (draft 2020-12) of a mapping file: the only statement of its form. Ajv checks files by it, the service
 * hands it out at /mapping.schema.json, and editors complete by it.
 */
const text = { type: 'string', minLength: 1, maxLength: 500 };
const texts = { type: 'array', items: text, minItems: 1, maxItems: 1000 };
const matcher = {
  description:
    'Equal to this text, or to one of these; or it contains or starts with one. Compared after normalisation: NFC, every kind of blank as one space, invisible characters dropped.',
  oneOf: [
    text,
    texts,
    {
      type: 'object',
      properties: { contains: { oneOf: [text, texts] } },
      required: ['contains'],
      additionalProperties: false,
    },
    { type: 'object', properties: { starts: text }, required: ['starts'], additionalProperties: false },
  ],
};
const colour = { type: 'string', pattern: '^#[0-9A-Fa-f]{6}$' };
const day = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' };
const party = { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,62}$' };

export const MAPPING_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Mapping of a map series for Salient',
  description: 'Which features of the files of a publisher mean which party and status, from which day to which.',
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    title: text,
    case: { enum: ['keep', 'fold'], default: 'keep', description: 'fold: capitals and small letters are the same.' },
    date_property: { ...text, description: 'Property of a feature that holds its day, YYYY-MM-DD.' },
    parties: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        properties: { id: party, name: text, colour },
        required: ['id'],
        additionalProperties: false,
      },
    },
    rules: {
      type: 'array',
      minItems: 1,
      maxItems: 2000,
      description: 'The first rule that holds decides. A feature for which none does is refused.',
      items: {
        type: 'object',
        properties: {
          when: {
            type: 'object',
            description: 'All that is given must hold; {} is every feature.',
            properties: {
              property: { type: 'object', additionalProperties: matcher, maxProperties: 20 },
              fill: { oneOf: [colour, { type: 'array', items: colour, minItems: 1 }] },
              folder: matcher,
              layer: matcher,
              file: matcher,
            },
            additionalProperties: false,
          },
          from: { ...day, description: 'First day on which the rule holds.' },
          to: { ...day, description: 'First day on which it no longer does.' },
          party,
          status: { enum: ['controlled', 'contested', 'claimed', 'unknown'], default: 'controlled' },
          confidence: { type: 'number', minimum: 0, maximum: 1 },
          ignore: { ...text, description: 'Such features are left out, for this reason.' },
          note: text,
        },
        required: ['when'],
        additionalProperties: false,
      },
    },
    ignore: {
      type: 'object',
      properties: {
        geometry: {
          type: 'array',
          items: { enum: ['Point', 'MultiPoint', 'LineString', 'MultiLineString'] },
          description: 'Kinds of geometry that are no ground: labels, arrows.',
        },
        farther_than_km: {
          type: 'number',
          minimum: 0,
          description: 'Parts of areas that are farther than this from the theatre are left out.',
        },
      },
      additionalProperties: false,
    },
    priority: {
      type: 'array',
      items: party,
      minItems: 1,
      uniqueItems: true,
      description: 'Who has the ground where areas overlap and the import says overlaps=priority: the first of them.',
    },
  },
  required: ['rules'],
  additionalProperties: false,
} as const;
