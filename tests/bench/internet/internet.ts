/**
 * The rehearsal at the scale of the internet: `TEST_DATABASE_URL=postgres://… npx tsx tests/bench/internet/internet.ts [requests]`
 * (1,000,000 without a number; 20,000 take a minute). Readers of `readers.ts` move the slider of the M5 series; their tile requests are
 * replayed against one process, three processes behind nginx, nginx as a CDN before one process (its cache empty at first), and a PMTiles
 * archive of all days as a file of nginx. Needs nginx (`apt-get install nginx`). Writes its table into tests/bench/README.md.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { PMTiles, type Source } from 'pmtiles';
import { PROJECT_ROOT } from '../../../src/config.js';
import { addDays, parseDate } from '../../../src/model/dates.js';
import { freshDatabase, SERVER_URL } from '../../setup/databases.js';
import { table, writeFigures } from '../readme.js';
import { mainOf, openMeter } from '../served.js';
import { type Look, looks } from './readers.js';

const REQUESTS = Number(process.argv[2] ?? 1_000_000);
/** What the others are asked, which do not need a million to be known. */
const FEWER = Math.ceil(REQUESTS / 10);
const SOCKETS = 64;
/** US dollars; put in your own. */
const PRICE = { vcpuHour: 0.04, originGigabyte: 0.09, cdnGigabyte: 0.02, cdnMillionRequests: 0.6 };

if (!SERVER_URL) throw new Error('TEST_DATABASE_URL names no server');
if (spawnSync('which', ['nginx']).status !== 0) throw new Error('nginx is missing: apt-get install nginx');

const folder = mkdtempSync(join(tmpdir(), 'salient-internet-'));
const databaseUrl = await freshDatabase(SERVER_URL);
const meter = await openMeter(databaseUrl);
const children: ChildProcess[] = [];

function started(
  command: string,
  args: string[],
  env: Record<string, string>,
  ready: RegExp,
): Promise<[string, number]> {
  const child = spawn(command, args, { cwd: PROJECT_ROOT, env: { ...process.env, ...env } });
  children.push(child);
  return new Promise((resolve, reject) => {
    let stated = '';
    const heard = (chunk: Buffer) => {
      stated += chunk;
      const found = ready.exec(stated);
      if (found) resolve([found[1] as string, child.pid as number]);
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.on('exit', (code) => reject(new Error(`${command} ended (${code}): ${stated}`)));
  });
}

const salient = () =>
  started(
    process.execPath,
    mainOf(),
    { DATABASE_URL: databaseUrl, PORT: '0', SALIENT_REPORT_EVERY_S: '0', SALIENT_CLIENT_POINTS: '0' },
    /Salient answers on (http:\S+)/,
  );

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

async function nginx(name: string, http: string): Promise<{ base: string; pid: number }> {
  const [port, at] = [await freePort(), join(folder, name)];
  mkdirSync(at);
  writeFileSync(
    join(at, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${at}/nginx.pid; error_log stderr notice; user root;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; types { application/vnd.pmtiles pmtiles; }
client_body_temp_path ${at}/body; proxy_temp_path ${at}/proxy; fastcgi_temp_path ${at}/f; uwsgi_temp_path ${at}/u; scgi_temp_path ${at}/s;
${http.replaceAll('LISTEN', `listen 127.0.0.1:${port};`).replaceAll('FOLDER', at)} }\n`,
  );
  const [, pid] = await started('nginx', ['-c', join(at, 'nginx.conf'), '-e', 'stderr'], {}, /(start worker process)/);
  return { base: `http://127.0.0.1:${port}`, pid };
}

/** Seconds of processor of a process and its children. */
function cpu(pid: number): number {
  const own = (of: string) => {
    try {
      const fields = readFileSync(`/proc/${of}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return 0;
    }
  };
  const below = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);
  return [String(pid), ...below].reduce((sum, of) => sum + own(of), 0);
}

interface Replayed {
  requests: number;
  seconds: number;
  bytes: number;
  /** Answered by the CDN without the origin. */
  hits: number;
  tiles: number;
  took: Float64Array;
}

const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS, scheduling: 'fifo' });

function fetched(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ body: Buffer; cache: string; status: number }> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': 'gzip', ...headers } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        if (status >= 400) return reject(new Error(`${status} ${url}`));
        resolve({ body: Buffer.concat(parts), cache: String(answer.headers['x-cache'] ?? ''), status });
      });
    }).on('error', reject);
  });
}

/** Replays requests, so many at once as there are sockets. */
async function replayed(
  paths: Iterator<{ path: string; tile: boolean }>,
  base: string,
  most: number,
): Promise<Replayed> {
  const found: Replayed = { requests: 0, seconds: 0, bytes: 0, hits: 0, tiles: 0, took: new Float64Array(most) };
  const since = performance.now();
  const worker = async () => {
    for (;;) {
      if (found.requests >= most) return;
      const next = paths.next();
      if (next.done) return;
      const nth = found.requests++;
      const begun = performance.now();
      const { body, cache } = await fetched(base + next.value.path);
      found.took[nth] = performance.now() - begun;
      found.bytes += body.length;
      if (next.value.tile) found.tiles++;
      if (cache === 'HIT') found.hits++;
    }
  };
  await Promise.all(Array.from({ length: SOCKETS }, worker));
  found.seconds = (performance.now() - since) / 1000;
  return found;
}

const [firstBase] = await salient();
const admin = new pg.Client({ connectionString: databaseUrl });
await admin.connect();
const { rows: known } = await admin.query<{ day: string }>(
  `select distinct valid_on::text as day from revision where series = 'm5' order by 1`,
);
await admin.end();
const days = known.map(({ day }) => day);
/** The address of a day's tiles, as its TileJSON gives it. */
const templates: string[] = [];
for (const day of days) {
  const { tiles } = (await (await fetch(`${firstBase}/tiles/m5.json?date=${day}`)).json()) as { tiles: string[] };
  templates.push(new URL(tiles[0] as string).href.replace(firstBase, '').replace(/%7B/g, '{').replace(/%7D/g, '}'));
}
const PLACES = [
  [36.63, 35.93],
  [36.72, 35.64],
  [36.8, 35.5],
  [36.68, 35.45],
  [37.0, 36.0],
  [36.4, 35.8],
  [37.16, 36.2],
  [36.32, 35.81],
] as const;
const model = { days: days.length, places: PLACES, seed: 5 };

function* requested(of: Iterable<Look>): Generator<{ path: string; tile: boolean }> {
  for (const { day, turned, tiles } of of) {
    if (turned) yield { path: `/tiles/m5.json?date=${days[day]}`, tile: false };
    const template = templates[day] as string;
    for (const { z, x, y } of tiles) {
      yield {
        path: template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y)),
        tile: true,
      };
    }
  }
}

interface Row {
  name: string;
  found: Replayed;
  /** Seconds of processor: of the origin with its database, and of nginx. */
  origin: number;
  front: number;
  /** Requests that reached the origin. */
  reached: number;
  cdn: boolean;
}
const rows: Row[] = [];

async function measured(
  name: string,
  base: string,
  origins: number[],
  front: number | null,
  most: number,
  cdn: boolean,
) {
  const before = [origins.reduce((sum, pid) => sum + cpu(pid), 0), front ? cpu(front) : 0] as const;
  let found: Replayed | undefined;
  const { backends } = await meter.cost(undefined, async () => {
    found = await replayed(requested(looks(model)), base, most);
  });
  const got = found as Replayed;
  const origin = origins.reduce((sum, pid) => sum + cpu(pid), 0) - before[0] + backends / 1000;
  const row = {
    name,
    found: got,
    origin,
    front: front ? cpu(front) - before[1] : 0,
    reached: got.requests - got.hits,
    cdn,
  };
  rows.push(row);
  process.stdout.write(`${lineOf(row).join(' | ')}\n`);
}

function lineOf({ name, found, origin, front, reached, cdn }: Row): string[] {
  const took = found.took.slice(0, found.requests).sort();
  const at = (share: number) => (took[Math.floor(share * (took.length - 1))] ?? Number.NaN).toFixed(1);
  const million = 1e6 / Math.max(1, found.requests);
  const gigabytes = (found.bytes * million) / 1e9;
  const machine = ((origin + (cdn ? 0 : front)) * million * PRICE.vcpuHour) / 3600;
  const traffic = cdn ? gigabytes * PRICE.cdnGigabyte + PRICE.cdnMillionRequests : gigabytes * PRICE.originGigabyte;
  return [
    name,
    found.requests.toLocaleString('en'),
    (found.requests / found.seconds).toFixed(0),
    `${at(0.5)} / ${at(0.99)}`,
    cdn ? `${((100 * found.hits) / found.requests).toFixed(2)} %` : '–',
    // No TileJSON is kept by a cache: every hit is a tile.
    cdn && found.hits < found.requests ? `${((100 * found.hits) / found.tiles).toFixed(2)} %` : '–',
    reached.toLocaleString('en'),
    (origin * million).toFixed(1),
    front > 0 ? (front * million).toFixed(1) : '–',
    gigabytes.toFixed(2),
    `$${machine.toFixed(3)} + $${traffic.toFixed(2)}`,
  ];
}

/** Readers of an archive of all days: their client asks nginx for ranges of one file. */
async function archive(most: number): Promise<void> {
  const at = join(folder, 'files');
  mkdirSync(at);
  const last = addDays(parseDate(days.at(-1) as string), 1);
  const span = ['--series', 'm5', '--from', days[0] as string, '--to', last, '--maxzoom', '11'];
  execFileSync(process.execPath, [...mainOf('cli'), 'tiles', 'export', ...span, '--out', join(at, 'm5.pmtiles')], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: 'ignore',
  });
  const { base, pid } = await nginx('pmtiles', `server { LISTEN root ${at}; }`);
  const found: Replayed = {
    requests: 0,
    seconds: 0,
    bytes: 0,
    hits: 0,
    tiles: 0,
    took: new Float64Array(most + SOCKETS),
  };
  const ofReader = (): Source => ({
    getKey: () => 'm5',
    async getBytes(offset, length) {
      const nth = Math.min(found.requests++, found.took.length - 1);
      const begun = performance.now();
      const { body } = await fetched(`${base}/m5.pmtiles`, { range: `bytes=${offset}-${offset + length - 1}` });
      found.took[nth] = performance.now() - begun;
      found.bytes += body.length;
      found.hits++;
      return { data: body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer };
    },
  });
  const [before, since] = [cpu(pid), performance.now()];
  const reading = looks({ ...model, allDaysInOne: true });
  const clients = new Map<number, PMTiles>();
  const worker = async () => {
    while (found.requests < most) {
      const { value } = reading.next() as { value: Look };
      const client = clients.get(value.reader) ?? new PMTiles(ofReader());
      clients.set(value.reader, client);
      clients.delete(value.reader - SOCKETS);
      for (const { z, x, y } of value.tiles) {
        await client.getZxy(z, x, y);
        found.tiles++;
      }
    }
  };
  await Promise.all(Array.from({ length: SOCKETS }, worker));
  found.seconds = (performance.now() - since) / 1000;
  found.requests = Math.min(found.requests, found.took.length);
  found.hits = found.requests;
  const row = {
    name: 'PMTiles of all days, a file of nginx',
    found,
    origin: 0,
    front: cpu(pid) - before,
    reached: 0,
    cdn: true,
  };
  rows.push(row);
  process.stdout.write(`${lineOf(row).join(' | ')}\n`);
}

const loads = [loadavg()[0] ?? 0];
try {
  const firstPid = children[0]?.pid as number;
  await measured('one process', firstBase, [firstPid], null, FEWER, false);
  const [[secondBase, second], [thirdBase, third]] = [await salient(), await salient()];
  const servers = [firstBase, secondBase, thirdBase].map((base) => `server ${new URL(base).host};`).join(' ');
  const behind = 'proxy_http_version 1.1; proxy_set_header connection ""; proxy_set_header host $host;';
  const three = await nginx(
    'three',
    `upstream salient { ${servers} keepalive 64; } server { LISTEN location / { proxy_pass http://salient; ${behind} } }`,
  );
  await measured('three processes behind nginx', three.base, [firstPid, second, third], three.pid, FEWER, false);
  const cdn = await nginx(
    'cdn',
    `proxy_cache_path FOLDER/cache levels=1:2 keys_zone=tiles:64m max_size=4g inactive=30d use_temp_path=off;
upstream salient { server ${new URL(firstBase).host}; keepalive 64; }
server { LISTEN location / { proxy_pass http://salient; ${behind} proxy_cache tiles; proxy_cache_lock on; proxy_cache_revalidate on;
proxy_cache_use_stale error timeout updating; add_header x-cache $upstream_cache_status; } }`,
  );
  await measured('nginx as a CDN before one process, empty at first', cdn.base, [firstPid], cdn.pid, REQUESTS, true);
  await archive(FEWER);
  loads.push(loadavg()[0] ?? 0);
} finally {
  for (const child of children) {
    child.removeAllListeners('exit');
    child.kill();
  }
}
writeFigures(
  'internet',
  `Readers' requests by \`readers.ts\`: ${days.length} days, ${SOCKETS} sockets, the client beside the servers on one machine; load ${loads.map((one) => one.toFixed(1)).join(' to ')}.\n\n${table(
    [
      'who answers',
      'requests',
      'requests/s',
      'p50 / p99 ms',
      'from the cache',
      'of the tiles',
      'reached the origin',
      'CPU s of the origin a million',
      'of nginx',
      'GB a million',
      'a million costs: machine + traffic',
    ],
    rows.map(lineOf),
  )}\n\nPrices: $${PRICE.vcpuHour} a vCPU hour, $${PRICE.originGigabyte} a GB from a machine, $${PRICE.cdnGigabyte} a GB and $${PRICE.cdnMillionRequests} a million requests from a CDN.`,
);
await meter.close();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
