import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { SalientError } from '../../errors.js';
import { type Db, openPool } from '../pool.js';
import { type EmbeddedEngine, runEngine } from './engine.js';
import { lockFolder } from './folder-lock.js';

/** The embedded store: its data folder is locked for as long as it is open. */
export interface EmbeddedDb extends Db {
  announce(address: string): void;
}

/**
 * Opens PostGIS in WebAssembly on `folder` (created when missing; the first start takes about 10 s), in a worker,
 * reached through the same `pg` code as a server, by one connection on loopback.
 * @throws SalientError `folder_locked` when another live process has the folder, `database_unfit` when it is damaged
 */
export async function openEmbedded(folder: string): Promise<EmbeddedDb> {
  const lock = lockFolder(folder);
  try {
    const port = await freePort();
    const engine = await startCluster(folder, port);
    const one = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1, idleTimeoutMillis: 0 };
    const db = openPool({ ...one, stream: () => socketWhen(engine.ready) }, 'embedded');
    return {
      ...db,
      announce: (address) => lock.announce(address),
      async close() {
        await db.close();
        await engine.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const clusterOf = (folder: string) => join(folder, 'pg');
const unfinishedOf = (folder: string) => join(folder, 'pg.unfinished');

/** Whether a start finds a cluster in the folder; else it creates one. */
export function hasCluster(folder: string): boolean {
  return existsSync(clusterOf(folder)) && !existsSync(unfinishedOf(folder));
}

/**
 * The engine writes a new cluster file by file, and takes a part of one for a whole (killed then, it never starts
 * again): a mark stands beside it until it is whole, and what has the mark is created anew. Nothing was stored in it.
 */
async function startCluster(folder: string, port: number): Promise<EmbeddedEngine> {
  const [cluster, unfinished] = [clusterOf(folder), unfinishedOf(folder)];
  if (!hasCluster(folder)) {
    writeFileSync(unfinished, '');
    rmSync(cluster, { recursive: true, force: true });
  }
  try {
    const engine = await runEngine(cluster, port);
    rmSync(unfinished, { force: true });
    return engine;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SalientError(
      'database_unfit',
      `the embedded database in ${cluster} does not start (${why}): restore a copy of it, or set SALIENT_DATA to another folder`,
      [],
      { cause },
    );
  }
}

/** A socket that connects as soon as the engine answers. */
function socketWhen(ready: () => Promise<void>): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket) as (port: number, host: string) => Socket;
  const patiently = (port: number, host: string) => {
    ready().then(
      () => connect(port, host),
      (error) => socket.destroy(error),
    );
    return socket;
  };
  return Object.assign(socket, { connect: patiently });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
