/** Servers that others wrote, on the same ground in the same database: each is started where it is on the machine, else named. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import type { Db } from '../../../src/store/pool.js';

export interface Peer {
  name: string;
  base: string;
}

export interface Peers {
  martin: Peer | null;
  martinCached: Peer | null;
  tileserv: Peer | null;
  featureserv: Peer | null;
  tipg: Peer | null;
  /** A Python with GeoPandas. */
  geopandas: string | null;
  missing: string[];
  stop(): void;
}

/** Folders of programs beside those of PATH, and a Python with tipg and GeoPandas (`python3 -m venv`, `pip install`). */
const BIN = [
  ...(process.env.PEERS_BIN ?? '/tmp/peers/bin').split(delimiter),
  join(process.env.HOME ?? '', '.cargo/bin'),
];
const PYTHON = process.env.PEERS_PYTHON ?? '/tmp/peers/venv/bin/python';

function programOf(name: string): string | null {
  const found = spawnSync('which', [name], { encoding: 'utf8' });
  if (found.status === 0) return found.stdout.trim();
  return BIN.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

export function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/**
 * What peers serve: the areas of a series as `/control` shows them, one row a day and class, in `public.peer_control` (EPSG:4326)
 * and `public.peer_control_3857`, each with an index, and a function of the date for tiles; the areas of another in `public.peer_grid`.
 */
export async function tablesForPeers(db: Db, series: string, grid: string): Promise<void> {
  await db.query('drop table if exists peer_control, peer_control_3857, peer_grid cascade');
  await db.query(
    `create table peer_control as
     select row_number() over ()::int as id, * from (
       select r.id as revision, r.valid_on, area.party::text as party, area.status::text as status,
              st_multi(st_collectionextract(st_makevalid(st_unaryunion(st_collect(shape.geom))), 3))::geometry(multipolygon, 4326) as geom
       from revision r join area on area.revision = r.id join shape on shape.id = area.shape
       where r.series = $1 and r.superseded_at is null group by 1, 2, 3, 4) dissolved`,
    [series],
  );
  await db.query('alter table peer_control add primary key (id)');
  await db.query(
    `create table peer_control_3857 as
     select id, valid_on, party, status, st_transform(geom, 3857)::geometry(multipolygon, 3857) as geom from peer_control`,
  );
  await db.query(
    `create table peer_grid as
     select row_number() over ()::int as id, area.party::text as party, shape.geom::geometry(multipolygon, 4326) as geom
     from revision r join area on area.revision = r.id join shape on shape.id = area.shape where r.series = $1`,
    [grid],
  );
  for (const of of ['peer_control', 'peer_control_3857', 'peer_grid']) {
    if (of !== 'peer_control') await db.query(`alter table ${of} add primary key (id)`);
    await db.query(`create index on ${of} using gist (geom)`);
    if (of !== 'peer_grid') await db.query(`create index on ${of} (valid_on)`);
    await db.query(`analyze ${of}`);
  }
  await db.query(
    `create or replace function peer_tile(z integer, x integer, y integer, query_params json) returns bytea
     language sql stable parallel safe as $$
       select st_asmvt(tile, 'control', 4096, 'geom') from (
         select party, status, st_asmvtgeom(geom, st_tileenvelope(z, x, y), 4096, 64) as geom from peer_control_3857
         where valid_on = (select max(valid_on) from peer_control_3857 where valid_on <= (query_params ->> 'date')::date)
           and geom && st_tileenvelope(z, x, y)) tile
     $$`,
  );
}

export async function startPeers(databaseUrl: string): Promise<Peers> {
  const running: ChildProcess[] = [];
  const missing: string[] = [];
  const started = async (
    name: string,
    program: string | null,
    args: (port: number) => string[],
    env: Record<string, string>,
    alive: string,
  ): Promise<Peer | null> => {
    if (!program) {
      missing.push(name);
      return null;
    }
    const port = await freePort();
    const own = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value.replace('PORT', String(port))]),
    );
    const child = spawn(program, args(port), { env: { ...process.env, ...own }, stdio: 'ignore' });
    running.push(child);
    const base = `http://127.0.0.1:${port}`;
    for (let tries = 0; tries < 120 && child.exitCode === null; tries++) {
      if (
        await fetch(base + alive).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return { name, base };
      await new Promise((on) => setTimeout(on, 500));
    }
    missing.push(`${name} (it did not start)`);
    return null;
  };
  const martin = programOf('martin');
  const listen = (port: number) => ['--listen-addresses', `127.0.0.1:${port}`, databaseUrl];
  const python = existsSync(PYTHON) ? PYTHON : programOf('python3');
  const knows = (module: string) =>
    python && spawnSync(python, ['-c', `import ${module}`]).status === 0 ? python : null;
  const peers: Omit<Peers, 'stop'> = {
    martin: await started('Martin', martin, (port) => ['--cache-size', '0', ...listen(port)], {}, '/health'),
    martinCached: !martin ? null : await started('Martin, cached', martin, listen, {}, '/health'),
    tileserv: await started(
      'pg_tileserv',
      programOf('pg_tileserv'),
      () => [],
      { DATABASE_URL: databaseUrl, TS_HTTPPORT: 'PORT' },
      '/index.json',
    ),
    featureserv: await started(
      'pg_featureserv',
      programOf('pg_featureserv'),
      () => [],
      { DATABASE_URL: databaseUrl, PGFS_SERVER_HTTPPORT: 'PORT', PGFS_PAGING_LIMITMAX: '10000' },
      '/collections.json',
    ),
    tipg: await started(
      'tipg',
      knows('tipg'),
      (port) => ['-m', 'uvicorn', 'tipg.main:app', '--port', String(port), '--log-level', 'error'],
      { DATABASE_URL: databaseUrl, TIPG_DB_SCHEMAS: '["public"]', TIPG_MAX_FEATURES_PER_QUERY: '10000' },
      '/healthz',
    ),
    geopandas: knows('geopandas'),
    missing,
  };
  if (!peers.geopandas) missing.push('GeoPandas');
  if (spawnSync('which', ['nginx']).status !== 0) missing.push('nginx');
  return {
    ...peers,
    stop: () => {
      for (const child of running) child.kill();
    },
  };
}
