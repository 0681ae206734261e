import type { DeclaredCrs } from '../../geometry/geojson-crs.js';

/** `nan` stands for a height that nobody measured. */
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?nan/iy;
const NAMES: Record<string, string> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
};

/**
 * Reads well-known text, with an `SRID=n;` before it or not. What covers no ground is named and not read further;
 * heights stay, for the reader to count and drop.
 * @throws SyntaxError with the position of the fault
 */
export function fromWkt(text: string): { geometry: { type: string; coordinates: unknown[] }; crs: DeclaredCrs } {
  const head = /^\s*(?:SRID=(\d+);)?\s*([A-Za-z]+)\s*(ZM|Z|M)?\s*/.exec(text);
  const type = NAMES[head?.[2]?.toUpperCase() ?? ''];
  if (!head || type === undefined) throw new SyntaxError(`${JSON.stringify(text.slice(0, 30))} is no geometry`);
  const crs = head[1] === undefined || head[1] === '4326' || head[1] === '0' ? null : `EPSG:${Number(head[1])}`;
  if (!type.endsWith('Polygon') || /^EMPTY\s*$/i.test(text.slice(head[0].length))) {
    return { geometry: { type, coordinates: [] }, crs };
  }
  let offset = head[0].length;
  const skip = () => {
    while (/\s/.test(text[offset] ?? '')) offset++;
  };
  const fault = (wanted: string) => new SyntaxError(`${wanted} is expected at character ${offset + 1}`);
  const list = <T>(member: () => T): T[] => {
    skip();
    if (text[offset] !== '(') throw fault('(');
    const members: T[] = [];
    do {
      offset++;
      members.push(member());
      skip();
    } while (text[offset] === ',');
    if (text[offset] !== ')') throw fault(', or )');
    offset++;
    return members;
  };
  const position = (): number[] => {
    const numbers: number[] = [];
    for (skip(); ; skip()) {
      NUMBER.lastIndex = offset;
      const found = NUMBER.exec(text)?.[0];
      if (found === undefined) break;
      numbers.push(Number(found));
      offset += found.length;
    }
    if (numbers.length < 2) throw fault('a number');
    // Places are finite; M, and ZM's fourth number, mean nothing here.
    if (!Number.isFinite(numbers[0]) || !Number.isFinite(numbers[1])) throw fault('a number');
    if (numbers.length > 2 && !Number.isFinite(numbers[2])) numbers[2] = 0;
    return numbers.slice(0, 3);
  };
  const polygon = () => list(() => list(position));
  const coordinates = type === 'Polygon' ? polygon() : list(polygon);
  skip();
  if (offset < text.length) throw fault('the end');
  return { geometry: { type, coordinates }, crs };
}
