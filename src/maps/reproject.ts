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
import { type CompactSnapshot, createCompacter } from './packed-areas.js';
import type { ReadFile } from './read.js';

/**
 * Brings what a file declares in another coordinate system to lon, lat on WGS 84, and says so in its notes.
 * @throws SalientError `invalid_snapshot` for a system that the database does not know: it is never guessed
 */
export async function reprojectSnapshot(db: Queryable, file: ReadFile): Promise<ReadFile> {
  const declared = new Set(file.snapshots.flatMap((snapshot) => snapshot.crs));
  if ([...declared].every((crs) => crs === null)) return file;
  const systems = new Map<DeclaredCrs, CoordinateSystem>();
  for (const crs of declared) if (crs !== null) systems.set(crs, await systemOf(db, crs));
  const compacter = createCompacter();
  for (const snapshot of file.snapshots) await transformDay(db, snapshot, systems, compacter);
  const notes = [...systems.values()].filter(isOther).map(noteOf);
  return { ...file, snapshots: compacter.snapshots(), notes: [...file.notes, ...notes] };
}

async function transformDay(
  db: Queryable,
  { date, crs, areas }: CompactSnapshot,
  systems: ReadonlyMap<DeclaredCrs, CoordinateSystem>,
  compacter: ReturnType<typeof createCompacter>,
): Promise<void> {
  for (const [index, area] of areas.entries()) {
    const system = systems.get(crs[index] ?? null);
    const wkb = system && isOther(system) ? ((await transformed(db, system, [area.wkb]))[0] as Uint8Array) : area.wkb;
    const polygons = (fromWkb(wkb).geometry as { coordinates: Polygon[] }).coordinates;
    compacter.add({ ...area, date, crs: null, polygons });
  }
}

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
