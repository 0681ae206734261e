import { idsOfShapes } from '../series/shapes.sql.js';
import type { Queryable } from '../store/pool.js';
import { batches, overlayGrid, requiredRow } from '../store/statement.js';
import type { AreaFacts } from './packed-areas.js';
import type { SnapshotMeasures } from './review/judge-snapshot.js';

/** The same for overlays in degrees: a hundredth of the data's own precision. */
const OVERLAY_GRID_DEGREES = 1e-9;

/** MultiPolygon, EPSG:4326. */
type StagedArea = AreaFacts & { wkb: Uint8Array };

/** From so many areas on an index pays. */
const MANY = 200;

/** Puts the areas of one map beside the store, for measuring; gone with the transaction. */
export async function stageAreas(tx: Queryable, areas: readonly StagedArea[]): Promise<void> {
  // Made once a transaction: a table dropped and made again for each of a thousand maps would use up the locks.
  const [made] = await tx.query<{ there: boolean }>("select to_regclass('pg_temp.staged') is not null as there");
  await tx.query(
    made?.there
      ? 'truncate staged'
      : `create temporary table staged (no integer, at text, name text, party text, status text, confidence float8, rank integer, geom geometry)
         on commit drop`,
  );
  for (const [first, batch] of batches(areas)) {
    await tx.query(
      `insert into staged (no, at, name, party, status, confidence, rank, geom)
       select $1::int + no, at, name, party, status, confidence, rank, st_geomfromwkb(wkb, 4326)
       from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::int[], $8::bytea[])
         with ordinality as r(at, name, party, status, confidence, rank, wkb, no)`,
      [first, ...columns(batch)],
    );
  }
  if (areas.length < MANY) return;
  // Else each of 20,000 districts would be compared with each: a minute and a half.
  await tx.query('create index if not exists staged_geom on staged using gist (geom)');
  await tx.query('analyze staged');
}

function columns(batch: readonly StagedArea[]): unknown[] {
  return [
    batch.map((area) => area.at),
    batch.map((area) => area.name ?? null),
    batch.map((area) => area.party),
    batch.map((area) => area.status),
    batch.map((area) => area.confidence),
    batch.map((area) => area.rank ?? null),
    batch.map((area) => Buffer.from(area.wkb)),
  ];
}

/** What is stated of the staged areas as they are now, in their order. */
export function stagedAreas(tx: Queryable): Promise<(AreaFacts & { no: number })[]> {
  return tx.query('select no, at, name, party, status, confidence, rank from staged order by no');
}

/** The same with their polygons. */
export function stagedPolygons(tx: Queryable): Promise<(AreaFacts & { wkb: Uint8Array })[]> {
  return tx.query('select at, name, party, status, confidence, rank, st_asbinary(geom) as wkb from staged order by no');
}

type AreaMeasure = SnapshotMeasures['areas'][number];

/** Validity of each staged polygon, with reason and place, and its km² in all and outside the theatre. */
export async function measureAreas(tx: Queryable, edition: number): Promise<AreaMeasure[]> {
  return tx.query(
    `with detailed as materialized (
       select no, at, geom, detail.valid, detail.reason, detail.location,
              row_number() over (partition by detail.valid order by no)::int as nth
       from staged cross join lateral st_isvaliddetail(geom) detail
     ), projected as (
       -- All in one ST_Transform: with a projection given as text a call costs a quarter of a millisecond or more.
       select st_transform(st_collect(st_segmentize(detailed.geom, 0.02) order by nth), edition.projection) as geom
       from detailed cross join edition where valid and edition.id = $1 group by edition.projection
     ), measured as (
       select part.path[1] as nth, sum(st_area(part.geom)) / 1e6 as km2
       from projected cross join lateral st_dump(projected.geom) part group by 1
     )
     select at, valid, reason,
            case when location is not null then json_build_array(st_x(location), st_y(location)) end as where,
            coalesce(km2, 0) as area_km2,
            case when st_isempty(beyond) then 0 else planar_km2(beyond, projection) end as outside_km2,
            st_numgeometries(beyond) as outside_pieces
     from detailed cross join edition
       cross join lateral (
         select case when not valid or st_coveredby(detailed.geom, boundary) then 'MULTIPOLYGON EMPTY'::geometry
                     else st_multi(st_collectionextract(st_difference(detailed.geom, boundary, $2), 3)) end as beyond
         offset 0
       ) beside
       left join measured on valid and measured.nth = detailed.nth
     where edition.id = $1 order by no`,
    [edition, overlayGrid(tx, OVERLAY_GRID_DEGREES)],
  );
}

export interface ExtentMeasure {
  bounds: [number, number, number, number];
  theatre_bounds: [number, number, number, number];
  theatre_km2: number;
}

/** Bounds of the staged map and of the theatre, and its km². */
export async function measureExtent(tx: Queryable, edition: number): Promise<ExtentMeasure> {
  const [row] = await tx.query<ExtentMeasure>(
    `with map as materialized (select st_extent(geom) as box from staged)
     select json_build_array(st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)) as bounds,
            json_build_array(st_xmin(boundary), st_ymin(boundary), st_xmax(boundary), st_ymax(boundary)) as theatre_bounds,
            planar_km2(boundary, projection) as theatre_km2
     from map, edition where edition.id = $1`,
    [edition],
  );
  if (!row?.bounds) throw new Error('the staged map has no extent');
  return row;
}

/** The ground of the theatre in no staged area, km², by ST_Difference (methods G). */
export async function measureGap(tx: Queryable, edition: number): Promise<number> {
  const [row] = await tx.query<{ km2: number }>(
    `with map as materialized (select st_unaryunion(st_collect(geom), $2) as ground from staged)
     select planar_km2(st_difference(boundary, ground, $2), projection) as km2 from map, edition where edition.id = $1`,
    [edition, overlayGrid(tx, OVERLAY_GRID_DEGREES)],
  );
  return requiredRow(row, 'compared with the theatre').km2;
}

/** km² that changed class in each stored step between consecutive maps of a series that counts as movement. */
export async function changeHistory(tx: Queryable, series: string): Promise<number[]> {
  const rows = await tx.query<{ km2: number }>(
    `with step as (
       select valid_on, id, lag(id) over (order by valid_on) as before
       from revision where series = $1 and superseded_at is null
     )
     select coalesce(sum(m2) filter (where from_class <> to_class), 0) / 1e6 as km2
     from step join kept_change on from_revision = step.before and to_revision = step.id
     where coalesce((select kind from step_kind k where k.series = $1 and k.valid_on = step.valid_on
                     order by k.recorded_at desc limit 1), 'movement') = 'movement'
     group by step.id, step.valid_on order by step.valid_on`,
    [series],
  );
  return rows.map((row) => row.km2);
}

/** As `storePacked`, of the staged areas: `hashes` are theirs, in their order. They need not be sent once more. */
export async function storeStaged(tx: Queryable, hashes: readonly string[]): Promise<Map<string, number>> {
  await tx.query(
    `insert into shape (sha256, geom)
     select sha256, geom
     from unnest($1::text[]) with ordinality given(sha256, nth)
       join (select row_number() over (order by no) as nth, geom from staged) area using (nth)
     order by sha256
     on conflict (sha256) do nothing`,
    [hashes],
    'prepared',
  );
  return idsOfShapes(tx, hashes);
}
