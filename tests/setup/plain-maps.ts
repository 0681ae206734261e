import { createHash } from 'node:crypto';
import type { Db, Queryable } from '../../src/store/pool.js';

/** A face of a map: SQL of a polygon in planar kilometres (`env(` is a box), with who holds it; null: in no area. */
export interface PlainFace {
  of: string;
  party?: string | null;
  status?: 'controlled' | 'contested' | 'claimed' | 'unknown' | null;
  /** Ground of a neighbouring state or the sea instead, outside the theatre. */
  abroad?: 'state' | 'sea';
}

export interface PlainSeries {
  /** The theatre, SQL in kilometres. */
  frame: string;
  maps: readonly (readonly PlainFace[])[];
  /** Days of the maps, one each; ten days apart when absent. */
  days?: readonly string[];
  accuracyM?: number;
  /** Lines in kilometres, by id. */
  routes?: Record<string, string>;
  /** Places as [x, y] in kilometres, by name. */
  places?: Record<string, readonly [number, number]>;
  relations?: readonly (readonly [side: string, party: string, stance: string])[];
}

export const PROJECTION = '+proj=laea +lat_0=35.7 +lon_0=36.7 +datum=WGS84 +units=m +no_defs';
/** Maps are dated 2020-01-01, 2020-01-11, 2020-01-21, …: ten days apart. */
export const dayOf = (index: number): string => new Date(Date.UTC(2020, 0, 1 + 10 * index)).toISOString().slice(0, 10);

const sql = (expression: string) => `st_scale((${expression.replaceAll('env(', 'st_makeenvelope(')}), 1000, 1000)`;
const lonlat = (expression: string) => `st_setsrid(st_transform(${sql(expression)}, '${PROJECTION}', 4326), 4326)`;
const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

let planted = 0;

/**
 * Stores a series whose planes hold exactly the given faces: what the measures see, with no import before it. Maps with
 * the same polygons share a plane. Answers the series and its revisions, in order.
 */
export async function plantSeries(db: Db, given: PlainSeries): Promise<{ series: string; revisions: number[] }> {
  planted++;
  const id = `plain-${process.pid}-${planted}`;
  return db.transaction(async (tx) => {
    const edition = await plantTheatre(tx, id, given);
    const [source] = await tx.query<{ no: number }>(
      `insert into source (theatre, id, publisher, stance, sha256) values ($1, 'drawn', 'a test', 'general', $2) returning no`,
      [id, sha256(id)],
    );
    const planes = new Map<string, { id: number; shapes: (number | null)[] }>();
    const revisions: number[] = [];
    for (const [index, faces] of given.maps.entries()) {
      const key = JSON.stringify(faces.map(({ of, abroad }) => [of, abroad]));
      const plane = planes.get(key) ?? (await plantPlane(tx, id, edition, faces));
      planes.set(key, plane);
      const [revision] = await tx.query<{ id: number }>(
        `insert into revision (series, theatre, valid_on, edition, plane, sha256) values ($1::text, $1::text, $2, $3, $4, $5) returning id`,
        [id, given.days?.[index] ?? dayOf(index), edition, plane.id, sha256([id, index])],
      );
      const rows = faces.flatMap((face, no) => {
        const status =
          face.abroad || face.party === undefined || face.status === null ? null : (face.status ?? 'controlled');
        return status === null ? [] : [{ no, party: face.party, status, shape: plane.shapes[no] }];
      });
      await tx.query(
        `insert into area (revision, theatre, no, party, status, shape, source)
         select $1::bigint, $2::text, no, party, status, shape, $4::bigint from jsonb_to_recordset($3::jsonb) as r(no int, party text, status text, shape bigint)`,
        [revision?.id, id, JSON.stringify(rows), source?.no],
      );
      revisions.push(revision?.id as number);
    }
    return { series: id, revisions };
  });
}

async function plantTheatre(tx: Queryable, id: string, given: PlainSeries): Promise<number> {
  await tx.query('insert into theatre (id) values ($1)', [id]);
  const [edition] = await tx.query<{ id: number }>(
    `insert into edition (theatre, title, boundary, projection, time_zone, sha256)
     select $1::text, $1::text, st_multi(${lonlat(given.frame)}), $2, 'UTC', $3 returning id`,
    [id, PROJECTION, sha256(id)],
  );
  const named = given.maps.flat().flatMap(({ party }) => (party ? [party] : []));
  const parties = [
    ...new Set([
      ...named,
      ...(given.relations ?? []).map(([side]) => side),
      ...(given.relations ?? []).map(([, party]) => party),
    ]),
  ];
  await tx.query('insert into party (theatre, id) select $1::text, unnest($2::text[])', [id, parties]);
  await tx.query(
    `insert into party_entry (edition, theatre, party, name, colour, kind)
     select $1::bigint, $2::text, p, p, '#000000', 'ground' from unnest($3::text[]) p`,
    [edition?.id, id, parties],
  );
  for (const [side, party, stance] of given.relations ?? []) {
    await tx.query(
      `insert into relation (edition, side, party, stance, valid, source) values ($1, $2, $3, $4, daterange(null, null), 'a test')`,
      [edition?.id, side, party, stance],
    );
  }
  for (const [name, line] of Object.entries(given.routes ?? {})) {
    await tx.query(
      `insert into route (edition, id, name, geom, error_m, source) select $1::bigint, $2::text, $2::text, ${lonlat(line)}, 0, 'a test'`,
      [edition?.id, name],
    );
  }
  for (const [name, [x, y]] of Object.entries(given.places ?? {})) {
    await tx.query('insert into place (theatre, id) values ($1, $2)', [id, name]);
    await tx.query(
      `insert into place_entry (edition, theatre, place, name, kind, geom, error_m, source)
       select $1::bigint, $2::text, $3::text, $3::text, 'town', ${lonlat(`st_point(${x}, ${y})`)}, 0, 'a test'`,
      [edition?.id, id, name],
    );
  }
  for (const kind of ['state', 'sea']) {
    const ground = given.maps[0]?.filter((face) => face.abroad === kind).map((face) => face.of) ?? [];
    if (ground.length === 0) continue;
    await tx.query(
      `insert into territory (edition, id, kind, name, boundary)
       select $1::bigint, $2::text, $2::text, $2::text, st_multi(st_union(array[${ground.map(lonlat).join(', ')}]))`,
      [edition?.id, kind],
    );
  }
  await tx.query(`insert into series (id, theatre) values ($1::text, $1::text)`, [id]);
  await tx.query(
    `insert into series_statement (series, title, publisher, licence, kind, method, accuracy_m, parties, perimeter_m, reach_m, narrow_m)
     values ($1::text, $1::text, 'a test', 'CC0', 'imported', 'drawn', $2, $3, 250, 250, 5000)`,
    [id, given.accuracyM ?? 0, parties],
  );
  return edition?.id as number;
}

async function plantPlane(tx: Queryable, id: string, edition: number, faces: readonly PlainFace[]) {
  const shapes: (number | null)[] = [];
  for (const { of, party, status, abroad } of faces) {
    if (abroad || party === undefined || status === null) {
      shapes.push(null);
      continue;
    }
    const [shape] = await tx.query<{ id: number }>(
      `with new as (insert into shape (sha256, geom) select $1::text, st_multi(${lonlat(of)}) on conflict do nothing returning id)
       select id from new union all select id from shape where sha256 = $1`,
      [sha256([id, of])],
    );
    shapes.push(shape?.id as number);
  }
  const [plane] = await tx.query<{ id: number }>(
    'insert into plane (edition, sha256, theatre_m2) values ($1, $2, 1) returning id',
    [edition, sha256([id, faces.map(({ of }) => of)])],
  );
  for (const [no, { of, abroad }] of faces.entries()) {
    await tx.query(
      `insert into plane_face (plane, no, shape, territory, geom, area_m2)
       select $1::bigint, $2::int, $3::bigint, $4::text, geom, st_area(geom) from (select ${sql(of)} as geom) face`,
      [plane?.id, no + 1, shapes[no], abroad ?? null],
    );
  }
  return { id: plane?.id as number, shapes };
}
