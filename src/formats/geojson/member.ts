import { isObject } from '../../geometry/geojson-geometry.js';
import { pointer } from '../../model/problem-list.js';
import { unreadable } from '../byte-source.js';

/** So deep, and so many values, are looked at for a collection. */
const DEEPEST = 6;
const MOST = 20_000;

/** JSON pointers of the collections of features inside a document that is none itself, in its order. */
function collectionsIn(root: unknown): string[] {
  const found: string[] = [];
  let left = MOST;
  const look = (value: unknown, at: string, depth: number) => {
    if (depth > DEEPEST || left-- <= 0) return;
    if (isCollection(value)) {
      found.push(at);
      return;
    }
    const entries = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
    for (const [key, member] of entries) if (typeof member === 'object') look(member, pointer(at, key), depth + 1);
  };
  look(root, '', 0);
  return found;
}

/** How to read what is inside the document, for a refusal; `''` when nothing is. */
export function memberHint(root: unknown): string {
  const [first, ...more] = collectionsIn(root);
  if (first === undefined) return '';
  const others = more.length > 0 ? ` (also at ${more.slice(0, 4).join(', ')}; * stands for any step)` : '';
  return `: a collection of features is at ${first || 'the root'}${others}; --member ${first || '/'} reads it`;
}

/**
 * The values at a JSON pointer, a step `*` standing for every member; each with its own pointer.
 * @throws SalientError `invalid_body` when nothing is there
 */
export function membersAt(root: unknown, path: string): { at: string; value: unknown }[] {
  const steps =
    path === '' || path === '/'
      ? []
      : path
          .replace(/^\//, '')
          .split('/')
          .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let found = [{ at: '', value: root }];
  for (const step of steps) {
    found = found.flatMap(({ at, value }) => {
      if (typeof value !== 'object' || value === null) return [];
      const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
      return keys.map((key) => ({ at: pointer(at, key), value: (value as Record<string, unknown>)[key] }));
    });
  }
  if (found.length === 0) {
    throw unreadable(`--member ${JSON.stringify(path)}: the document has nothing there${memberHint(root)}`, 'member');
  }
  return found;
}

/** What an ArcGIS server answers with; in `layers` it has several. */
export const isFeatureSet = (value: Record<string, unknown>): boolean =>
  Array.isArray(value.features) && value.type === undefined && ('spatialReference' in value || 'geometryType' in value);

/** A FeatureCollection, or an array of features, which many services answer with. */
function isCollection(value: unknown): boolean {
  if (isObject(value))
    return (value.type === 'FeatureCollection' && Array.isArray(value.features)) || isFeatureSet(value);
  return isFeatures(value);
}

export const isFeatures = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every((member) => isObject(member) && member.type === 'Feature');
