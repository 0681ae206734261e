import { SalientError } from '../errors.js';
import { CRS84, type Crs } from '../geometry/crs.js';
import type { Db } from '../store/pool.js';
import { lonLats } from './shapes.sql.js';

type Position = readonly [number, number];

/** How far the coordinates of a system reach: west, south, east, north in its own unit; of UTM with room beside the zone. */
const reachOf = ({ srid }: Crs): readonly [number, number, number, number] =>
  srid === 4326
    ? [-180, -90, 180, 90]
    : srid === 3857
      ? [-20_037_508.35, -20_048_966.11, 20_037_508.35, 20_048_966.11]
      : [0, -10_000_000, 1_000_000, 10_000_000];

/**
 * A sent geometry in CRS84. What is no geometry stays as it is, for the reader of proposals to name; heights are dropped,
 * as everywhere.
 * @throws SalientError `invalid_proposal` for a position that the system cannot have
 */
export async function asCrs84(db: Db, geometry: unknown, crs: Crs): Promise<unknown> {
  if (crs.uri === CRS84.uri || typeof geometry !== 'object' || geometry === null) return geometry;
  const { coordinates } = geometry as { coordinates?: unknown };
  const [west, south, east, north] = reachOf(crs);
  const positions: Position[] = [];
  eachPosition(coordinates, '/geometry/coordinates', (sent, at) => {
    const [x, y] = crs.latitudeFirst ? [sent[1], sent[0]] : sent;
    if (x >= west && x <= east && y >= south && y <= north) positions.push([x, y]);
    else {
      const message = `${sent.join(', ')} lies outside ${crs.uri}, in which Content-Crs says that it is`;
      throw new SalientError('invalid_proposal', message, [{ code: 'coordinates', at, message }]);
    }
  });
  const found = crs.srid === 4326 ? positions : await lonLats(db, crs.srid, positions);
  let next = 0;
  return { ...geometry, coordinates: mapped(coordinates, () => found[next++] as Position) };
}

const isPosition = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length >= 2 && value.every((number) => typeof number === 'number');

function eachPosition(value: unknown, at: string, use: (position: Position, at: string) => void): void {
  if (isPosition(value)) use([value[0] as number, value[1] as number], at);
  else if (Array.isArray(value)) for (const [index, part] of value.entries()) eachPosition(part, `${at}/${index}`, use);
}

function mapped(value: unknown, of: () => Position): unknown {
  if (isPosition(value)) return of();
  return Array.isArray(value) ? value.map((part) => mapped(part, of)) : value;
}
