import { createHash, type Hash } from 'node:crypto';
import type { DeclaredCrs } from '../geometry/geojson-crs.js';
import type { Polygon } from '../geometry/geojson-geometry.js';
import { toWkb } from '../geometry/wkb.js';
import type { AreaStatus } from '../model/area-status.js';
import type { IsoDate } from '../model/dates.js';
import type { Bounds } from './judge-snapshot.js';

/** An area of a map as it goes to the database: 16 bytes a position, whatever the file needed. */
export interface CompactArea {
  /** JSON pointer of its feature. */
  at: string;
  party: string | null;
  status: AreaStatus;
  confidence: number | null;
  /** Of its coordinates: equal ground is stored once. */
  sha256: string;
  /** MultiPolygon; lon, lat (EPSG:4326) unless `crs` of the snapshot says otherwise. */
  wkb: Uint8Array;
  bounds: Bounds;
}

/** The areas of one day in the order of the file. */
export interface CompactSnapshot {
  date: IsoDate;
  /** What the numbers are in; null for lon, lat on WGS 84. Areas of a day may differ. */
  crs: DeclaredCrs[];
  areas: CompactArea[];
  /** Of all that is said of the day. */
  sha256: string;
}

type Said = Pick<CompactArea, 'at' | 'party' | 'status' | 'confidence'> & { polygons: readonly Polygon[] };

/** Gathers areas by day, each hashed and packed as it comes, so that no coordinates of a large file are kept as text or objects. */
export function createCompacter() {
  const days = new Map<IsoDate, CompactSnapshot & { hash: Hash }>();
  return {
    add({ date, crs, ...area }: Said & { date: IsoDate; crs: DeclaredCrs }): void {
      let day = days.get(date);
      if (!day) {
        day = { date, crs: [], areas: [], sha256: '', hash: createHash('sha256').update('[') };
        days.set(date, day);
      }
      if (day.areas.length > 0) day.hash.update(',');
      day.crs.push(crs);
      day.areas.push(compactArea(area, day.hash));
    },
    /** In order of date, each date once. */
    snapshots(): CompactSnapshot[] {
      const sorted = [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
      return sorted.map(({ hash, ...day }) => ({ ...day, sha256: hash.update(']').digest('hex') }));
    },
  };
}

/** The hash of a day is that of `[{party, status, confidence, polygons}, …]` as JSON, built area by area. */
function compactArea({ at, party, status, confidence, polygons }: Said, day: Hash): CompactArea {
  const coordinates = JSON.stringify(polygons);
  day.update(JSON.stringify({ party, status, confidence }).slice(0, -1)).update(',"polygons":');
  day.update(coordinates).update('}');
  const sha256 = createHash('sha256').update(coordinates).digest('hex');
  return { at, party, status, confidence, sha256, wkb: toWkb(polygons), bounds: boundsOf(polygons) };
}

function boundsOf(polygons: readonly Polygon[]): Bounds {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [shell = []] of polygons) {
    for (const [x, y] of shell) {
      if (x < bounds[0]) bounds[0] = x;
      if (y < bounds[1]) bounds[1] = y;
      if (x > bounds[2]) bounds[2] = x;
      if (y > bounds[3]) bounds[3] = y;
    }
  }
  return bounds;
}
