import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { type Spawned, spawnService, temporaryFolder } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';

/*
 * Three services on one database behind nginx as docs/operating.md has it; ROUNDS (1) times each of them is ended in order and
 * started anew while readers and a writer go on: not one request fails, and every map that was acknowledged is there once.
 */
const ROUNDS = Number(process.env.ROUNDS ?? 1);
const hasNginx = spawnSync('nginx', ['-v']).error === undefined;
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
const CREATE = '&accept=x&create=true&title=Rolling&publisher=Test&licence=CC0-1.0&accuracy=60';
const day = (n: number) => new Date(Date.UTC(2020, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
/** A draining service answers 503 to what is new, having begun nothing of it: the next one may be asked, for a write too. */
const NEXT = 'error timeout http_503 non_idempotent';

describe.skipIf(!SERVER_URL || !hasNginx)('three services behind nginx', () => {
  const ports: number[] = [];
  const services: Spawned[] = [];
  let nginx: ChildProcess | undefined;
  let base = '';
  let settings: Record<string, string> = {};
  const start = (n: number) => spawnService({ ...settings, PORT: String(ports[n]) });

  beforeAll(async () => {
    settings = { DATABASE_URL: await freshDatabase(SERVER_URL), SALIENT_GEODATA: '', SALIENT_LOG_LEVEL: 'error' };
    for (let n = 0; n < 3; n++) {
      ports.push(await freePort());
      services.push(start(n));
      await services[n]?.address;
    }
    const [through, folder] = [await freePort(), temporaryFolder()];
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const upstream = ports.map((port) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=1s;`).join(' ');
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
       http { access_log off; ${temp.join(' ')} upstream salient { ${upstream} keepalive 16; }
         server { listen 127.0.0.1:${through};
           location / { proxy_pass http://salient; proxy_http_version 1.1; proxy_set_header connection "";
             proxy_next_upstream ${NEXT}; proxy_next_upstream_tries 3; } } }`,
    );
    nginx = spawn('nginx', ['-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`], { stdio: 'ignore' });
    base = `http://127.0.0.1:${through}`;
    for (let tries = 0; tries < 100; tries++) {
      if (
        await fetch(`${base}/live`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        break;
      await sleep(100);
    }
  }, 120_000);
  afterAll(async () => {
    nginx?.kill('SIGTERM');
    await Promise.all(services.map((service) => service.end('SIGTERM')));
  });

  it('are restarted one after the other without one failed request', async () => {
    const post = (n: number) =>
      fetch(`${base}/series/rolling/snapshots?date=${day(n)}${n === 0 ? CREATE : '&accept=x'}`, {
        method: 'POST',
        headers: { ...CREDENTIAL, 'content-type': 'application/geo+json' },
        body: JSON.stringify(strips([36.3 + n * 0.0005], ['west', 'east'])),
      });
    expect((await post(0)).status).toBe(201);
    let over = false;
    let read = 0;
    let sent = 1;
    const failed: string[] = [];
    const note = (what: string) => (error: unknown) => {
      failed.push(`${what}: ${(error as Error).message}`);
    };
    const paths = ['/series', '/tiles/rolling/7/76/50.mvt?date=2020-01-01', '/control?series=rolling&date=2020-01-01'];
    const readers = paths.map(async (path) => {
      while (!over) {
        await fetch(base + path).then(async (answer) => {
          await answer.arrayBuffer();
          read++;
          if (answer.status !== 200) failed.push(`${path}: ${answer.status}`);
        }, note(path));
      }
    });
    const writer = (async () => {
      for (; !over; sent++) {
        await post(sent).then(
          async (answer) => {
            if (answer.status !== 201) failed.push(`map ${sent}: ${answer.status} ${await answer.text()}`);
          },
          note(`map ${sent}`),
        );
      }
    })();
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (let n = 0; n < 3; n++) {
        await sleep(1000);
        const began = performance.now();
        expect((await (services[n] as Spawned).end('SIGTERM')).code).toBe(0);
        services[n] = start(n);
        await services[n]?.address;
        seconds.push(Math.round((performance.now() - began) / 100) / 10);
      }
    }
    await sleep(1000);
    over = true;
    await Promise.all([...readers, writer]);
    const { dates } = (await (await fetch(`${base}/series/rolling/dates`)).json()) as { dates: string[] };
    console.log(JSON.stringify({ rounds: ROUNDS, read, sent, away_s: seconds, failed: failed.length }));
    expect(failed).toEqual([]);
    expect(dates).toEqual(Array.from({ length: sent }, (_, n) => day(n)));
  });
});
