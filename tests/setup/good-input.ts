import type { BrokenInput } from './broken-inputs.js';

export const GOOD_QUERY = 'date=2020-01-15&party-property=party';
/** The same file, read by its own dates. */
export const DATED_QUERY = 'date-property=date&party-property=party';

type Point = [number, number];

/** A closed rectangle, anticlockwise. */
export function box(west: number, south: number, east: number, north: number): Point[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

/** Three neighbours that share their borders: a polygon, one with a hole, and a multipolygon that fills the hole. */
export function goodFile(): Record<string, unknown> {
  const feature = (party: string | null, status: string, geometry: unknown) => ({
    type: 'Feature',
    properties: { party, status, date: '2020-01-15', confidence: 0.8 },
    geometry,
  });
  return {
    type: 'FeatureCollection',
    features: [
      feature('government', 'controlled', { type: 'Polygon', coordinates: [box(36.7, 35.2, 36.9, 35.4)] }),
      feature('opposition', 'controlled', {
        type: 'Polygon',
        coordinates: [box(36.9, 35.2, 37.1, 35.4), box(36.95, 35.25, 37, 35.3).reverse()],
      }),
      feature(null, 'contested', {
        type: 'MultiPolygon',
        coordinates: [[box(36.7, 35.4, 36.9, 35.5)], [box(36.95, 35.25, 37, 35.3)]],
      }),
    ],
  };
}

/** The good file with the value at a JSON pointer replaced, or removed when the value is undefined. */
function goodFileWith(at: string, value: unknown): unknown {
  const steps = at.split('/').slice(1);
  const last = steps.pop();
  if (last === undefined) return value;
  const file = goodFile();
  let place: unknown = file;
  for (const step of steps) place = (place as Record<string, unknown>)[step];
  if (value === undefined) delete (place as Record<string, unknown>)[last];
  else (place as Record<string, unknown>)[last] = value;
  return file;
}

/** A good file with one place changed, and the problem that is expected there, or at `expectAt`. */
export function broken(name: string, code: string, at: string, value: unknown, expectAt = at): BrokenInput {
  return {
    name,
    body: JSON.stringify(goodFileWith(at, value)),
    expectCode: code === 'not_geojson' ? 'invalid_body' : 'invalid_snapshot',
    expectProblem: { code, at: new RegExp(`^${expectAt}$`) },
  };
}

/** The good file as text, with raw text (JSON or not) at a pointer. */
export function goodTextWith(at: string, raw: string): string {
  return JSON.stringify(goodFileWith(at, '@here@')).replace('"@here@"', () => raw);
}
