import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { freshDatabase, onServer, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { spawnService } from '../setup/spawned.js';

const TILE = '/tiles/several/6/38/25.mvt?date=2020-01-15';
const mapOf = (confidence: number) => {
  const area = (party: string, west: number, east: number) => ({
    type: 'Feature',
    properties: { party, status: 'controlled', confidence },
    geometry: { type: 'Polygon', coordinates: [box(west, 35.2, east, 35.4)] },
  });
  return { type: 'FeatureCollection', features: [area('north', 36.7, 36.9), area('south', 36.9, 37.1)] };
};
const childrenOf = (pid: number) =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter((child) => child > 0);

onServer('several processes on one port', () => {
  it('all show a correction as soon as it is answered, replace one that dies, and end together', async () => {
    const service = spawnService({
      DATABASE_URL: await freshDatabase(SERVER_URL),
      SALIENT_GEODATA: '',
      SALIENT_WORKERS: '2',
    });
    const base = await service.address;
    const correct = async (confidence: number, more = '') => {
      const requested = await fetch(`${base}/series/several/snapshots?date=2020-01-10&accept=a+test${more}`, {
        method: 'POST',
        headers: { 'content-type': 'application/geo+json', connection: 'close', ...CREDENTIAL },
        body: JSON.stringify(mapOf(confidence)),
      });
      expect([requested.status, requested.status < 300 ? '' : await requested.text()]).toEqual([requested.status, '']);
    };
    /** One connection each, so that the processes take turns. */
    const etags = async () => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => fetch(base + TILE, { headers: { connection: 'close' } })),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      return new Set(answers.map(({ headers }) => headers.get('etag')));
    };
    await correct(0.1, '&create=true&title=T&publisher=P&licence=CC0&accuracy=100');
    const seen = new Set<string | null>();
    for (const confidence of [0.2, 0.3, 0.4]) {
      await correct(confidence);
      const now = await etags();
      expect(now.size).toBe(1);
      for (const etag of now) {
        expect(seen.has(etag)).toBe(false);
        seen.add(etag);
      }
    }
    const [victim, other] = childrenOf(service.pid);
    expect(other).toBeGreaterThan(0);
    process.kill(victim as number, 'SIGKILL');
    for (let i = 0; i < 200 && childrenOf(service.pid).filter((pid) => pid !== victim).length < 2; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const after = childrenOf(service.pid);
    expect(after).toHaveLength(2);
    expect(after).not.toContain(victim);
    expect((await etags()).size).toBe(1);
    expect((await service.end('SIGTERM')).code).toBe(0);
    expect(after.every((pid) => !isRunning(pid))).toBe(true);
  });

  it('need a server', async () => {
    const { code, stderr } = await spawnService({ SALIENT_WORKERS: '2' }).ended;
    expect([code, stderr.trim()]).toEqual([
      1,
      'salient: SALIENT_WORKERS=2: the embedded database serves one process; set DATABASE_URL to a server',
    ]);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
