import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { addDays, parseDate } from '../../src/model/dates.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { HAS_GDAL, runGdal } from '../setup/gdal.js';
import { box } from '../setup/good-input.js';
import { temporaryFolder } from '../setup/spawned.js';
import { mapOfFront } from '../setup/wandering-front.js';

/*
 * Maps of 20,000 vertices by the day, and one ring of 500,000, are imported on a PostGIS server by the command line, beside
 * ogr2ogr bringing the same files into tables; then the front of the large one is asked for the first time. MAPS and RING.
 */
const MAPS = Number(process.env.MAPS ?? 40);
const RING = Number(process.env.RING ?? 500_000);
const HALF = 9_995;
type Point = [number, number];

beforeAll(() => execFileSync('npm', ['run', 'build'], { cwd: PROJECT_ROOT, stdio: 'ignore' }), 1_200_000);

const seven = (value: number) => Number(value.toFixed(7));

/** The front of a day: across the theatre of one degree, a tenth of it moved by some hundred metres each day. */
function frontOf(day: number): Point[] {
  const from = (day * 1373) % (HALF - 1000);
  return Array.from({ length: HALF }, (_, i) => {
    const pushed = i > from && i < from + 1000 ? 0.003 * Math.sin(((i - from) / 1000) * Math.PI) : 0;
    const y = 35.5 + 0.05 * Math.sin(i / 400) + 0.0004 * Math.sin(i * 1.7) + pushed;
    return [seven(36 + i / (HALF - 1)), seven(y)];
  });
}

/** A jagged ring in the ground of another party, which has it as its hole. */
function ringMap() {
  const ring = Array.from({ length: RING }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / RING;
    const radius = 0.35 + 0.03 * Math.sin(40 * angle) + 2e-6 * Math.sin(i * 1.7);
    return [seven(36.5 + radius * Math.cos(angle)), seven(35.5 + radius * Math.sin(angle))];
  });
  ring.push(ring[0] as Point);
  const area = (party: string, coordinates: unknown) => {
    return { type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates } };
  };
  return {
    type: 'FeatureCollection',
    features: [area('inner', [ring]), area('outer', [box(36, 35, 37, 36), ring.toReversed()])],
  };
}

describe.skipIf(!SERVER_URL || !HAS_GDAL)('large maps, beside ogr2ogr into PostGIS', () => {
  const { PATH = '', HOME = '' } = process.env;
  const created = '--create --title T --publisher P --licence CC0-1.0 --accuracy 100 --source a-proof'.split(' ');
  const theatre = () => {
    const file = join(temporaryFolder(), 'theatre.geojson');
    writeFileSync(file, JSON.stringify({ type: 'Polygon', coordinates: [box(36, 35, 37, 36)] }));
    return file;
  };
  const timed = async <T>(work: () => T | Promise<T>) => {
    const began = performance.now();
    const result = await work();
    return { result, seconds: (performance.now() - began) / 1000 };
  };
  const salient = (url: string, ...words: string[]) =>
    execFileSync(process.execPath, [join(PROJECT_ROOT, 'dist/cli.js'), ...words], {
      env: { PATH, HOME, DATABASE_URL: url, SALIENT_GEODATA: '' },
      ...{ encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
    });
  /** ogr2ogr brings files into one table, each appended: what a person would do by hand. */
  const byOgr = async (url: string, files: readonly string[]) => {
    const { hostname, port, username, pathname } = new URL(url);
    const into = `PG:host=${hostname} port=${port} user=${username} dbname=${pathname.slice(1)}`;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('create extension postgis');
    await client.end();
    return timed(async () => {
      for (const file of files) {
        const ran = await runGdal('ogr2ogr', '-f', 'PostgreSQL', into, file, '-nln', 'plain', '-append', '-nlt', 'PROMOTE_TO_MULTI'); // biome-ignore format: one line
        expect(ran.told).not.toMatch(/ERROR/);
      }
    });
  };
  const report = (what: string, figures: object) =>
    process.stdout.write(`${what}: ${JSON.stringify({ ...figures, load: loadavg()[0] })}\n`);
  const round = (seconds: number) => Number(seconds.toFixed(2));

  it(`${MAPS} maps of 20,000 vertices`, async () => {
    const folder = join(temporaryFolder(), 'maps');
    mkdirSync(folder);
    const files = Array.from({ length: MAPS }, (_, day) => {
      const file = join(folder, `map-${addDays(parseDate('2020-01-01'), day)}.geojson`);
      writeFileSync(file, JSON.stringify(mapOfFront(frontOf(day))));
      return file;
    });
    const url = await freshDatabase(SERVER_URL);
    salient(url, 'migrate');
    const words = ['--series', 'large', '--date-pattern', '(\\d{4}-\\d\\d-\\d\\d)', '--accept', 'a proof', '--json'];
    const ours = await timed(() => salient(url, 'import', folder, ...words, ...created, '--theatre', theatre()));
    expect(ours.result.match(/"result": ?"stored"/g)).toHaveLength(MAPS);
    const ogr = await byOgr(await freshDatabase(SERVER_URL), files);
    report(`${MAPS} maps of 20,000 vertices`, {
      ...{ salient_s: round(ours.seconds), maps_per_second: round(MAPS / ours.seconds) },
      ...{ ogr2ogr_s: round(ogr.seconds), ratio: round(ours.seconds / ogr.seconds) },
    });
  });

  it(`a ring of ${RING} vertices, and its first front`, async () => {
    const file = join(temporaryFolder(), 'ring.geojson');
    writeFileSync(file, JSON.stringify(ringMap()));
    const url = await freshDatabase(SERVER_URL);
    salient(url, 'migrate');
    const words = ['--series', 'ring', '--date', '2024-05-01', '--json', ...created, '--theatre', theatre()];
    const ours = await timed(() => salient(url, 'import', file, ...words));
    expect(ours.result).toMatch(/"result": ?"stored"/);
    const front = await timed(() => salient(url, 'front', '--series', 'ring', '--date', '2024-05-01', '--json'));
    const { fronts } = JSON.parse(front.result) as { fronts: { front_km: number }[] };
    expect(fronts).toHaveLength(1);
    const again = await timed(() => salient(url, 'front', '--series', 'ring', '--date', '2024-05-01', '--json'));
    const ogr = await byOgr(await freshDatabase(SERVER_URL), [file]);
    report(`a ring of ${RING} vertices`, {
      ...{ salient_s: round(ours.seconds), first_front_s: round(front.seconds), again_s: round(again.seconds) },
      ...{ ogr2ogr_s: round(ogr.seconds), front_km: fronts[0]?.front_km },
    });
  });
});
