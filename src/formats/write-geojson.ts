import type { PropertyType } from './property-type.js';

/** The columns of a file, in order: the type of each and what it says. */
export type Columns = Readonly<Record<string, readonly [PropertyType, string]>>;

/** A feature as the database gives it: properties as its kind lists them, geometry as GeoJSON text or null. */
export type WrittenFeature = Record<string, unknown> & { id: string; geometry: string | null };

/**
 * A feature as GeoJSON text; the geometry is not parsed on its way. A number that happens to be whole is written `3.0`:
 * clients that take the type of a column from the first page (GDAL) would take it for an integer.
 */
export function featureText(
  { properties: types }: { properties: Columns },
  { id, geometry, ...properties }: WrittenFeature,
  links?: readonly object[],
): string {
  const written = Object.entries(properties).map(
    ([name, value]) =>
      `${JSON.stringify(name)}:${types[name]?.[0] === 'number' ? numberText(value) : JSON.stringify(value)}`,
  );
  const more = links ? `,"links":${JSON.stringify(links)}` : '';
  return `{"type":"Feature","id":${JSON.stringify(id)},"geometry":${geometry ?? 'null'},"properties":{${written.join(',')}}${more}}`;
}

function numberText(value: unknown): string {
  return Number.isInteger(value) && Math.abs(value as number) < 1e15 ? `${value}.0` : JSON.stringify(value);
}

/**
 * A FeatureCollection as text, piece by piece: the members of `head` first, then the features as they come. What comes is
 * never held beyond its batch.
 */
export async function* writeGeoJson(
  kind: { properties: Columns },
  head: object,
  batches: AsyncIterable<readonly WrittenFeature[]>,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ type: 'FeatureCollection', ...head }).slice(0, -1)},"features":[`;
  let first = true;
  for await (const rows of batches) {
    yield `${first ? '' : ',\n'}${rows.map((row) => featureText(kind, row)).join(',\n')}`;
    first = false;
  }
  yield ']}\n';
}
