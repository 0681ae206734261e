import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createTar, type TarFileItem } from 'nanotar';
import { log } from '../../log.js';
import { migrate, readFunctions, readMigrations } from '../migrate.js';
import { openEmbedded } from './open.js';
import {
  engineVersion,
  IMAGE,
  MANIFEST,
  type Manifest,
  POSTGIS,
  PREBUILT,
  prebuiltManifest,
  sha256,
  unpackedTar,
} from './prebuilt.js';

/* The last step of `npm run build`: makes what a first start of the embedded engine need not make (prebuilt.ts). */

/** What the engine asks of PostGIS: the library, what `create extension postgis` reads, and the coordinate systems. */
const NEEDED =
  /^(lib\/postgresql\/postgis-3\.so|share\/proj\/.+|share\/postgresql\/extension\/postgis(\.control|--\d[\d.]*\.sql))$/;

const PACKAGE = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite-postgis'));

function leanPostgis(): Buffer {
  const whole = unpackedTar(readFileSync(join(PACKAGE, 'postgis.tar.gz')));
  const kept = whole.filter(({ name }) => NEEDED.test(name));
  if (!kept.some(({ name }) => name.endsWith('.so'))) throw new Error('the package of PostGIS has another layout');
  return gzipSync(createTar(kept));
}

/** The files and folders of a cluster that was shut down in order, with the one file of its log that it begins from. */
function filesOf(cluster: string, log: string): TarFileItem[] {
  const entries = readdirSync(cluster, { recursive: true, withFileTypes: true });
  const named = entries.map((entry) => ({
    name: join(entry.parentPath, entry.name)
      .slice(cluster.length + 1)
      .replaceAll('\\', '/'),
    isFolder: entry.isDirectory(),
  }));
  return named
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(
      ({ name }) => name !== 'postmaster.pid' && (!/^pg_wal\/[0-9A-F]{24}$/.test(name) || name === `pg_wal/${log}`),
    )
    .map(({ name, isFolder }) => (isFolder ? { name } : { name, data: readFileSync(join(cluster, name)) }));
}

/** An empty database at the newest migration, shut down in order. */
async function emptyDatabase(migrations: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'salient-image-'));
  try {
    const db = await openEmbedded(folder);
    await migrate(db, migrations).catch(async (error) => {
      await db.close();
      throw error;
    });
    await db.query('select pg_switch_wal()');
    await db.query('checkpoint');
    const [log] = await db.query<{ file: string }>('select pg_walfile_name(pg_current_wal_lsn()) as file');
    await db.close();
    return gzipSync(createTar(filesOf(join(folder, 'pg'), log?.file ?? '')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function make(folder: string): Promise<void> {
  const migrations = fileURLToPath(new URL('../../../migrations', import.meta.url));
  const files = (read: typeof readMigrations | typeof readFunctions) =>
    read(migrations).map(({ name, sha256 }) => ({ name, sha256 }));
  const wanted = { engine: engineVersion(), migrations: files(readMigrations), functions: files(readFunctions) };
  const found = prebuiltManifest(folder);
  if (!('why' in found)) {
    const { sha256: sums, ...made } = found;
    if (sums[IMAGE] && JSON.stringify(made) === JSON.stringify(wanted)) return;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sums: Record<string, string> = {};
  const add = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes);
    sums[name] = sha256(bytes);
    const manifest: Manifest = { ...wanted, sha256: sums };
    // Whole at once: what it does not name is not used.
    writeFileSync(join(folder, `${MANIFEST}.new`), JSON.stringify(manifest, null, 1));
    renameSync(join(folder, `${MANIFEST}.new`), join(folder, MANIFEST));
  };
  copyFileSync(join(PACKAGE, '../LICENSE'), join(folder, 'LICENSE'));
  add(POSTGIS, leanPostgis());
  add(IMAGE, await emptyDatabase(migrations));
}

// Without them a first start takes longer and needs more memory, and does the same: no reason for an installation to fail.
log.level = 'silent';
await make(PREBUILT).catch((error) =>
  process.stderr.write(`no image of the embedded database (a first start creates it): ${error.message}\n`),
);
