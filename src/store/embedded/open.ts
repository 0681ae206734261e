import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { SalientError } from '../../errors.js';
import { log } from '../../log.js';
import { type Db, openPool } from '../pool.js';
import { type EmbeddedEngine, runEngine } from './engine.js';
import { lockFolder } from './folder-lock.js';
import { PortStream } from './port-stream.js';
import type { ClusterImage } from './prebuilt.js';

/** The embedded store: its data folder is locked for as long as it is open. */
export interface EmbeddedDb extends Db {
  announce(address: string): void;
}

/**
 * Opens PostGIS in WebAssembly on `folder` (created when missing, from an image where there is one), in a worker,
 * reached through the same `pg` code as a server, by one connection inside the process.
 *
 * When the folder goes away meanwhile, or another process takes it, nothing is stored any more: every statement is refused until
 * folder and lock are back, and closing fails.
 * @param longestMs a statement that takes longer is ended with the engine, which starts anew
 * @param image what a new database is a copy of; null: it is created empty, without PostGIS
 * @throws SalientError `folder_locked` when another live process has the folder, `database_unfit` when it is damaged
 */
export async function openEmbedded(
  folder: string,
  longestMs = LONGEST_MS,
  image: ClusterImage | null = null,
): Promise<EmbeddedDb> {
  const lock = lockFolder(folder);
  try {
    const mayStart = () => {
      if (!lock.holds()) throw gone(folder);
    };
    const engine = await startCluster(folder, mayStart, image);
    lock.onceLost(() => {
      log.error({ folder }, 'the data folder has gone, or another process has it: nothing is stored until it is back');
      engine.interrupt();
    });
    const one = { user: 'postgres', database: 'postgres', max: 1, idleTimeoutMillis: 0 };
    // `pg` calls nothing of a socket but what the stream has.
    const stream = () => new PortStream(engine.connect) as unknown as Socket;
    const db = openPool({ ...one, stream }, 'embedded', { interrupt: engine.interrupt, longestMs });
    return {
      ...db,
      starts: engine.starts,
      announce: (address) => lock.announce(address),
      async close() {
        await db.close();
        try {
          await engine.stop();
          mayStart();
        } finally {
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Longer than any statement on the embedded engine takes that is not stuck, a plane of 100,000 vertices on a slow disk among them. */
const LONGEST_MS = 900_000;

const gone = (folder: string) =>
  new SalientError(
    'unavailable',
    'the data folder of the service has gone, or another process has it: nothing is stored until it is back',
    [],
    { editorial: folder, retryAfterS: 60 },
  );

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
async function startCluster(folder: string, mayStart: () => void, image: ClusterImage | null): Promise<EmbeddedEngine> {
  const [cluster, unfinished] = [clusterOf(folder), unfinishedOf(folder)];
  const isNew = !hasCluster(folder);
  if (isNew) {
    writeFileSync(unfinished, '');
    rmSync(cluster, { recursive: true, force: true });
  }
  try {
    if (isNew && image) unpackWhole(cluster, image);
    const engine = await runEngine(cluster, mayStart);
    rmSync(unfinished, { force: true });
    return engine;
  } catch (cause) {
    throw whyNot(cluster, cause);
  }
}

/** What cannot be unpacked is created by the engine itself. */
function unpackWhole(cluster: string, image: ClusterImage): void {
  try {
    image.unpack(cluster);
  } catch (error) {
    log.warn({ why: (error as Error).message }, 'the image of the embedded database cannot be unpacked: it is created');
    rmSync(cluster, { recursive: true, force: true });
  }
}

/** Less room than this, and the engine does not start: it writes a log of 16 MB a file. */
const ROOM_BYTES = 48 << 20;

function whyNot(cluster: string, cause: unknown): SalientError {
  const { bavail, bsize } = statfsSync(dirname(cluster));
  const free = bavail * bsize;
  if (free < ROOM_BYTES) {
    const message = `the disk of ${cluster} is full (${Math.floor(free / 1e6)} MB free): make room and start again; nothing that was stored is lost`;
    return new SalientError('storage_full', message, [], { cause });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SalientError(
    'database_unfit',
    `the embedded database in ${cluster} does not start (${why}): restore a copy of it, or set SALIENT_DATA to another folder`,
    [],
    { cause },
  );
}
