import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import { giveIdentity } from './identity.js';

/*
 * What `npm run build` makes for the embedded engine (make-prebuilt.ts): PostGIS without the libraries that nobody here loads (they take
 * 350 MB and half of the time of a start), and the image of an empty database at the newest migration, which a first start unpacks
 * instead of creating PostGIS and applying every migration. A start does without either.
 */

/** The folder of what was built, beside the compiled program; the same from its sources. */
export const PREBUILT = fileURLToPath(new URL('../../../dist/embedded', import.meta.url));
export const MANIFEST = 'manifest.json';
export const IMAGE = 'image.tar.gz';
export const POSTGIS = 'postgis.tar.gz';

/** One file of the schema, by what is in it. */
export interface SchemaFile {
  name: string;
  sha256: string;
}

/** What the parts were made of. */
export interface Manifest {
  /** The engine, whose files and libraries fit no other version. */
  engine: string;
  /** Sums of the parts, by their names. */
  sha256: Record<string, string>;
  migrations: SchemaFile[];
  functions: SchemaFile[];
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The files and folders of a gzipped tar. */
export const unpackedTar = (packed: Uint8Array) => parseTar(Uint8Array.from(gunzipSync(packed)));

/** The versions of the engine and of its PostGIS that are installed. */
export function engineVersion(): string {
  const { resolve } = createRequire(import.meta.url);
  const versionOf = (name: string) => {
    const text = readFileSync(join(dirname(resolve(name)), '../package.json'), 'utf8');
    return `${name} ${(JSON.parse(text) as { version: string }).version}`;
  };
  return `${versionOf('@electric-sql/pglite')}, ${versionOf('@electric-sql/pglite-postgis')}`;
}

/** The manifest of the parts where they are of the engine that is installed; else why they are of no use. */
export function prebuiltManifest(folder = PREBUILT): Manifest | { why: string } {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Manifest;
    return manifest.engine === engineVersion() ? manifest : { why: `its image is of ${manifest.engine}` };
  } catch {
    return { why: 'this build has no image of it' };
  }
}

/** PostGIS as the engine needs it here; null: as its package has it. */
export function prebuiltPostgis(folder = PREBUILT): string | null {
  const manifest = prebuiltManifest(folder);
  return 'why' in manifest || !manifest.sha256[POSTGIS] ? null : join(folder, POSTGIS);
}

/** An empty database at the newest migration that it was built with. */
export interface ClusterImage {
  /** Writes it to a folder, as a cluster with an identity of its own. @throws Error, with a part of it written */
  unpack(cluster: string): void;
}

/**
 * The image of an empty database, where it is whole, of the engine that is installed, and made by the first of these migrations: the
 * start applies the others, and the functions that differ.
 */
export function clusterImage(migrations: readonly SchemaFile[], folder = PREBUILT): ClusterImage | { why: string } {
  const manifest = prebuiltManifest(folder);
  if ('why' in manifest) return manifest;
  const other = manifest.migrations.find(({ sha256 }, index) => migrations[index]?.sha256 !== sha256);
  if (other) return { why: `its image has another ${other.name}` };
  let packed: Buffer;
  try {
    packed = readFileSync(join(folder, IMAGE));
  } catch {
    return { why: 'this build has no image of it' };
  }
  if (sha256(packed) !== manifest.sha256[IMAGE]) return { why: 'its image is damaged' };
  return {
    unpack(cluster) {
      mkdirSync(cluster, { recursive: true, mode: 0o700 });
      for (const { name, type, data } of unpackedTar(packed)) {
        if (type === 'directory') mkdirSync(join(cluster, name), { recursive: true, mode: 0o700 });
        else writeFileSync(join(cluster, name), data ?? '', { mode: 0o600 });
      }
      giveIdentity(cluster);
    },
  };
}
