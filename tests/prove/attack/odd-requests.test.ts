import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, SERVER_URL } from '../../setup/databases.js';
import { type Spawned, spawnService, temporaryFolder } from '../../setup/spawned.js';
import { whileAsking } from './bystanders.js';

/* Requests of shapes that nobody sends by mistake: long, slow, many, equal, out of bounds. Memory is that of the process itself. */

const MB = 1 << 20;
const rssOf = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
const CHANGE = '/change?series=m5&from=2019-08-01&to=2020-02-15';

for (const engine of ['server', 'embedded'] as const) {
  describe.skipIf(engine === 'server' && !SERVER_URL)(`odd requests, on the ${engine}`, () => {
    let service: Spawned;
    let base = '';
    let at: { host: string; port: number };
    beforeAll(async () => {
      const home = { SALIENT_DATA: temporaryFolder(), SALIENT_LOG_LEVEL: 'error' };
      service = spawnService(engine === 'server' ? { ...home, DATABASE_URL: await freshDatabase(SERVER_URL) } : home);
      base = await service.address;
      at = { host: '127.0.0.1', port: Number(new URL(base).port) };
      await fetch(`${base}${CHANGE}`);
      // Warming up ends before memory is compared.
      await sleep(15_000);
    }, 240_000);
    afterAll(async () => {
      expect((await service.end('SIGTERM')).code).toBe(0);
    });
    const opened = async (count: number, write: (socket: Socket, n: number) => void) => {
      const sockets = Array.from({ length: count }, (_, n) => {
        const socket = connect(at);
        socket.on('error', () => {});
        socket.once('connect', () => write(socket, n));
        return socket;
      });
      await sleep(500);
      return sockets;
    };
    const reported = (what: string, figures: object) =>
      process.stdout.write(`${engine}, ${what}: ${JSON.stringify(figures)}\n`);

    it('2,000 absolute addresses of 60 kB leave memory as it was', async () => {
      const before = rssOf(service.pid);
      const statuses = new Map<string, number>();
      for (let round = 0; round < 20; round++) {
        await Promise.all(
          Array.from({ length: 100 }, (_, n) => {
            const odd = `${round}-${n}-${'x'.repeat(60_000)}`;
            return new Promise<void>((resolve) => {
              const socket = connect(at, () =>
                socket.write(
                  `GET http://${odd.slice(0, 200)}/tiles/m5/8/154/100.mvt?date=2020-02-01&q=${odd} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
                ),
              );
              let text = '';
              socket.on('data', (data) => (text += data.toString('latin1')));
              socket.once('close', () => {
                const status = text.slice(9, 12);
                statuses.set(status, (statuses.get(status) ?? 0) + 1);
                resolve();
              });
              socket.on('error', () => {});
            });
          }),
        );
      }
      const grown = (rssOf(service.pid) - before) / MB;
      reported('2,000 addresses of 60 kB', { statuses: Object.fromEntries(statuses), grown_mb: Math.round(grown) });
      expect([...statuses.keys()].filter((status) => !['400', '200', '431'].includes(status))).toEqual([]);
      expect(grown).toBeLessThan(150);
    });

    it('heads that are too long, or never end, are cut off and stop nobody', async () => {
      const long = await opened(20, (socket) =>
        socket.write(`GET /live HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`),
      );
      const slow = await opened(600, (socket) => socket.write('GET /live HTTP/1.1\r\nx-slow: '));
      const { fared } = await whileAsking(base, { live: '/live', ready: '/ready' }, async () => {
        for (let n = 0; n < 30; n++) {
          for (const socket of slow) if (!socket.destroyed) socket.write('y');
          await sleep(1000);
        }
      });
      const cut = slow.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length;
      reported('600 heads that never end', { cut_after_30_s: cut, fared });
      for (const socket of [...long, ...slow]) socket.destroy();
      expect(cut).toBe(600);
      for (const who of Object.values(fared)) expect(Object.keys(who.statuses)).toEqual(['200']);
    });

    it('readers who never read hold no memory for long', async () => {
      const before = rssOf(service.pid);
      const path = '/ogc/collections/m5_control/items?datetime=../..&limit=10000';
      const sockets = await opened(60, (socket, n) => {
        socket.pause();
        socket.write(`GET ${path}&offset=0&bbox=35,34,38,3${7 + n / 1000} HTTP/1.1\r\nhost: x\r\n\r\n`);
      });
      let most = 0;
      const { fared } = await whileAsking(base, { live: '/live' }, async () => {
        for (let n = 0; n < 20; n++) {
          await sleep(1000);
          most = Math.max(most, rssOf(service.pid) - before);
        }
      });
      for (const socket of sockets) socket.destroy();
      reported('60 readers who never read', { grown_mb: Math.round(most / MB), fared });
      expect(most / MB).toBeLessThan(400);
      expect(Object.keys(fared.live?.statuses ?? {})).toEqual(['200']);
    });

    it('twenty who ask the same share one computation', async () => {
      const timed = async (count: number, opening: number) => {
        const began = performance.now();
        const answers = await Promise.all(
          Array.from({ length: count }, async () => {
            const answer = await fetch(`${base}${CHANGE}&filter=true&opening=${opening}`);
            return `${answer.status} ${(await answer.text()).length}`;
          }),
        );
        expect(new Set(answers).size).toBe(1);
        expect(answers[0]).toMatch(/^200 /);
        return performance.now() - began;
      };
      const one = await timed(1, 211);
      const twenty = await timed(20, 223);
      reported('twenty equal questions', { one_ms: Math.round(one), twenty_ms: Math.round(twenty) });
      expect(twenty).toBeLessThan(4 * one + 1000);
    });

    it('numbers and polygons out of bounds are refused with the bound', async () => {
      const polygon = (count: number) => {
        const ring = Array.from({ length: count }, (_, n) => {
          const angle = (2 * Math.PI * n) / count;
          return [Number((36.5 + 0.5 * Math.cos(angle)).toFixed(4)), Number((35.5 + 0.5 * Math.sin(angle)).toFixed(4))];
        });
        return JSON.stringify([[[...ring, ring[0]]]]);
      };
      const refused = [
        `${CHANGE}&filter=true&opening=1e9`,
        `${CHANGE}&filter=true&opening=1e300`,
        `${CHANGE}&filter=true&opening=NaN`,
        '/front/salients?series=m5&date=2020-02-01&party=opposition&width=1e300',
        '/front/salients?series=m5&date=2020-02-01&party=opposition&width=1e7',
        '/posts/9/evidence?series=m5&date=2020-02-01&radius=1e12',
        `${CHANGE}&polygon=${polygon(3000)}`,
        `${CHANGE}&polygon=[[[[36,35],[37,36],[37,35],[36,36],[36,35]]]]`,
      ];
      for (const path of refused) {
        const answer = await fetch(base + path);
        const { message } = (await answer.json()) as { message: string };
        expect([path.slice(0, 90), answer.status]).toEqual([path.slice(0, 90), 400]);
        reported(path.slice(0, 90), { message });
      }
    });
  });
}
