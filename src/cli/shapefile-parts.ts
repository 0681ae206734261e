import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { zipSync } from 'fflate';

/** The files that a shapefile is made of, beside its .shp; others of its name (.sbn, .qix, .shp.xml) say nothing of the ground. */
const PARTS = /\.(shx|dbf|prj|cpg|qix|sbn|sbx|qpj|shp\.xml)$/i;
const READ = /\.(shp|shx|dbf|prj|cpg)$/i;

export const isShapefile = (path: string): boolean => /\.shp$/i.test(path);

/** Names of a folder without those that only belong to a .shp beside them. */
export function withoutParts(names: readonly string[]): string[] {
  const stems = new Set(names.filter(isShapefile).map((name) => name.slice(0, -4).toLowerCase()));
  return names.filter((name) => !PARTS.test(name) || !stems.has(name.replace(PARTS, '').toLowerCase()));
}

/** A .shp with the files beside it as one archive of its name, as the importer reads it; removed when the command has ended. */
export async function zippedShapefile(path: string): Promise<string> {
  const stem = basename(path).slice(0, -4);
  const beside = await readdir(dirname(path));
  const parts = beside.filter((name) => READ.test(name) && name.slice(0, -4).toLowerCase() === stem.toLowerCase());
  // An .shp alone is reported as one, under its own name.
  if (!parts.some((name) => /\.dbf$/i.test(name))) return path;
  const contents = await Promise.all(
    parts.map(async (name) => [name, await readFile(join(dirname(path), name))] as const),
  );
  const folder = mkdtempSync(join(tmpdir(), 'salient-shapefile-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // In folders of the same names: the day of a map may stand there.
  const names = dirname(path)
    .split(/[\\/]/)
    .filter((name) => !['', '.', '..'].includes(name) && !name.endsWith(':'));
  const inside = join(folder, ...names);
  await mkdir(inside, { recursive: true });
  const zip = join(inside, `${stem}.zip`);
  await writeFile(zip, zipSync(Object.fromEntries(contents), { level: 0 }));
  return zip;
}
