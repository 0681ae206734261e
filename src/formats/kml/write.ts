import { isObject } from '../../geometry/geojson-geometry.js';
import type { Look, WrittenLayer, WrittenRow } from '../format.js';
import type { PropertyType } from '../property-type.js';
import { xmlText } from '../xml-text.js';

const TYPES: Record<PropertyType, string> = {
  string: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
  date: 'string',
  'date-time': 'string',
};

type Geometry = { type: string; coordinates: unknown };
type Position = readonly [number, number];

/**
 * Rows (geometries as GeoJSON) as KML, piece by piece: the properties typed by a schema, the colours as shared styles, the days
 * for which a row holds as its TimeSpan, so that Google Earth has a slider. KML has no word for nothing: what is null is left out.
 */
export async function* writeKml(
  layer: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<string> {
  const { title, description, licence, columns, looks } = layer;
  const fields = Object.entries(columns).map(
    ([name, [type, about]]) =>
      `<SimpleField name="${xmlText(name)}" type="${TYPES[type]}"><displayName>${xmlText(about)}</displayName></SimpleField>`,
  );
  yield `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:atom="http://www.w3.org/2005/Atom"><Document>
<name>${xmlText(title)}</name>
<Snippet maxLines="1">${xmlText(licence)}</Snippet>
<description>${xmlText(description)}</description>
${looks.map(styleOf).join('\n')}
<Schema name="${xmlText(layer.name)}" id="row">${fields.join('')}</Schema>
`;
  for await (const rows of batches) yield rows.map((row) => placemark(row, layer)).join('\n');
  yield '</Document></kml>\n';
}

/** KML has colours as aabbggrr. */
function styleOf({ colour, opacity }: Look, index: number): string {
  const [red, green, blue] = [1, 3, 5].map((at) => colour.slice(at, at + 2));
  const alpha = (share: number) =>
    Math.round(share * 255)
      .toString(16)
      .padStart(2, '0');
  const tint = (share: number) => `<color>${alpha(share)}${blue}${green}${red}</color>`;
  return `<Style id="look-${index}"><IconStyle>${tint(1)}</IconStyle><LineStyle>${tint(1)}<width>2</width></LineStyle><PolyStyle>${tint(opacity)}<outline>0</outline></PolyStyle></Style>`;
}

function placemark(row: WrittenRow, { columns, looks }: WrittenLayer): string {
  const look = looks.findIndex(({ where }) => Object.entries(where).every(([name, value]) => row[name] === value));
  const name = [row.name, row.party_name, row.kind, row.id].find((value) => typeof value === 'string' && value !== '');
  const data = Object.keys(columns).flatMap((column) => {
    const value = row[column] ?? null;
    // GDAL reads the words `true` and `false` as 0.
    const written = typeof value === 'boolean' ? Number(value) : value;
    return value === null ? [] : [`<SimpleData name="${xmlText(column)}">${xmlText(written)}</SimpleData>`];
  });
  return [
    `<Placemark><name>${xmlText(name)}</name>`,
    timeOf(row),
    look === -1 ? '' : `<styleUrl>#look-${look}</styleUrl>`,
    `<ExtendedData><SchemaData schemaUrl="#row">${data.join('')}</SchemaData></ExtendedData>`,
    geometryOf(row.geometry),
    '</Placemark>',
  ].join('');
}

/** A span ends before the day from which its row holds no longer: to KML the end belongs to it. */
function timeOf({ valid_from: from, valid_to: to, earliest, latest }: WrittenRow): string {
  if (typeof earliest === 'string') return span(earliest, typeof latest === 'string' ? latest : null);
  if (typeof from !== 'string') return '';
  return span(from, typeof to === 'string' ? dayBefore(to) : null);
}

const span = (begin: string, end: string | null) =>
  `<TimeSpan><begin>${begin}</begin>${end === null ? '' : `<end>${end}</end>`}</TimeSpan>`;

const dayBefore = (day: string) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

function geometryOf(text: string | null): string {
  const geometry: unknown = text === null ? null : JSON.parse(text);
  return isObject(geometry) ? elementOf(geometry as unknown as Geometry) : '';
}

function elementOf({ type, coordinates }: Geometry): string {
  if (type.startsWith('Multi')) {
    const members = (coordinates as unknown[]).map((member) => elementOf({ type: type.slice(5), coordinates: member }));
    return `<MultiGeometry>${members.join('')}</MultiGeometry>`;
  }
  if (type === 'Point') return `<Point>${list([coordinates as Position])}</Point>`;
  if (type === 'LineString') return `<LineString>${list(coordinates as Position[])}</LineString>`;
  const [shell = [], ...holes] = coordinates as Position[][];
  const ring = (positions: readonly Position[]) => `<LinearRing>${list(positions)}</LinearRing>`;
  const inner = holes.map((hole) => `<innerBoundaryIs>${ring(hole)}</innerBoundaryIs>`);
  return `<Polygon><outerBoundaryIs>${ring(shell)}</outerBoundaryIs>${inner.join('')}</Polygon>`;
}

const list = (positions: readonly Position[]) =>
  `<coordinates>${positions.map(([x, y]) => `${x},${y}`).join(' ')}</coordinates>`;
