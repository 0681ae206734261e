import { SalientError } from '../errors.js';
import type { PropertyType } from '../formats/property-type.js';
import { type CollectionKind, KIND_NAMES, type KindName } from './collection-kinds.js';

/**
 * A collection's id is `{series}_{kind}`, such as `m5_control`: the series is in it so that a client that knows nothing
 * of series (ogrinfo, QGIS) sees each as a layer, and it needs no quoting in SQL and no escaping in file names.
 */
export function collectionId(series: string, kind: KindName): string {
  return `${series}_${kind}`;
}

/**
 * The series and kind that an id names; whether the series exists is not checked here.
 * @throws SalientError `unknown_collection`
 */
export function parseCollectionId(id: string): { series: string; kind: KindName } {
  // No name of a kind ends with another one behind an underline, so at most one fits.
  const kind = KIND_NAMES.find((name) => id.endsWith(`_${name}`));
  const series = id.slice(0, -1 - (kind?.length ?? 0));
  if (kind === undefined || series === '') throw unknownCollection(id);
  return { series, kind };
}

export function unknownCollection(id: string): SalientError {
  return new SalientError(
    'unknown_collection',
    `there is no collection ${JSON.stringify(id)}; /ogc/collections lists them`,
  );
}

/** The properties that a filter may name. The geometry is another one, named `geometry`, and so is `id`. */
export function queryablesOf(kind: CollectionKind): [name: string, type: PropertyType, description: string][] {
  return Object.entries(kind.properties).map(([name, [type, description]]) => [name, type, description]);
}

/** JSON Schema of a property of that type. */
export function jsonType(type: PropertyType): Record<string, unknown> {
  return type === 'date' || type === 'date-time' ? { type: 'string', format: type } : { type };
}
