import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { addDays, parseDate } from '../../src/model/dates.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { salient, spawnService, temporaryFolder } from '../setup/spawned.js';
import { mapOfFront, wanderingFronts } from '../setup/wandering-front.js';

/*
 * A whole series of about a million vertices goes out in each form of file: the memory of the service before, at its highest and
 * after, beside that of a tenth of it. A service of its own for each form, on a server.
 *
 *   npm run build; SALIENT_TEST_BUILT=1 TEST_DATABASE_URL=… npx vitest run --config vitest.prove.config.ts tests/prove/export-memory.test.ts
 */
const MAPS = Number(process.env.MAPS ?? 340);
const FORMS = (process.env.FORMS ?? 'json,csv,fgb,gpkg,parquet,kml,shp').split(',');
/** By so much the large answer may raise the highest memory over what the small one needed: Parquet holds a group of rows, bytes. */
const MORE = 150e6;
const FIRST = parseDate('2024-01-01');

describe.skipIf(!SERVER_URL)('files of a series of a million vertices [needs TEST_DATABASE_URL]', () => {
  let url = '';
  beforeAll(async () => {
    url = await freshDatabase(SERVER_URL);
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'maps'));
    for (const [day, front] of wanderingFronts(MAPS).entries())
      writeFileSync(join(folder, 'maps', `${addDays(FIRST, day)}.geojson`), JSON.stringify(mapOfFront(front)));
    const words = ['import', join(folder, 'maps'), '--series', 'big', '--date-pattern', '(\\d{4}-\\d\\d-\\d\\d)'];
    const created = ['--create', '--title', 'T', '--publisher', 'P', '--licence', 'CC0-1.0', '--accuracy', '100'];
    const settings = { DATABASE_URL: url, SALIENT_GEODATA: '' };
    const { code, stderr } = await salient(
      [...words, ...created, '--source', 'a proof', '--kind', 'movement', '--accept', 'a proof'],
      settings,
    );
    expect(code, stderr).toBe(0);
  }, 1_800_000);

  it.each(FORMS)('%s', async (form) => {
    const service = spawnService({ DATABASE_URL: url, SALIENT_GEODATA: '' });
    const address = await service.address;
    const status = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) *
      1024;
    const fetched = async (last: string) => {
      // The high-water mark begins anew.
      writeFileSync(`/proc/${service.pid}/clear_refs`, '5');
      const before = status('VmRSS');
      const began = performance.now();
      const response = await fetch(
        `${address}/ogc/collections/big_control/items?f=${form}&datetime=../${last}&limit=10000`,
      );
      expect(response.status).toBe(200);
      let bytes = 0;
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) bytes += piece.length;
      const [seconds, peak] = [(performance.now() - began) / 1000, status('VmHWM')];
      await sleep(2_000);
      return { bytes, seconds, before, peak, after: status('VmRSS') };
    };
    const tenth = addDays(FIRST, Math.round(MAPS / 10) - 1);
    await fetched(tenth);
    const small = await fetched(tenth);
    const large = await fetched('..');
    const told = (one: typeof small) =>
      `${(one.bytes / 1e6).toFixed(1)} MB in ${one.seconds.toFixed(1)} s, memory ${[one.before, one.peak, one.after].map((value) => (value / 1e6).toFixed(0)).join(' / ')} MB`;
    console.log(`${form}: a tenth ${told(small)}; all ${told(large)} (load ${loadavg()[0]?.toFixed(1)})`);
    await service.end('SIGTERM');
    expect(large.bytes).toBeGreaterThan(small.bytes * 7);
    expect(large.peak).toBeLessThan(small.peak + MORE);
  });
});
