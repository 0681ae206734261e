import { createHash, type Hash } from 'node:crypto';
import type { DeclaredCrs } from '../geometry/geojson-crs.js';
import type { Polygon } from '../geometry/geojson-geometry.js';
import { toWkb } from '../geometry/wkb.js';
import type { AreaStatus } from '../model/area-status.js';
import type { IsoDate } from '../model/dates.js';
import type { Bounds } from './review/judge-snapshot.js';

/** What is stated of an area beside its coordinates. */
export interface AreaFacts {
  /** JSON pointer of its feature, after the name of its file where the map has several. */
  at: string;
  party: string | null;
  status: AreaStatus;
  confidence: number | null;
  /** The feature as its author knows it: placemark and folder, layer and fid; null where only its place is known. */
  name?: string | null;
  /** Place in the priority of the mapping, from 0; null: it is not named there. */
  rank?: number | null;
}

/** An area of a map as it goes to the database: 16 bytes a position, whatever the file needed. */
export interface CompactArea extends AreaFacts {
  /** Of its coordinates: equal ground is stored once. */
  sha256: string;
  /** MultiPolygon, lon, lat (EPSG:4326). */
  wkb: Uint8Array;
  /** Bounds of each of its polygons. */
  parts: Bounds[];
  /** Of an area that was drawn in another system: its `drawn_spacing_m`, because transforming added vertices. */
  spacingM?: number | null;
}

/** The areas of one day in the order of the file. */
export interface CompactSnapshot {
  date: IsoDate;
  areas: CompactArea[];
  /** Of everything stated for the day. */
  sha256: string;
  /** Where they have been made: its lines (WKB), a border of two areas once; of a large map by the thread that read it. */
  lines?: Uint8Array;
}

/** An area whose file declares another coordinate system than lon, lat; null: this one of the day is lon, lat. */
export interface DrawnArea extends AreaFacts {
  crs: DeclaredCrs;
  /** MultiPolygon, the numbers as the file has them. */
  wkb: Uint8Array;
}

/** A day with areas in another coordinate system: transformed before it is packed (`reproject.ts`). */
export interface DrawnDay {
  date: IsoDate;
  areas: DrawnArea[];
}

type Day = { date: IsoDate; areas: CompactArea[]; hash: Hash; drawn: DrawnArea[] | null };

/** Gathers areas by day, each hashed and packed as it comes, so that no coordinates of a large file are kept as text or objects. */
export function createPacker() {
  const days = new Map<IsoDate, Day>();
  const sorted = () => [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
  return {
    add({ date, crs, polygons, ...facts }: AreaFacts & { date: IsoDate; crs: DeclaredCrs; polygons: Polygon[] }): void {
      let day = days.get(date);
      if (!day) {
        day = { date, areas: [], hash: createHash('sha256').update('['), drawn: null };
        days.set(date, day);
      }
      const wkb = toWkb(polygons);
      // From the first area in another system on, the day waits for the database, which knows them.
      if (crs !== null) day.drawn ??= day.areas.map((area) => ({ ...factsOf(area), crs: null, wkb: area.wkb }));
      if (day.drawn) day.drawn.push({ ...factsOf(facts), crs, wkb });
      else day.areas.push(packedArea(facts, polygons, wkb, day));
    },
    /** The days that are in lon, lat, in order. */
    snapshots(): CompactSnapshot[] {
      return sorted().flatMap(({ date, areas, hash, drawn }) => (drawn ? [] : [packedDay(date, areas, hash)]));
    },
    /** The others, in order. */
    drawn(): DrawnDay[] {
      return sorted().flatMap(({ date, drawn }) => (drawn ? [{ date, areas: drawn }] : []));
    },
  };
}

/** The areas of a day whose coordinates are lon, lat by now. */
export function packDay(
  date: IsoDate,
  areas: readonly (AreaFacts & Pick<CompactArea, 'wkb' | 'spacingM'> & { polygons: Polygon[] })[],
): CompactSnapshot {
  const hash = createHash('sha256').update('[');
  const packed: CompactArea[] = [];
  for (const { polygons, wkb, spacingM, ...facts } of areas) {
    const area = packedArea(facts, polygons, wkb, { areas: packed, hash });
    packed.push(spacingM === undefined ? area : { ...area, spacingM });
  }
  return packedDay(date, packed, hash);
}

const packedDay = (date: IsoDate, areas: CompactArea[], hash: Hash): CompactSnapshot => {
  return { date, areas, sha256: hash.update(']').digest('hex') };
};

const factsOf = ({ at, party, status, confidence, name = null, rank = null }: AreaFacts): AreaFacts => {
  return { at, party, status, confidence, name, rank };
};

/** The hash of a day is that of `[{party, status, confidence, polygons}, …]` as JSON, built area by area. */
function packedArea(
  facts: AreaFacts,
  polygons: Polygon[],
  wkb: Uint8Array,
  day: Pick<Day, 'areas' | 'hash'>,
): CompactArea {
  const { party, status, confidence } = facts;
  const coordinates = JSON.stringify(polygons);
  if (day.areas.length > 0) day.hash.update(',');
  day.hash.update(JSON.stringify({ party, status, confidence }).slice(0, -1)).update(',"polygons":');
  day.hash.update(coordinates).update('}');
  const sha256 = createHash('sha256').update(coordinates).digest('hex');
  return { ...factsOf(facts), sha256, wkb, parts: polygons.map(boundsOf) };
}

function boundsOf([shell = []]: Polygon): Bounds {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of shell) {
    if (x < bounds[0]) bounds[0] = x;
    if (y < bounds[1]) bounds[1] = y;
    if (x > bounds[2]) bounds[2] = x;
    if (y > bounds[3]) bounds[3] = y;
  }
  return bounds;
}
