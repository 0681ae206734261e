import { SalientError } from '../errors.js';
import type { DeclaredCrs } from '../geometry/geojson-crs.js';
import type { Polygon } from '../geometry/geojson-geometry.js';
import { fromWkb } from '../geometry/wkb.js';
import { type CoordinateSystem, isGeocentric, LONGEST_EDGE_M, transformed } from '../store/coordinate-systems.js';
import type { Queryable } from '../store/pool.js';
import { systemOf, unknownSystem } from './declared-system.js';
import { spacingOf } from './drawn-spacing.js';
import { checkNumbers } from './numbers-of-system.js';
import { type CompactSnapshot, type DrawnArea, packDay } from './packed-areas.js';
import type { ReadFile } from './read.js';

/**
 * Brings the days that a file declares in another coordinate system to lon, lat on WGS 84, and states it in its notes: the
 * areas of a system in one statement, before they are hashed and packed.
 * @param isNamed the importer named the system (`--crs`), and not the file
 * @throws SalientError `invalid_snapshot` for a system that PROJ does not know: it is never guessed; and for numbers that are not in it
 */
export async function reprojectFile(db: Queryable, file: ReadFile, isNamed = false): Promise<ReadFile> {
  if (file.drawn.length === 0) return file;
  const systems = new Map<DeclaredCrs, CoordinateSystem>();
  for (const { areas } of file.drawn) {
    for (const { crs, wkb } of areas) {
      if (crs !== null && !systems.has(crs)) systems.set(crs, await systemOf(db, crs, firstPosition(wkb)));
    }
  }
  for (const [crs, system] of systems) {
    if (!isOther(system)) continue;
    if (await isGeocentric(db, system)) throw unknownSystem(`${system.name} (x, y, z from the centre of the earth)`);
    await checkNumbers(db, system, positionsIn(file, crs), isNamed);
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
    const drawn = of.map((index) => wkbs[index] as Uint8Array);
    const found = await transformed(db, system, drawn).catch((error) => {
      throw system.definition === undefined ? error : unknownSystem(system.name ?? crs ?? '', error);
    });
    for (const [nth, index] of of.entries()) {
      const wkb = found[nth];
      if (!wkb) throw notCut((areas[index] as DrawnArea).at, system);
      wkbs[index] = wkb;
    }
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
  const called = name === null ? '' : ` (${name})`;
  const from = srid === null ? `${JSON.stringify(name)} by its definition` : `EPSG:${srid}${called}`;
  return `coordinates transformed from ${from} to longitude, latitude on WGS 84; ${edges}`;
}

/** Every position of the areas in a system, in its numbers. */
function* positionsIn({ drawn }: ReadFile, system: DeclaredCrs) {
  for (const { areas } of drawn)
    for (const { crs, wkb } of areas) if (crs === system) for (const [shell] of polygonsOf(wkb)) yield* shell ?? [];
}

function firstPosition(wkb: Uint8Array): [number, number] {
  return polygonsOf(wkb)[0]?.[0]?.[0] ?? [0, 0];
}

function notCut(at: string, { name }: CoordinateSystem): SalientError {
  const message = `in longitude, latitude (from ${name}) the area lies across 180° and cannot be cut there: it covers a pole, runs round the globe or crosses itself; is the system the right one? Else cut it at its source (ogr2ogr -wrapdateline -t_srs OGC:CRS84)`;
  return new SalientError('invalid_snapshot', message, [{ code: 'antimeridian', at, message }]);
}
