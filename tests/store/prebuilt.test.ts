import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import {
  type ClusterImage,
  clusterImage,
  IMAGE,
  MANIFEST,
  PREBUILT,
  prebuiltPostgis,
  unpackedTar,
} from '../../src/store/embedded/prebuilt.js';
import { readMigrations } from '../../src/store/migrate.js';
import { temporaryFolder } from '../setup/spawned.js';

/* What `npm run build` makes for the embedded engine. That a database from the image has the schema of the golden file, and works: every store test. */

const migrations = readMigrations(join(PROJECT_ROOT, 'migrations'));
const isBuilt = existsSync(join(PREBUILT, IMAGE));

describe.skipIf(!isBuilt)('the image of an empty database [needs npm run build]', { timeout: 60_000 }, () => {
  const unpacked = () => {
    const folder = join(temporaryFolder(), 'pg');
    (clusterImage(migrations) as ClusterImage).unpack(folder);
    return folder;
  };

  it('makes databases of which each has an identity of its own', () => {
    const [one, other] = [unpacked(), unpacked()];
    const of = (folder: string, name: string) => readFileSync(join(folder, name));
    const files = unpackedTar(readFileSync(join(PREBUILT, IMAGE))).filter(({ type }) => type === 'file');
    const image = new Map(files.map(({ name, data }) => [name, data ?? new Uint8Array()]));
    const control = image.get('global/pg_control') as Uint8Array;
    const inImage = Buffer.from(control).readBigUInt64LE(0);
    const [first, second] = [one, other].map((cluster) => of(cluster, 'global/pg_control').readBigUInt64LE(0));
    expect(new Set([first, second, inImage]).size).toBe(3);
    // Number (8 bytes), secret (32) and sum (4), and nothing else.
    const [a, b] = [of(one, 'global/pg_control'), of(other, 'global/pg_control')];
    const differing = [...a.keys()].filter((at) => a[at] !== b[at]);
    expect(differing.length).toBeLessThanOrEqual(44);
    expect(differing.filter((at) => at > 8).length).toBeGreaterThan(20);
    expect(image.size).toBeGreaterThan(500);
    const different = [...image].filter(([name, data]) => !of(one, name).equals(data));
    expect(different.map(([name]) => name.replace(/[0-9A-F]{24}$/, '…')).sort()).toEqual([
      'global/pg_control',
      'pg_wal/…',
    ]);
  });

  it('is not used where it is of another engine or other migrations, damaged or not there; of older migrations it is', () => {
    const folder = join(temporaryFolder(), 'embedded');
    cpSync(PREBUILT, folder, { recursive: true });
    const [manifest, image] = [join(folder, MANIFEST), join(folder, IMAGE)];
    const text = readFileSync(manifest, 'utf8');
    const whole = readFileSync(image);
    expect(clusterImage(migrations, folder)).toHaveProperty('unpack');
    const next = { name: '9999_next.sql', sha256: 'of the next version' };
    expect(clusterImage([...migrations, next], folder)).toHaveProperty('unpack');
    const edited = migrations.with(3, { ...(migrations[3] as (typeof migrations)[0]), sha256: 'edited' });
    expect(clusterImage(edited, folder)).toEqual({ why: 'its image has another 0004_create_kept_measures.sql' });
    expect(clusterImage(migrations.slice(0, 5), folder)).toHaveProperty('why');

    writeFileSync(image, gzipSync(Buffer.alloc(512)));
    expect(clusterImage(migrations, folder)).toEqual({ why: 'its image is damaged' });
    writeFileSync(image, whole);
    writeFileSync(manifest, text.replace('@electric-sql/pglite ', '@electric-sql/pglite 0.0.1 was '));
    expect(clusterImage(migrations, folder)).toHaveProperty('why', expect.stringContaining('its image is of'));
    expect(prebuiltPostgis(folder)).toBeNull();
    writeFileSync(manifest, text.slice(0, -9));
    expect(clusterImage(migrations, folder)).toEqual({ why: 'this build has no image of it' });
    rmSync(folder, { recursive: true });
    expect(clusterImage(migrations, folder)).toEqual({ why: 'this build has no image of it' });
    expect(prebuiltPostgis(folder)).toBeNull();
  });

  it('is small', () => expect(readFileSync(join(PREBUILT, IMAGE)).length).toBeLessThan(8e6));
});
