import { parseCollectionId } from '../../features/collections.js';
import { FILTER_TYPES } from './filter-body.js';
import { FEATURE_TYPES } from './item-methods.js';
import { itemsParameters, SHARED } from './item-parameters.js';
import { WORDS } from './item-writes.js';
import { GEOJSON } from './negotiate.js';
import type { OgcRoute } from './route.js';

/** An operation of a GET as the definition states it, from which those of other methods are made. */
interface Read {
  operationId: string;
  tags: string[];
  parameters: object[];
  responses: Record<string, unknown>;
}

const ofTypes = (types: readonly string[], schema: object) =>
  Object.fromEntries(types.map((type) => [type, { schema }]));
const saved = { $ref: '#/components/schemas/SavedFeature' };
const words = Object.entries(WORDS).map(([name, { schema, description }]) => ({
  name,
  in: 'query',
  required: false,
  schema,
  description: `${description}; or a property of the feature`,
}));

/**
 * What a POST to the items takes, a filter or a feature: OpenAPI has one parameter of a name. Where a word of saving is that of a property too,
 * the type of the body decides, and the description says both.
 */
function filteredOrSaved(asked: readonly object[], id: string): object[] {
  const filters = itemsParameters(id);
  const isOf = (one: object, name: string) =>
    (one as { $ref?: string }).$ref === `#/components/parameters/${SHARED.get(filters[name] as Filter)?.component}`;
  return [
    ...asked.filter((one) => !words.some(({ name }) => filters[name] && isOf(one, name))),
    ...words.map((word) => {
      const filter = filters[word.name];
      return filter
        ? { ...word, description: `of a feature: ${word.description}. Of a filter: ${filter.description}` }
        : word;
    }),
  ];
}
type Filter = ReturnType<typeof itemsParameters>[string];
const headers = (names: readonly string[]) => names.map((name) => ({ $ref: `#/components/parameters/${name}` }));

/** The headers that saving takes, for the components of the definition. */
export const SAVING_HEADERS = {
  contentCrs: {
    name: 'Content-Crs',
    in: 'header',
    schema: { type: 'string' },
    description: 'system of the coordinates sent, one of those of the collection; CRS84 when absent',
  },
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    schema: { type: 'string' },
    description: 'ETag of the feature as it was read: saves only over that, 412 else',
  },
};

/** What a GIS saves, and the answers to it. */
export const SAVING_SCHEMAS = {
  SavedFeature: {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['Feature'] },
      geometry: { type: 'object', nullable: true },
      properties: {
        type: 'object',
        nullable: true,
        properties: {
          party: { type: 'string', nullable: true },
          status: { type: 'string' },
          ...Object.fromEntries(Object.keys(WORDS).map((name) => [name, { type: 'string' }])),
        },
      },
    },
  },
  Proposal: {
    type: 'object',
    required: ['series', 'proposal', 'state', 'preview'],
    properties: {
      series: { type: 'string' },
      proposal: { type: 'integer' },
      state: { type: 'string', enum: ['open'] },
      preview: { type: 'object' },
    },
  },
};

const PROPOSED = {
  202: {
    description: 'a proposal: the map changes when somebody else approves it',
    headers: { Location: { schema: { type: 'string', format: 'uri' }, description: 'where the proposal is' } },
    content: ofTypes(['application/json'], { $ref: '#/components/schemas/Proposal' }),
  },
};

/** The operations of items beside GET: filters sent as a body, and of the areas of a map those of Part 4. */
export function itemOperations(
  route: OgcRoute,
  { id, name }: { id: string; name: string },
  read: Read,
): Record<string, object> {
  const savable = parseCollectionId(id).kind === 'control';
  const { 200: answered, ...errors } = read.responses;
  const inPath = read.parameters.filter(
    (one) => (one as { in?: string }).in === 'path' || (one as { $ref?: string }).$ref?.endsWith('/series'),
  );
  const named = (operation: string) => ({ operationId: `${name}.${operation}`, tags: read.tags });
  const saving = { security: [{ token: [] }], responses: { ...PROPOSED, ...errors } };
  if (route.files) {
    const filters = ofTypes(FILTER_TYPES, {});
    const asked = read.parameters.filter((one) => !/\/filter(-lang)?$/.test((one as { $ref?: string }).$ref ?? ''));
    return {
      post: {
        ...named(savable ? 'filterOrAddFeature' : 'filterFeatures'),
        summary: savable
          ? 'Features that a filter in the body chooses; or, of a GeoJSON feature, a new area as a proposal'
          : 'Features that a filter in the body chooses',
        parameters: savable ? [...filteredOrSaved(asked, id), ...headers(['contentCrs'])] : asked,
        requestBody: { required: true, content: { ...filters, ...(savable && ofTypes([GEOJSON], saved)) } },
        ...(savable && { security: [{}, { token: [] }] }),
        responses: { 200: answered, ...(savable && PROPOSED), ...errors },
      },
    };
  }
  if (!savable || !route.path.endsWith('/items/{featureId}')) return {};
  const whole = (operation: string, summary: string, types: readonly string[]) => ({
    ...named(operation),
    summary,
    parameters: [...inPath, ...words, ...headers(['contentCrs', 'ifMatch'])],
    requestBody: { required: true, content: ofTypes(types, saved) },
    ...saving,
  });
  return {
    put: whole('replaceFeature', 'Replaces an area, as a proposal', FEATURE_TYPES),
    patch: whole('updateFeature', 'Changes an area, as a proposal', FEATURE_TYPES),
    delete: {
      ...named('deleteFeature'),
      summary: 'Leaves the ground of an area unknown, as a proposal',
      parameters: [...inPath, ...words, ...headers(['ifMatch'])],
      ...saving,
    },
  };
}
