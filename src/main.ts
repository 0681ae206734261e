import { join } from 'node:path';
import { PROJECT_ROOT, readConfig } from './config.js';
import { SalientError } from './errors.js';
import { listen } from './http/server.js';
import { openTiles } from './jobs/draw-tiles.js';
import { loadGeodata, openStore, warmVerdicts } from './jobs/open-store.js';
import { runReports } from './jobs/run-reports.js';

const progress = (line: string) => process.stdout.write(`${line}\n`);

/** Starts the service: store, geodata, then the door. Resolves when it listens; ends on SIGINT and SIGTERM. */
async function main(): Promise<void> {
  const config = readConfig();
  const { db, announce } = await openStore(config, join(PROJECT_ROOT, 'migrations'), progress);
  if (config.geodataFolder) await loadGeodata(db, config.geodataFolder, progress);
  const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
  const listening = await listen({ db, tiles, config }, config.host, config.port);
  let stopping = false;
  warmVerdicts(db).then(
    () => progress('the verdicts of all maps are computed'),
    (error) => stopping || process.stderr.write(`verdicts are computed when asked for: ${error.message}\n`),
  );

  const reports =
    config.reportEverySeconds > 0
      ? runReports(
          db,
          {
            everySeconds: config.reportEverySeconds,
            folder: config.reportsFolder,
            secret: config.webhookSecret,
            allowPrivate: config.webhookPrivate,
            publicUrl: config.publicUrl,
          },
          progress,
        )
      : null;
  reports?.catch((error) => stopping || process.stderr.write(`no reports are made: ${error.message}\n`));

  const stop = async () => {
    stopping = true;
    await listening.close();
    await reports?.then(
      (runner) => runner.close(),
      () => {},
    );
    await tiles.close();
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

main().catch((error) => {
  const expected =
    error instanceof SalientError ||
    error?.code === 'EADDRINUSE' ||
    (error instanceof Error && /^[A-Z_]+=/.test(error.message));
  process.stderr.write(`salient: ${expected ? error.message : (error?.stack ?? error)}\n`);
  process.exit(1);
});
