import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkSettings } from './check-settings.js';
import { announceToFirst, answerFromWorkers, isAnswering } from './cluster.js';
import { type Config, PROJECT_ROOT, readConfig, unknownSettings } from './config.js';
import { openReleases } from './desk/releases.js';
import { openPuller } from './desk/subscriptions/puller.js';
import { SalientError } from './errors.js';
import { pullSettings } from './http/pull-settings.js';
import { listen } from './http/server.js';
import { log } from './log.js';
import { openImporter } from './maps/import.js';
import { loadGeodata, openDatabase, openStore, warmVerdicts } from './open-store.js';
import { openScheduler, type Scheduler } from './reports/scheduler.js';
import { atWork } from './store/cancellation.js';
import type { Db } from './store/pool.js';
import { wordsOf } from './store/standing-failures.js';
import { openTiles } from './tiles/service.js';
import { printedFor } from './usage.js';

const progress = (line: string) => process.stdout.write(`${line}\n`);

/** Starts the service: store, geodata, then its endpoints. Resolves when it listens; ends on SIGINT and SIGTERM. */
async function main(): Promise<void> {
  // Called by `salient serve`, the words are that command's.
  const words = fileURLToPath(import.meta.url) === realpathSync(process.argv[1] ?? '') ? process.argv.slice(2) : [];
  const printed = printedFor(words);
  if (printed !== null) {
    progress(printed);
    return;
  }
  const config = readConfig();
  log.level = config.logLevel;
  if (isAnswering()) return answer(config);
  for (const variable of unknownSettings()) {
    log.warn({ variable }, 'no setting of that name: it has no effect (`node dist/main.js --help` lists the settings)');
  }
  await checkSettings(config);
  if (config.openidIssuer !== null && config.publicUrl === '') {
    log.warn(
      'SALIENT_OPENID_ISSUER without SALIENT_PUBLIC_URL: the provider is told to send people back to whatever address their request names, and takes only those that are registered there',
    );
  }
  const { db, announce } = await openStore(config, join(PROJECT_ROOT, 'migrations'), progress);
  if (config.geodataFolder) await loadGeodata(db, config.geodataFolder, progress);
  const endpoints: Endpoints =
    config.workers > 1 ? await answerFromWorkers(config.workers) : await openEndpoints(db, config);
  const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
  const releases = openReleases(db);
  const pulled = openImporter(db);
  const puller = openPuller(db, pulled, pullSettings(config));
  let stopping = false;
  const ending = new AbortController();
  const scheduler = scheduled(db, config);
  const warming = warmUp(db, ending.signal).catch((error) => {
    if (!stopping)
      log.error({ error: wordsOf(error) }, 'verdicts are computed no further ahead: readers wait for theirs');
  });
  const simplifying = tiles.keepReady(ending.signal, endpoints.isImporting);

  endWith(config, async () => {
    stopping = true;
    ending.abort();
    await endpoints.close();
    await Promise.race([Promise.all([scheduler?.close(), warming, simplifying]).catch(() => {}), soon()]);
    await puller.close();
    await pulled.close();
    await releases.close();
    await tiles.close();
    await db.close();
  });
  // Said last: whoever reads the address may end the service at once.
  announce(endpoints.address);
  progress(`Salient answers on ${endpoints.address}`);
}

/** One of several processes that answer on one port: the first of them has opened the store and does all else. */
async function answer(config: Config): Promise<void> {
  const { db } = await openDatabase(config, () => {});
  const endpoints = await openEndpoints(db, config);
  endWith(config, async () => {
    await endpoints.close();
    await db.close();
  });
  announceToFirst(endpoints.address);
}

/** What answers on the address; imports of other processes are known by what they write. */
interface Endpoints {
  address: string;
  isImporting?: () => boolean;
  close(): Promise<void>;
}

/** Answers requests, with tiles and imports of its own. */
async function openEndpoints(db: Db, config: Config): Promise<Endpoints> {
  const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes, true);
  const importer = openImporter(db);
  const listening = await listen({ db, tiles, importer, config }, config.host, config.port);
  const ending = new AbortController();
  const drawing = atWork({ signal: ending.signal }, () => tiles.drawLatest(ending.signal));
  return {
    address: listening.address,
    isImporting: importer.isAtWork,
    async close() {
      ending.abort();
      await listening.close(config.drainSeconds * 1000);
      await drawing;
      await tiles.close();
      await importer.close();
    },
  };
}

/** Stops on SIGINT and SIGTERM, once. */
function endWith(config: Config, stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // A database that does not let go must not keep the process: whoever runs it learns from its exit.
      const patienceMs = config.drainSeconds * 1000 + LONGEST_END_MS;
      setTimeout(() => {
        process.stderr.write(`salient: the database did not let go within ${patienceMs / 1000} s\n`);
        process.exit(1);
      }, patienceMs).unref();
      stop().then(
        () => process.exit(0),
        (error) => {
          process.stderr.write(`salient: ${error?.whole ?? error?.message ?? error}\n`);
          process.exit(1);
        },
      );
    });
  }
}

/** Reports that are made by themselves; null where the settings switch them off. */
function scheduled(db: Db, config: Config): Scheduler | null {
  if (config.reportEverySeconds === 0) return null;
  const { reportsFolder: folder, webhookSecret: secret, webhookPrivate: allowPrivate } = config;
  const { publicUrl, smtpUrl, mailFrom, reportEverySeconds: everySeconds } = config;
  const settings = { everySeconds, folder, secret, allowPrivate, publicUrl, smtpUrl, mailFrom };
  return openScheduler(db, settings, log);
}

/** What nobody waits for: the verdicts of all maps, so that no reader does. Reports do not wait for it either. */
async function warmUp(db: Db, signal: AbortSignal): Promise<void> {
  const failed = await atWork({ signal }, () => warmVerdicts(db));
  for (const { series, why } of failed) {
    log.error(
      { series, error: why },
      'the verdicts of a series cannot be computed ahead: whoever asks for them is told so',
    );
  }
  if (failed.length === 0) progress('the verdicts of all maps are computed');
}

/** How long the store may take to close after the last answer, milliseconds. */
const LONGEST_END_MS = 10_000;

/** Long enough for a report under way; a service that receives SIGTERM does not make its operator wait for more. */
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 5000).unref());

main().catch((error) => {
  const isSetting = error instanceof Error && /^[A-Z_]+=/.test(error.message);
  const isAddress = error?.syscall === 'listen';
  const sentence = isAddress ? `HOST, PORT: ${error.message}` : (error?.whole ?? error?.message);
  const expected = isAddress || isSetting || error instanceof SalientError;
  process.stderr.write(`salient: ${expected ? sentence : (error?.stack ?? error)}\n`);
  process.exit(1);
});
