import { SalientError } from '../errors.js';
import type { DeclaredCrs } from '../geometry/geojson-crs.js';
import type { Polygon } from '../geometry/geojson-geometry.js';
import { fromWkb } from '../geometry/wkb.js';
import {
  type CoordinateSystem,
  LONGEST_EDGE_M,
  systemOfCode,
  systemOfName,
  transformed,
} from '../store/coordinate-systems.js';
import type { Queryable } from '../store/pool.js';
import { spacingOf } from './drawn-spacing.js';
import { type CompactSnapshot, type DrawnArea, packDay } from './packed-areas.js';
import type { ReadFile } from './read.js';

/**
 * Brings the days that a file declares in another coordinate system to lon, lat on WGS 84, and says so in its notes: the
 * areas of a system in one statement, before they are hashed and packed.
 * @throws SalientError `invalid_snapshot` for a system that the database does not know: it is never guessed
 */
export async function reprojectFile(db: Queryable, file: ReadFile): Promise<ReadFile> {
  if (file.drawn.length === 0) return file;
  const systems = new Map<DeclaredCrs, CoordinateSystem>();
  for (const { areas } of file.drawn) {
    for (const { crs } of areas) if (crs !== null && !systems.has(crs)) systems.set(crs, await systemOf(db, crs));
  }
  const days: CompactSnapshot[] = [];
  for (const { date, areas } of file.drawn) days.push(packDay(date, await inLonLat(db, areas, systems)));
  const snapshots = [...file.snapshots, ...days].sort((a, b) => (a.date < b.date ? -1 : 1));
  const notes = [...new Set([...systems.values()].filter(isOther).map(noteOf))];
  return { ...file, snapshots, drawn: [], notes: [...file.notes, ...notes] };
}

async function inLonLat(
  db: Queryable,
  areas: readonly DrawnArea[],
  systems: ReadonlyMap<DeclaredCrs, CoordinateSystem>,
) {
  const wkbs = areas.map(({ wkb }) => wkb);
  for (const [crs, system] of systems) {
    if (!isOther(system)) continue;
    const of = areas.flatMap((area, index) => (area.crs === crs ? [index] : []));
    const found = await transformed(
      db,
      system,
      of.map((index) => wkbs[index] as Uint8Array),
    );
    for (const [nth, index] of of.entries()) wkbs[index] = found[nth] as Uint8Array;
  }
  return areas.map(({ crs, wkb: drawn, ...facts }, index) => {
    const wkb = wkbs[index] as Uint8Array;
    const polygons = polygonsOf(wkb);
    const other = crs !== null && wkb !== drawn;
    return { ...facts, wkb, polygons, ...(other && { spacingM: spacingOf(polygonsOf(drawn), polygons) }) };
  });
}

const polygonsOf = (wkb: Uint8Array) => (fromWkb(wkb).geometry as { coordinates: Polygon[] }).coordinates;

const isOther = (system: CoordinateSystem) => system.srid !== 4326;

function noteOf({ srid, name, geographic }: CoordinateSystem): string {
  const edges = geographic
    ? 'edges stay straight between their vertices'
    : `edges longer than ${LONGEST_EDGE_M} m were given vertices before, so that they stay straight in that projection`;
  return `coordinates transformed from EPSG:${srid} (${name}) to longitude, latitude on WGS 84; ${edges}`;
}

async function systemOf(db: Queryable, crs: string): Promise<CoordinateSystem> {
  const definition = crs.startsWith('WKT:') ? crs.slice(4) : null;
  const named = /^(?:PROJCS|GEOGCS|PROJCRS|GEOGCRS|GEODCRS)\s*\[\s*"([^"]*)"/i.exec(definition ?? '')?.[1];
  const code = /(?:AUTHORITY\s*\[\s*"EPSG"\s*,\s*"(\d+)"|ID\s*\[\s*"EPSG"\s*,\s*(\d+))\s*\]\s*\]\s*$/i.exec(
    definition ?? crs,
  );
  const number = Number(code?.[1] ?? code?.[2] ?? /^EPSG:(\d+)$/.exec(crs)?.[1]);
  const found = number ? await systemOfCode(db, number) : named ? await systemOfName(db, named) : null;
  if (found) return found;
  const what = number ? `EPSG:${number}` : JSON.stringify(named ?? (definition ?? crs).slice(0, 60));
  const message = `the declared coordinate system ${what} is not known here: reproject the file with ogr2ogr -t_srs OGC:CRS84`;
  throw new SalientError('invalid_snapshot', message, [{ code: 'crs', at: '/crs', message }]);
}
