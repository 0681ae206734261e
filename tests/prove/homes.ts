import { rmSync } from 'node:fs';
import pg from 'pg';
import { expect } from 'vitest';
import { openEmbedded } from '../../src/store/embedded/open.js';
import { type Db, openPool } from '../../src/store/pool.js';
import { SERVER_URL } from '../setup/databases.js';
import { type Environment, spawnService, temporaryFolder } from '../setup/spawned.js';

/** A place for one store: where the service finds it, and how the test looks into it while no service runs. */
export interface Home {
  settings: Environment;
  open(): Promise<Db>;
  remove(): unknown;
}

let made = 0;

async function onServer(sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: SERVER_URL });
  await admin.connect();
  await admin.query(sql);
  await admin.end();
}

export const homes: Record<'embedded' | 'server', () => Promise<Home>> = {
  async embedded() {
    const folder = temporaryFolder();
    return {
      settings: { SALIENT_DATA: folder },
      open: () => openEmbedded(folder),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  async server() {
    // Not a name that `freshDatabase` clears away: nobody is connected between two starts.
    const name = `salient_kills_${process.pid}_${made++}`;
    await onServer(`create database "${name}"`);
    const url = new URL(SERVER_URL);
    url.pathname = `/${name}`;
    return {
      settings: { DATABASE_URL: url.href },
      open: async () => openPool({ connectionString: url.href, max: 1 }, 'server'),
      remove: () => onServer(`drop database "${name}" with (force)`),
    };
  },
};

/** What a look into the store of a home finds. */
export async function looked<T>(home: Home, look: (db: Db) => Promise<T>): Promise<T> {
  const db = await home.open();
  try {
    return await look(db);
  } finally {
    await db.close();
  }
}

/** Starts the service, waits until it answers, ends it in order; returns the seconds it took to answer. */
export async function startOnce(home: Home): Promise<number> {
  const began = performance.now();
  const service = spawnService(home.settings);
  await service.address;
  const seconds = (performance.now() - began) / 1000;
  expect((await service.end('SIGTERM')).code).toBe(0);
  return seconds;
}
