import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Spawned, spawnService, temporaryFolder } from '../../setup/spawned.js';

/*
 * A stranger who comes over something that runs on the machine of the service: nginx with its default `proxy_pass`, `socat`, a
 * tunnel with its headers, what `kubectl port-forward` looks like (a connection from loopback, the name localhost). Each write is
 * refused, and each refusal is one line of the log.
 */
const has = (program: string, flag: string) => spawnSync(program, [flag]).error === undefined;
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on ${port}`);
}

const WRITES = [
  '/series/m5/withdraw?why=spite',
  '/backup',
  '/series/m5/purge?why=spite',
  '/series/m5/derive',
  '/tokens/mine?scopes=admin',
];

describe('a stranger writes', () => {
  const children: ChildProcess[] = [];
  const ways: Record<string, { base: string; headers: Record<string, string> }> = {};
  let service: Spawned;

  beforeAll(async () => {
    service = spawnService({ SALIENT_DATA: temporaryFolder(), SALIENT_GEODATA: '' });
    const base = await service.address;
    const port = new URL(base).port;
    ways['kubectl port-forward'] = { base: base.replace('127.0.0.1', 'localhost'), headers: {} };
    ways.cloudflared = {
      base,
      headers: {
        'cf-connecting-ip': '203.0.113.7',
        'cf-ray': '1',
        'cdn-loop': 'cloudflare',
        'x-forwarded-proto': 'https',
      },
    };
    ways.ngrok = { base, headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'a.ngrok.app' } };
    ways['a rebound name'] = { base, headers: { origin: base, referer: `${base}/` } };
    if (has('socat', '-V')) {
      const through = await freePort();
      children.push(spawn('socat', [`TCP-LISTEN:${through},fork,reuseaddr`, `TCP:127.0.0.1:${port}`]));
      await listens(through);
      ways.socat = { base: `http://127.0.0.1:${through}`, headers: {} };
    }
    if (has('nginx', '-v')) {
      const through = await freePort();
      const folder = temporaryFolder();
      const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      );
      writeFileSync(
        join(folder, 'nginx.conf'),
        `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
         http { access_log off; ${temp.join(' ')} server { listen 127.0.0.1:${through}; location / { proxy_pass ${base}; } } }`,
      );
      children.push(spawn('nginx', ['-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`]));
      await listens(through);
      ways.nginx = { base: `http://127.0.0.1:${through}`, headers: {} };
    }
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGTERM');
  });

  it('and is refused whichever way he comes, one line of the log each', async () => {
    const lacking = ['nginx', 'socat'].filter((way) => !(way in ways));
    if (lacking.length > 0) console.warn(`not tried: ${lacking.join(', ')} (not installed)`);
    const ids: string[] = [];
    for (const [way, { base, headers }] of Object.entries(ways)) {
      for (const path of WRITES) {
        const answer = await fetch(base + path, { method: 'POST', headers });
        expect([way, path, answer.status]).toEqual([way, path, 403]);
        ids.push(answer.headers.get('x-request-id') ?? 'none');
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
    const { code, stderr } = await service.end('SIGTERM');
    expect(code).toBe(0);
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
    for (const id of ids) expect(lines.filter((line) => line.includes(id))).toHaveLength(1);
  });
});
