import { FILTER_TYPES } from './filter-body.js';
import { GEOJSON } from './negotiate.js';

/** The types that a saved feature is read in: whole, or what changes of it. */
const MERGE_PATCH = 'application/merge-patch+json';
export const FEATURE_TYPES = [GEOJSON, MERGE_PATCH, 'application/json'];

type Methods = readonly [path: RegExp, methods: readonly string[]];

/** What items take beside being read: a filter as a body; of the areas of a map, whatever a GIS saves (Part 4). */
export const ITEM_METHODS: readonly Methods[] = [
  [/^\/ogc(\/at\/[^/]+)?\/collections\/[^/]+\/items$/, ['POST']],
  [/^\/ogc\/collections\/[^/]+_control\/items\/[^/]+$/, ['PUT', 'PATCH', 'DELETE']],
];
const SAVED_INTO = /^\/ogc\/collections\/[^/]+_control\/items$/;

/**
 * What an answer to OPTIONS allows of the methods of an address: items that nothing can be saved into take a filter by POST, but
 * QGIS reads a POST as leave to add features (`Accept-Post` states the filters).
 */
export const methodsOffered = (path: string, methods: readonly string[]): string[] =>
  methods.filter((method) => method !== 'POST' || SAVED_INTO.test(path) || !/\/items$/.test(path));

/** The headers of an answer to OPTIONS that name the types of bodies; empty for what only answers. */
export function typesTaken(path: string): Record<string, string> {
  const methods = ITEM_METHODS.flatMap(([pattern, own]) => (pattern.test(path) ? own : []));
  return {
    ...(methods.includes('POST') && {
      'accept-post': [...(SAVED_INTO.test(path) ? [GEOJSON] : []), ...FILTER_TYPES].join(', '),
    }),
    ...(methods.includes('PATCH') && { 'accept-patch': FEATURE_TYPES.join(', ') }),
  };
}
