import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WrittenLayer } from '../../src/formats/format.js';
import { WRITTEN_FORMATS, type WrittenFormat } from '../../src/formats/registry.js';
import { toWkb } from '../../src/geometry/wkb.js';
import { openEmbedded } from '../../src/store/embedded/open.js';
import { faultOf } from '../../src/store/faults.js';
import { credentialOf } from '../setup/credential.js';
import { spawnService, temporaryFolder } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';

/*
 * The embedded database on a disk that fills up, at LEVELS (20) different amounts of room: what is refused is told as what it is,
 * the service ends when it is told to, and with room again the next start has every map that was acknowledged. Needs the right to
 * mount a tmpfs.
 */
const LEVELS = Number(process.env.LEVELS ?? 20);
/** More than fit: a map takes some 40 kB, and as much again of the log. */
const MAPS = 250;
const canMount = () => {
  const at = temporaryFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at]).status !== 0) return false;
  execFileSync('umount', [at]);
  return true;
};
const sizeMb = (folder: string) => Number(execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0]);

describe.skipIf(!canMount())('a full disk under the embedded database', () => {
  const template = temporaryFolder();
  const disk = temporaryFolder();
  const settings = (folder: string) => ({ SALIENT_DATA: folder, SALIENT_GEODATA: '', SALIENT_LOG_LEVEL: 'error' });
  beforeAll(async () => {
    const service = spawnService(settings(template));
    await service.address;
    expect((await service.end('SIGTERM')).code).toBe(0);
  }, 240_000);
  afterAll(() => {
    spawnSync('umount', ['-l', disk]);
  });

  it.each(Array.from({ length: LEVELS }, (_, n) => [n]))('level %i', async (level) => {
    // From next to nothing to what a new file of the write-ahead log does not fit into any more.
    const room = 0.3 + (level * 16) / LEVELS;
    const kb = Math.round((sizeMb(template) + room) * 1024);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kb}k`, 'tmpfs', disk]);
    try {
      const folder = join(disk, 'data');
      mkdirSync(folder, { mode: 0o700 });
      cpSync(template, folder, { recursive: true });
      const service = spawnService(settings(folder));
      const started = await service.address.catch(() => null);
      const acknowledged: string[] = [];
      const statuses: Record<string, number> = {};
      for (let n = 0; started !== null && n < MAPS; n++) {
        const date = new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
        const create =
          acknowledged.length === 0 ? '&create=true&title=Full&publisher=T&licence=CC0-1.0&accuracy=60' : '';
        const rows = strips(
          [36.2 + (n % 45) / 100, 36.7],
          ['west', 'east', 'west'],
          (line, vertex) => 0.001 * Math.sin(vertex * 7 + line + n),
        );
        const answer = await fetch(`${started}/series/full/snapshots?date=${date}&accept=x${create}`, {
          method: 'POST',
          headers: { 'content-type': 'application/geo+json', ...credentialOf(folder) },
          body: JSON.stringify(rows),
          signal: AbortSignal.timeout(90_000),
        }).catch((error: Error) => error);
        if (answer instanceof Error) throw new Error(`level ${level}, map ${n}: no answer (${answer.name})`);
        const { code = '' } = (await answer.json()) as { code?: string };
        const word = `${answer.status} ${code}`.trim();
        statuses[word] = (statuses[word] ?? 0) + 1;
        if (answer.status === 201) acknowledged.push(date);
        else if (Object.keys(statuses).length > 1 && (statuses[word] ?? 0) >= 3) break;
      }
      const live = started === null ? 'not started' : (await fetch(`${started}/live`)).status;
      const began = performance.now();
      const ended = await Promise.race([service.end('SIGTERM'), sleep(60_000).then(() => null)]);
      const seconds = (performance.now() - began) / 1000;
      if (ended === null) await service.end('SIGKILL');
      // Room again.
      execFileSync('mount', ['-o', `remount,size=${sizeMb(template) + 400}m`, disk]);
      const again = spawnService(settings(folder));
      const back = await again.address.then(
        () => 'answers',
        (error: Error) => error.message.slice(0, 300),
      );
      await again.end('SIGTERM');
      const db = await openEmbedded(folder);
      const rows = await db.query<{ day: string; count: number }>(
        `select valid_on::text as day, count(*)::int as count from revision where series = 'full' group by 1 order by 1`,
      );
      await db.close();
      console.log(
        JSON.stringify({
          level,
          room_mb: room,
          statuses,
          live,
          code: ended?.code,
          end_s: Math.round(seconds),
          back,
          stored: rows.length,
          said: ended?.stderr.slice(0, 200),
        }),
      );
      expect(ended).not.toBeNull();
      expect(back).toBe('answers');
      expect(acknowledged.filter((day) => !rows.some((row) => row.day === day))).toEqual([]);
      expect(rows.filter(({ count }) => count !== 1)).toEqual([]);
      expect(Object.keys(statuses).filter((word) => !/^201|^507 storage_full|^503 unavailable/.test(word))).toEqual([]);
      if (started !== null) expect(live).toBe(200);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe.skipIf(!canMount())('a full disk under the folder of temporary files', () => {
  const disk = temporaryFolder();
  const { TMPDIR } = process.env;
  beforeAll(() => {
    process.env.TMPDIR = disk;
  });
  afterAll(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });

  const ring = Array.from({ length: 500 }, (_, n): [number, number] => [36 + Math.cos(n / 80), 35 + Math.sin(n / 80)]);
  const coordinates = [[[...ring, ring[0] as [number, number]]]];
  const wkb = Buffer.from(toWkb(coordinates)).toString('hex');
  const text = JSON.stringify({ type: 'MultiPolygon', coordinates });
  const layer: WrittenLayer = {
    ...{ name: 'full', title: 'Full', description: 'a map that needs room', licence: 'CC0', count: 60, ordered: true },
    ...{ bounds: [35, 34, 37, 36], changed: '2020-01-01T00:00:00.000Z', geometryType: 'MultiPolygon' },
    ...{ columns: { party: ['string', 'who'] }, looks: [], members: {} },
  };
  async function* rows(geometry: string) {
    for (let n = 0; n < layer.count; n++) yield [{ id: `${n}`, geometry, party: 'west' }];
  }
  async function size({ writer }: WrittenFormat): Promise<number> {
    let bytes = 0;
    for await (const piece of writer.write(layer, rows(writer.geometry === 'wkb' ? wkb : text))) bytes += piece.length;
    return bytes;
  }

  it.each(['gpkg', 'shp', 'fgb'])('a file that finds no room in it is refused as such: %s', async (id) => {
    const format = WRITTEN_FORMATS.get(id) as WrittenFormat;
    const found = new Set<string>();
    for (let kb = 8; kb <= 1600; kb += kb < 100 ? 8 : 100) {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kb}k`, 'tmpfs', disk]);
      try {
        found.add(
          await size(format).then(
            () => 'written',
            (error) => faultOf(error)?.code ?? error.stack,
          ),
        );
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    }
    expect([...found].sort()).toEqual(['storage_full', 'written']);
  });
});
