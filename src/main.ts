import { join } from 'node:path';
import { type Config, PROJECT_ROOT, readConfig } from './config.js';
import { SalientError } from './errors.js';
import { listen } from './http/server.js';
import { log } from './log.js';
import { openImporter } from './maps/import.js';
import { loadGeodata, openStore, warmVerdicts } from './open-store.js';
import { runReports } from './reports/scheduler.js';
import { atWork } from './store/cancellation.js';
import type { Db } from './store/pool.js';
import { openTiles } from './tiles/service.js';

const progress = (line: string) => process.stdout.write(`${line}\n`);

/** Starts the service: store, geodata, then the door. Resolves when it listens; ends on SIGINT and SIGTERM. */
async function main(): Promise<void> {
  const config = readConfig();
  log.level = config.logLevel;
  const { db, announce } = await openStore(config, join(PROJECT_ROOT, 'migrations'), progress);
  if (config.geodataFolder) await loadGeodata(db, config.geodataFolder, progress);
  const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
  const importer = openImporter(db);
  const listening = await listen({ db, tiles, importer, config }, config.host, config.port);
  let stopping = false;
  const ending = new AbortController();
  const background = workInBackground(db, config, ending.signal);
  background.catch((error) => stopping || process.stderr.write(`background work has ended: ${error.message}\n`));

  const stop = async () => {
    stopping = true;
    ending.abort();
    await listening.close();
    await Promise.race([background.then((work) => work?.close()).catch(() => {}), soon()]);
    await tiles.close();
    await importer.close();
    await db.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  // Said last: whoever reads the address may end the service at once.
  announce(listening.address);
  progress(`Salient answers on ${listening.address}`);
}

/** What nobody waits for: verdicts first, so that the map is complete, then the reports that are due. */
async function workInBackground(
  db: Db,
  config: Config,
  signal: AbortSignal,
): Promise<{ close(): Promise<void> } | null> {
  await atWork({ signal }, () => warmVerdicts(db));
  progress('the verdicts of all maps are computed');
  if (config.reportEverySeconds === 0) return null;
  const { reportsFolder: folder, webhookSecret: secret, webhookPrivate: allowPrivate, publicUrl } = config;
  const settings = { everySeconds: config.reportEverySeconds, folder, secret, allowPrivate, publicUrl };
  return runReports(db, settings, progress);
}

/** Long enough for a report under way; a service that is told to stop does not make its operator wait for more. */
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 5000).unref());

main().catch((error) => {
  const expected =
    error instanceof SalientError ||
    error?.code === 'EADDRINUSE' ||
    (error instanceof Error && /^[A-Z_]+=/.test(error.message));
  process.stderr.write(`salient: ${expected ? error.message : (error?.stack ?? error)}\n`);
  process.exit(1);
});
