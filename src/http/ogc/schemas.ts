import { type CollectionKind, KIND_NAMES, type KindName, kindNamed } from '../../features/collection-kinds.js';
import { jsonType, parseCollectionId, queryablesOf } from '../../features/collections.js';

type Schema = Record<string, unknown>;

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer', minimum: 0 };
const uri: Schema = { type: 'string', format: 'uri' };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: Schema): Schema => ({ type: 'array', items });
const object = (properties: Record<string, Schema>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const links = list(ref('Link'));
const described = { title: text, dataType: text, crs: uri, tileMatrixSetId: text, tileMatrixSetURI: uri, links };
const LIMITS = ['minTileRow', 'maxTileRow', 'minTileCol', 'maxTileCol'];
const corner = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 };

/** What the resources of the API answer as JSON, by the name that a route has as its `schema`. */
const RESOURCES: Readonly<Record<string, Schema>> = {
  Link: object({ href: text, rel: text, type: text, title: text, templated: { type: 'boolean' } }, [
    ...['type', 'title', 'templated'],
  ]),
  LandingPage: object({ title: text, description: text, links }),
  Conformance: object({ conformsTo: list(uri), links }),
  Collections: object({ title: text, crs: list(uri), collections: list(ref('Collection')), links }),
  Collection: object(
    {
      id: text,
      title: text,
      description: text,
      attribution: text,
      itemType: { type: 'string', enum: ['feature', 'record'] },
      geometryType: text,
      extent: object(
        {
          spatial: object({
            bbox: list({ type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 }),
            crs: uri,
          }),
          temporal: object({
            interval: list({
              type: 'array',
              items: { type: 'string', format: 'date-time', nullable: true },
              minItems: 2,
              maxItems: 2,
            }),
            trs: uri,
          }),
        },
        ['spatial'],
      ),
      crs: list(uri),
      storageCrs: uri,
      links,
    },
    ['geometryType', 'crs', 'storageCrs'],
  ),
  Queryables: object({ $schema: uri, $id: uri, type: text, title: text, properties: { type: 'object' } }),
  TileMatrixSets: object({
    tileMatrixSets: list(object({ id: text, title: text, uri, crs: uri, links })),
    links,
  }),
  TileMatrixSet: object({
    id: text,
    title: text,
    uri,
    crs: uri,
    orderedAxes: list(text),
    tileMatrices: list(
      object({
        id: text,
        scaleDenominator: { type: 'number' },
        cellSize: { type: 'number' },
        cornerOfOrigin: text,
        pointOfOrigin: corner,
        tileWidth: whole,
        tileHeight: whole,
        matrixWidth: whole,
        matrixHeight: whole,
      }),
    ),
    links,
  }),
  TileSets: object({ tilesets: list(object(described)), links }),
  TileSet: object({
    ...described,
    attribution: text,
    boundingBox: object({ lowerLeft: corner, upperRight: corner, crs: uri }),
    tileMatrixSetLimits: list(object({ tileMatrix: text, ...Object.fromEntries(LIMITS.map((name) => [name, whole])) })),
    layers: list(object({ id: text, title: text, description: text, dataType: text, geometryDimension: whole })),
  }),
  Api: object({ openapi: text, info: { type: 'object' }, paths: { type: 'object' } }),
};

/** The schema of a page of features of a collection, and of one of them: `controlFeatures`, `controlFeature`. */
export const featuresOf = (collection: string) => `${parseCollectionId(collection).kind}Features`;
export const featureOf = (collection: string) => `${parseCollectionId(collection).kind}Feature`;

/** The `components.schemas` of the API's definition beside the errors. */
export const OGC_SCHEMAS: Readonly<Record<string, Schema>> = {
  ...RESOURCES,
  ...Object.fromEntries(KIND_NAMES.flatMap((name) => featureSchemas(name, kindNamed(name)))),
};

function featureSchemas(name: KindName, kind: CollectionKind): [string, Schema][] {
  const types =
    kind.geometry === 'Geometry' ? ['Polygon', 'MultiPolygon', 'GeometryCollection'] : [kind.geometry ?? 'Point'];
  const properties = Object.fromEntries(
    queryablesOf(kind).map(([property, type, description]) => [
      property,
      { ...jsonType(type), nullable: true, description },
    ]),
  );
  const feature = object(
    {
      type: { type: 'string', enum: ['Feature'] },
      id: text,
      geometry: {
        type: 'object',
        nullable: true,
        required: ['type'],
        properties: { type: { type: 'string', enum: types }, coordinates: list({}) },
      },
      properties: { ...object(properties), additionalProperties: false },
      links,
    },
    ['links'],
  );
  const features = object({
    type: { type: 'string', enum: ['FeatureCollection'] },
    numberMatched: whole,
    numberReturned: whole,
    timeStamp: { type: 'string', format: 'date-time' },
    series: text,
    datetime: text,
    known_at: { type: 'string', format: 'date-time' },
    method: text,
    licence: text,
    stale: { type: 'boolean' },
    unknown: {
      type: 'string',
      nullable: true,
      enum: ['future', 'map_too_old', 'before_first_map', 'no_map', null],
      description:
        'why nothing can be said of these days: what is listed is the last map before them, and no fact about them',
    },
    links,
    features: list(ref(`${name}Feature`)),
  });
  return [
    [`${name}Feature`, feature],
    [`${name}Features`, features],
  ];
}
