import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { freshDatabase, SERVER_URL } from './setup/databases.js';
import { salient, spawnService } from './setup/spawned.js';

/*
 * What whoever runs the service reads in its log while the database is away, and when it is back: a service of its own, with a
 * way to the database that can be cut.
 */
interface Line {
  level: string;
  msg: string;
  work?: string;
  series?: string;
}

/** The lines of a log; anything that is not one JSON object fails. */
const linesOf = (stderr: string): Line[] =>
  stderr
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A way to a server that can be cut and mended; everything on it is lost when it is cut. */
async function wayTo(target: URL) {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(target.port || 5432), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as { port: number }).port);
  url.hostname = '127.0.0.1';
  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend() {
      isCut = false;
    },
  };
}

it.skipIf(!SERVER_URL)(
  'an outage of the database is logged once when it begins and once when it ends, for each kind of work [server: needs TEST_DATABASE_URL]',
  { timeout: 180_000 },
  async () => {
    const way = await wayTo(new URL(await freshDatabase(SERVER_URL)));
    const service = spawnService({ DATABASE_URL: way.url, SALIENT_GEODATA: '', SALIENT_REPORT_EVERY_S: '1' });
    await service.address;
    await pause(3000);
    way.cut();
    // Each kind of work fails twice or more meanwhile: it is tried again every 5 s.
    await pause(16_000);
    way.mend();
    await pause(12_000);
    const { code, stdout, stderr } = await service.end('SIGTERM');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Salient answers on \S+\n(the verdicts of all maps are computed\n)?$/);
    const works = linesOf(stderr).filter(({ work }) => work !== undefined);
    expect(new Set(works.map(({ work }) => work))).toEqual(
      new Set([
        'reports: finding what is due',
        'reports: making',
        'reports: delivering',
        'releases of approved changes',
        'subscriptions: pulling',
      ]),
    );
    for (const kind of new Set(works.map(({ work }) => work))) {
      const lines = works.filter(({ work }) => work === kind).map(({ level, msg }) => [level, msg]);
      expect([kind, lines]).toEqual([
        kind,
        [
          ['warn', 'the database breaks this work off: tried again every 5 s until it answers'],
          ['info', 'the database answers again: the work goes on'],
        ],
      ]);
    }
  },
);

it.skipIf(!SERVER_URL)(
  'verdicts that cannot be computed ahead are an error in the log, and nobody reads that all are computed [server: needs TEST_DATABASE_URL]',
  { timeout: 180_000 },
  async () => {
    const url = await freshDatabase(SERVER_URL);
    expect((await salient(['migrate'], { DATABASE_URL: url })).code).toBe(0);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`
      create function no_room() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
      create trigger no_room before insert on kept_encirclement for each statement execute function no_room()`);
    await client.end();
    const service = spawnService({ DATABASE_URL: url });
    await service.address;
    await pause(15_000);
    const { stdout, stderr } = await service.end('SIGTERM');
    expect(stdout).not.toContain('verdicts');
    const told = linesOf(stderr).filter(({ msg }) => msg.startsWith('the verdicts of a series cannot be computed'));
    expect(told).toMatchObject([{ level: 'error', series: 'm5' }]);
  },
);
