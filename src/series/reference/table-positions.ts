type Values = Readonly<Record<string, string>>;
interface Geometry {
  type: string;
  coordinates: unknown;
}

/** Pairs of columns that tables have for longitude and latitude. */
const PAIRS = [
  ['lon', 'lat'],
  ['longitude', 'latitude'],
  ['long', 'lat'],
  ['lng', 'lat'],
  ['x', 'y'],
] as const;
/** Columns with well-known text, as in maps. */
const WKT_COLUMNS = ['wkt', 'wkt_geom', 'geometry', 'geom', 'the_geom'];
/** Columns of numbers that are no whole ones. */
const NUMBERS = ['lon', 'lat', 'error_m'];
const WKT = /^\s*(?:SRID=(\d+);)?\s*([A-Z]+?)\s*(?:ZM|Z|M)?\s*(?:\(([^()]*)\)|EMPTY|\()/i;

/** The names of a header: columns of positions have the names `lon` and `lat`, whatever the table calls them. */
export function positionColumns(header: readonly string[]): string[] {
  const plain = header.map((name) => name.trim().toLowerCase());
  const [lon, lat] = PAIRS.find((pair) => pair.every((name) => plain.includes(name))) ?? [];
  const wkt = WKT_COLUMNS.find((name) => plain.includes(name));
  return header.map((name, index) => {
    if (plain[index] === lon) return 'lon';
    if (plain[index] === lat) return 'lat';
    return plain[index] === wkt ? 'wkt' : name;
  });
}

/** A row with its well-known text as geometry, and the decimal commas of tables whose fields are not separated by commas as points. */
export function placedRow(row: Values, delimiter: string): { values: Values; geometry: Geometry | null } {
  const { wkt, ...rest } = row;
  const values = Object.entries(rest).map(([name, value]): [string, string] => {
    const isDecimal = delimiter !== ',' && NUMBERS.includes(name) && /^[-+]?\d+,\d+$/.test(value);
    return [name, isDecimal ? value.replace(',', '.') : value];
  });
  return { values: Object.fromEntries(values), geometry: wkt === undefined ? null : geometryOf(wkt) };
}

/** A Point or LineString of WGS 84; of any other text no coordinates, and what it is as its type, for the refusal that names it. */
function geometryOf(wkt: string): Geometry {
  const [, srid = '4326', name = '', inside = ''] = WKT.exec(wkt) ?? [];
  const positions = inside.split(',').map((position) => position.trim().split(/\s+/).slice(0, 2).map(Number));
  const areNumbers = inside.trim() !== '' && positions.every((one) => one.length === 2 && one.every(Number.isFinite));
  const type = { POINT: 'Point', LINESTRING: 'LineString' }[name.toUpperCase()];
  if (srid !== '4326') return { type: `${name} of SRID ${srid} (EPSG:4326 is read)`, coordinates: [] };
  if (type === undefined || !areNumbers) return { type: JSON.stringify(wkt.slice(0, 40)), coordinates: [] };
  return { type, coordinates: type === 'Point' ? positions[0] : positions };
}
