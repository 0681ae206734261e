import type { Columns, WrittenLayer, WrittenRow } from '../format.js';

/**
 * A feature as GeoJSON text; the geometry is not parsed on its way. A number that happens to be whole is written `3.0`:
 * clients that take the type of a column from the first page (GDAL) would take it for an integer.
 */
export function featureText(
  { properties: types }: { properties: Columns },
  row: WrittenRow,
  links?: readonly object[],
): string {
  let written = '';
  // Of thousands of features lists of their properties are a fifth of the time.
  for (const name in row) {
    if (name === 'id' || name === 'geometry') continue;
    const value = row[name];
    const text = types[name]?.[0] === 'number' ? numberText(value) : JSON.stringify(value);
    written += `${written === '' ? '' : ','}${JSON.stringify(name)}:${text}`;
  }
  const more = links ? `,"links":${JSON.stringify(links)}` : '';
  return `{"type":"Feature","id":${JSON.stringify(row.id)},"geometry":${row.geometry ?? 'null'},"properties":{${written}}${more}}`;
}

function numberText(value: unknown): string {
  return Number.isInteger(value) && Math.abs(value as number) < 1e15 ? `${value}.0` : JSON.stringify(value);
}

/**
 * A FeatureCollection as text, piece by piece: the members of the layer first, then the features as they come. What comes
 * is never held beyond its batch.
 */
export async function* writeGeoJson(
  { columns, members }: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ type: 'FeatureCollection', ...members }).slice(0, -1)},"features":[`;
  let first = true;
  for await (const rows of batches) {
    yield `${first ? '' : ',\n'}${rows.map((row) => featureText({ properties: columns }, row)).join(',\n')}`;
    first = false;
  }
  yield ']}\n';
}
