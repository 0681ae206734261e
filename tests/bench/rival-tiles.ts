import type pg from 'pg';
import type { CoverageMember } from '../../src/coverage/topology.js';
import type { TileAddress } from '../../src/tiles/address.js';
import { propertiesOf } from './bench-coverage.js';

/** A way to draw tiles with ST_AsMVT, on tables of its own. */
export interface Rival {
  name: string;
  /** Seconds that its tables took to make beyond the plain one. */
  prepared: number;
  statement(zoom: number): { name: string; text: string };
}

export const ZOOMS = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14] as const;

/** Half a pixel of a 512-pixel tile, metres of EPSG:3857: how far our lines may run from the true ones. */
const halfPixel = (zoom: number) => (40_075_016.685_578_49 / (512 * 2 ** zoom)) * 0.5;

const FIELDS = 'id, party, status, colour';
/** The tile with our margin of 64 units, as box and as the one to clip by. */
const BOX = (srid: 3857 | 4326) => {
  const margin = 'st_tileenvelope($1, $2, $3, margin => 64.0 / 4096)';
  const box = srid === 3857 ? margin : `st_transform(${margin}, 4326)`;
  return `(select st_tileenvelope($1, $2, $3) as clip, ${box} as box) tile`;
};
const mvt = (table: string, srid: 3857 | 4326, geom: string) =>
  `select st_asmvt(drawn, 'control', 4096, 'geom', 'id') as mvt
   from (select ${FIELDS}, st_asmvtgeom(${geom}, tile.clip, 4096, 64, true) as geom
         from ${table}, ${BOX(srid)} where ${table}.geom && tile.box) drawn
   where geom is not null`;

/** Loads the cells once as they are, in EPSG:4326, then lets each rival prepare what it likes. */
export async function prepareRivals(client: pg.Client, members: readonly CoverageMember[]): Promise<Rival[]> {
  await client.query('create extension if not exists postgis');
  await client.query(
    'create table cell (id integer primary key, party text, status text, colour text, geom geometry(MultiPolygon, 4326))',
  );
  for (const { id, polygons } of members) {
    const { party, status, colour } = propertiesOf(id);
    await client.query('insert into cell values ($1, $2, $3, $4, st_setsrid(st_geomfromgeojson($5::text), 4326))', [
      id,
      party,
      status,
      colour,
      JSON.stringify({ type: 'MultiPolygon', coordinates: polygons }),
    ]);
  }
  const index = async (table: string) => {
    await client.query(`create index on ${table} using gist (geom)`);
    await client.query(`vacuum analyze ${table}`);
  };
  const timed = async (work: () => Promise<void>): Promise<number> => {
    const since = performance.now();
    await work();
    return (performance.now() - since) / 1000;
  };
  await index('cell');
  const whole = await timed(async () => {
    await client.query(`create table cell_3857 as select ${FIELDS}, st_transform(geom, 3857) as geom from cell`);
    await index('cell_3857');
  });
  const subdivided = await timed(async () => {
    await client.query(
      `create table cell_parts as select ${FIELDS}, st_subdivide(st_transform(geom, 3857), 256) as geom from cell`,
    );
    await index('cell_parts');
  });
  const simplified = await timed(async () => {
    for (const zoom of ZOOMS) {
      await client.query(
        `create table cell_z${zoom} as
         select ${FIELDS}, st_simplify(geom, ${halfPixel(zoom)}, true) as geom from cell_3857`,
      );
      await index(`cell_z${zoom}`);
    }
  });
  const always = (name: string, text: string) => () => ({ name, text });
  return [
    { name: 'on the fly', prepared: 0, statement: always('fly', mvt('cell', 4326, 'st_transform(geom, 3857)')) },
    { name: 'whole', prepared: whole, statement: always('whole', mvt('cell_3857', 3857, 'geom')) },
    { name: 'subdivided', prepared: subdivided, statement: always('parts', mvt('cell_parts', 3857, 'geom')) },
    {
      name: 'simplified',
      prepared: simplified + whole,
      statement: (zoom) => ({ name: `z${zoom}`, text: mvt(`cell_z${zoom}`, 3857, 'geom') }),
    },
  ];
}

/** The tile as the rival draws it, by a prepared statement. */
export async function rivalTile(client: pg.Client, rival: Rival, { z, x, y }: TileAddress): Promise<Uint8Array> {
  const { rows } = await client.query<{ mvt: Buffer }>({ ...rival.statement(z), values: [z, x, y] });
  return rows[0]?.mvt ?? new Uint8Array();
}
