import { measuredChange } from '../../change/matrix.js';
import type { Polygon } from '../../geometry/geojson-geometry.js';
import { fromWkb } from '../../geometry/wkb.js';
import type { AreaStatus } from '../../model/area-status.js';
import type { Instant, IsoDate } from '../../model/dates.js';
import { readable } from '../../model/readable.js';
import { partitionHash } from '../../series/partition-hash.js';
import { buildPartition, findPartition } from '../../series/planar-partition.sql.js';
import { insertRevision, supersedeRevisions } from '../../series/revisions.sql.js';
import { storePacked } from '../../series/shapes.sql.js';
import { stepDone } from '../../store/cancellation.js';
import type { Queryable } from '../../store/pool.js';
import { packDay } from '../packed-areas.js';
import { stageRest } from '../repair/gaps.sql.js';
import { measureAreas, stageAreas, stagedPolygons } from '../staging.sql.js';
import { areasOfRevision, boundaryDiffers, copyReading, type StandingMap, standingMaps } from './theatre.sql.js';

/** A map that was cut anew, and its ground outside the theatre since. */
export interface CutMap {
  series: string;
  date: IsoDate;
  outside_km2: number;
}

/**
 * Makes every current map of the imported series of a theatre a new revision of the same areas in another edition of the
 * theatre, and measures the steps between them.
 */
export async function cutAnew(tx: Queryable, theatre: string, edition: number, at: Instant): Promise<CutMap[]> {
  const maps = await standingMaps(tx, theatre);
  const ids = maps.map(({ id }) => id);
  await supersedeRevisions(tx, ids, at);
  const done: CutMap[] = [];
  let before = { series: '', id: 0, partition: 0 };
  for (const map of maps) {
    const cut = await cutMap(tx, map, { theatre, edition, at, spacing: map.drawn_spacing_m });
    if (before.series === map.series) {
      await measuredChange(tx, before.id, cut.id, before.partition === cut.partition);
    }
    before = { series: map.series, id: cut.id, partition: cut.partition };
    done.push({ series: map.series, date: map.date, outside_km2: cut.outside_km2 });
    stepDone('maps cut anew', done.length, maps.length);
  }
  return done;
}

/**
 * Cuts the maps of imported series anew where a bundle restates the boundary of their theatre: maps in two boundaries do not
 * balance.
 * @returns what was done, in words; empty when the boundary is the same or no map stands in it
 */
export async function followBoundary(
  tx: Queryable,
  theatre: string,
  { from, to, at }: { from: number; to: number; at: Instant },
): Promise<string[]> {
  if (!(await boundaryDiffers(tx, from, to))) return [];
  const maps = await cutAnew(tx, theatre, to, at);
  if (maps.length === 0) return [];
  const outside = maps.filter(({ outside_km2 }) => outside_km2 > 1e-6);
  return [
    `the boundary is restated: ${maps.length} imported maps are cut anew`,
    ...outside.map(({ series, date, outside_km2 }) => {
      return `${readable(outside_km2)} km² of the map of ${date} of series ${series} lie outside the theatre: kept on the map, counted in no figure`;
    }),
  ];
}

/** An area of a stored map, or of one under review. */
interface StoredArea {
  party: string | null;
  status: string;
  confidence: number | null;
  shape: number;
  sha256: string;
  wkb: Uint8Array;
}

/**
 * The areas of a map as they are in an edition of its theatre: their ground outside it, and with `rest` one more area, the ground
 * that the theatre has won since they were cut.
 * @param rest who holds the rest of the theatre, by the series: a party, or `unknown`; null: nobody
 */
export async function areasInEdition(
  tx: Queryable,
  areas: readonly StoredArea[],
  { edition, date, rest }: { edition: number; date: IsoDate; rest: string | null },
) {
  await stageAreas(
    tx,
    areas.map(({ party, status, confidence, wkb }, index) => {
      return { at: String(index), party, status: status as AreaStatus, confidence, wkb };
    }),
  );
  const measured = await measureAreas(tx, edition);
  const sum = (of: 'outside_km2' | 'outside_pieces') => measured.reduce((total, area) => total + area[of], 0);
  const outside = { outside_km2: sum('outside_km2'), outside_pieces: sum('outside_pieces') };
  const holder = rest === 'unknown' ? { party: null, status: 'unknown' } : { party: rest, status: 'controlled' };
  const won = rest === null ? 0 : await stageRest(tx, edition, holder);
  if (won === 0) return { outside, won: null };
  const packed = packDay(
    date,
    (await stagedPolygons(tx)).map((area) => ({ ...area, polygons: polygonsOf(area.wkb) })),
  );
  const last = packed.areas.slice(-1);
  const shapes = await storePacked(tx, last);
  const [area] = last.map(({ party, status, confidence, sha256 }) => {
    return { party, status, confidence, sha256, shape: shapes.get(sha256) as number };
  });
  return { outside, won: area ? { area, sha256: packed.sha256 } : null };
}

const polygonsOf = (wkb: Uint8Array) => (fromWkb(wkb).geometry as { coordinates: Polygon[] }).coordinates;

async function cutMap(
  tx: Queryable,
  { id, series, date, rest, sha256: known, note }: StandingMap,
  { theatre, edition, at, spacing }: { theatre: string; edition: number; at: Instant; spacing: number | null },
) {
  const areas = await areasOfRevision(tx, id);
  const { outside, won } = await areasInEdition(tx, areas, { edition, date, rest });
  const rows = areas.map(({ wkb: _, ...area }) => ({ ...area, claims: [] as number[] }));
  const [first] = areas;
  if (won && first) rows.push({ ...won.area, source: first.source, place: null, reason: null, claims: [] });
  const hash = partitionHash(rows.map((area) => area.sha256));
  const shapes = rows.map(({ shape }) => shape);
  const partition = (await findPartition(tx, edition, hash)) ?? (await buildPartition(tx, edition, hash, shapes));
  const drawing = { drawn_spacing_m: spacing, ...outside };
  const sha256 = won?.sha256 ?? known;
  const head = { series, theatre, valid_on: date, edition, partition, sha256, note, recorded_at: at, drawing };
  const revision = await insertRevision(
    tx,
    head,
    rows.map(({ sha256: _, ...area }) => area),
  );
  await copyReading(tx, id, revision);
  return { id: revision, partition, outside_km2: outside.outside_km2 };
}
