/**
 * Tiles beside whatever peers are on the machine: `TEST_DATABASE_URL=postgres://… npx tsx tests/bench/peers/peers.ts [rounds]`.
 * Each is a process of its own on one database; wrk asks the same tiles of each in turn, every round; the table has medians, the
 * spread of the rounds and the load of the machine, and goes into tests/bench/README.md. Peers that are missing are named:
 * wrk and nginx come by apt, Martin by cargo. Bare `node:http` is always there. `BUILT=1`: the service as users run it.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '../../../src/config.js';
import { openPool } from '../../../src/store/pool.js';
import { tileAddress } from '../../../src/tiles/address.js';
import { freshDatabase, SERVER_URL } from '../../setup/databases.js';
import { table, writeFigures } from '../readme.js';
import { mainOf } from '../served.js';
import { startPeers, tablesForPeers } from './peer-processes.js';

const rounds = Number(process.argv[2] ?? 5);
const SECONDS = 3;
const DAY = '2020-01-29';
const has = (program: string) => spawnSync('which', [program]).status === 0;
if (!SERVER_URL) throw new Error('TEST_DATABASE_URL names no server');
if (!has('wrk')) throw new Error('wrk is missing: apt-get install wrk');

const folder = mkdtempSync(join(tmpdir(), 'salient-peers-'));
const running: ReturnType<typeof spawn>[] = [];

/** Starts a process; resolves with what `ready` finds in its output. */
function started(command: string, args: string[], env: Record<string, string>, ready: RegExp): Promise<string> {
  const child = spawn(command, args, { cwd: PROJECT_ROOT, env: { ...process.env, ...env } });
  running.push(child);
  return new Promise((resolve, reject) => {
    let stated = '';
    const heard = (chunk: Buffer) => {
      stated += chunk;
      const found = ready.exec(stated);
      if (found) resolve(found[1] as string);
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.on('exit', (code) => reject(new Error(`${command} ended (${code}): ${stated}`)));
  });
}

/** Requests a second and the 99th percentile, milliseconds, of some paths asked in turn over 32 sockets. */
function load(base: string, paths: readonly string[]): { rate: number; p99: number } {
  const script = join(folder, 'paths.lua');
  writeFileSync(
    script,
    `local paths = {${paths.map((path) => JSON.stringify(path)).join(',')}}\nlocal i = 0\n` +
      `request = function() i = i % #paths + 1; return wrk.format("GET", paths[i], { ["accept-encoding"] = "gzip" }) end\n` +
      `done = function(s, l) io.write(string.format("RESULT %f %f %d\\n", s.requests / (s.duration / 1e6), l:percentile(99) / 1000, s.errors.status)) end\n`,
  );
  const stated = execFileSync('wrk', ['-t1', '-c32', `-d${SECONDS}s`, '-s', script, base], { encoding: 'utf8' });
  const [, rate, p99, errors] = /RESULT (\S+) (\S+) (\d+)/.exec(stated) ?? [];
  if (Number(errors) > 0) throw new Error(`${base}: ${errors} answers were no tiles`);
  return { rate: Number(rate), p99: Number(p99) };
}

const databaseUrl = await freshDatabase(SERVER_URL);
const salient = (more: Record<string, string>) =>
  started(
    process.execPath,
    mainOf(),
    { DATABASE_URL: databaseUrl, PORT: '0', SALIENT_REPORT_EVERY_S: '0', ...more },
    /Salient answers on (http:\S+)/,
  );
const base = await salient({});
const { state } = (await (await fetch(`${base}/tiles/m5.json?date=${DAY}`)).json()) as { state: string };

/** Tiles with something in them, the same number of each zoom. */
const addresses: string[] = [];
for (const zoom of [6, 8, 9, 10, 11, 12, 13, 14]) {
  const side = 2 ** zoom;
  const [column, row] = [Math.floor(0.6023 * side), Math.floor(0.3945 * side)];
  for (let n = 0, found = 0; n < 120 && found < 40; n++) {
    const { x, y } = tileAddress(zoom, column + (n % 11) - 5, row + Math.floor(n / 11) - 5);
    const answer = await fetch(`${base}/tiles/m5/@${state}/${zoom}/${x}/${y}.mvt`, {
      headers: { 'accept-encoding': 'gzip' },
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 200) continue;
    found++;
    addresses.push(`${zoom}/${x}/${y}`);
    const file = join(folder, `tiles/${zoom}/${x}/${y}.mvt`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
    const kept = [...answer.headers].filter(
      ([name]) => !/^(connection|date|keep-alive|content-length|content-encoding)$/.test(name),
    );
    writeFileSync(join(folder, 'headers.json'), JSON.stringify(kept.flat()));
  }
}
const bytes = addresses.length;

const contenders: { name: string; base: string; paths: string[] }[] = [];
const missing: string[] = [];
const files = addresses.map((address) => `/tiles/${address}.mvt`);
const bare = await started(process.execPath, ['--import', 'tsx', 'tests/bench/peers/bare.ts', folder], {}, /^(\d+)\n/);
contenders.push({ name: 'bare `node:http`, same bytes and headers', base: `http://127.0.0.1:${bare}`, paths: files });
if (has('nginx')) {
  const conf = join(folder, 'nginx.conf');
  const port = 18380;
  writeFileSync(
    conf,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log stderr notice; user root;\nevents {}\nhttp { access_log off; ` +
      `types { application/vnd.mapbox-vector-tile mvt; } keepalive_requests 1000000000; open_file_cache max=10000;\n` +
      `server { listen 127.0.0.1:${port}; root ${folder}; } }\n`,
  );
  await started('nginx', ['-c', conf, '-e', 'stderr'], {}, /(start worker process)/);
  contenders.push({ name: 'nginx, static files, one worker', base: `http://127.0.0.1:${port}`, paths: files });
} else missing.push('nginx');
const state1 = addresses.map((address) => `/tiles/m5/@${state}/${address}.mvt`);
const dated = addresses.map((address) => `/tiles/m5/${address}.mvt?date=${DAY}`);
contenders.push({ name: '`@state`', base, paths: state1 }, { name: '`?date=`', base, paths: dated });
const two = await salient({ SALIENT_WORKERS: '2' });
contenders.push({ name: '`@state`, `SALIENT_WORKERS=2`', base: two, paths: state1 });
const db = openPool({ connectionString: databaseUrl, max: 2 }, 'server');
await tablesForPeers(db, 'm5', 'm5');
const peers = await startPeers(databaseUrl);
if (peers.martinCached) {
  const paths = addresses.map((address) => `/peer_tile/${address}?date=${DAY}`);
  contenders.push({ name: 'Martin, cached (the one layer of areas)', base: peers.martinCached.base, paths });
} else missing.push('Martin');

const found = contenders.map(() => ({ rate: [] as number[], p99: [] as number[], load: [] as number[] }));
for (const { base: at, paths } of contenders) load(at, paths);
for (let round = 0; round < rounds; round++) {
  contenders.forEach(({ base: at, paths }, who) => {
    const { rate, p99 } = load(at, paths);
    found[who]?.rate.push(rate);
    found[who]?.p99.push(p99);
    found[who]?.load.push(loadavg()[0] ?? 0);
  });
}
const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[of.length >> 1] ?? Number.NaN;
const span = (of: readonly number[], digits: number) =>
  `${Math.min(...of).toFixed(digits)}–${Math.max(...of).toFixed(digits)}`;
const bound = found[0]?.rate ?? [];
writeFigures(
  'peers',
  `${bytes} tiles of zooms 6 to 14 in turn, gzip, 32 sockets, ${rounds} rounds of ${SECONDS} s; load of the machine ${span(
    found.flatMap((one) => one.load),
    1,
  )}.${missing.length > 0 ? ` Not on this machine: ${missing.join(', ')}.` : ''}\n\n${table(
    ['who answers', 'requests/s', 'spread', 'p99 ms', 'of bare'],
    contenders.map(({ name }, who) => {
      const { rate, p99 } = found[who] as (typeof found)[number];
      return [
        name,
        median(rate).toFixed(0),
        span(rate, 0),
        median(p99).toFixed(1),
        median(rate.map((value, i) => value / (bound[i] ?? Number.NaN))).toFixed(2),
      ];
    }),
  )}`,
);
peers.stop();
await db.close();
for (const child of running) {
  child.removeAllListeners('exit');
  child.kill();
}
rmSync(folder, { recursive: true, force: true });
process.exit(0);
