import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';
import { SalientError } from '../../errors.js';
import { fromWkb } from '../../geometry/wkb.js';
import { around, type Box, boxOf, NO_BOX } from '../boxes.js';
import type { WrittenLayer, WrittenRow } from '../format.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { type DbfField, dbfFields, dbfHeader, dbfRecord } from './write-dbf.js';
import { shapeCode, shpHeader, shpRecord } from './write-shp.js';

/** What a .dbf can be read by everywhere. */
const MOST_BYTES = 2 ** 31 - 1;

const PRJ =
  'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';

/**
 * Rows (geometries WKB as hex) as a zipped shapefile of .shp, .shx, .dbf (UTF-8), .prj, .cpg and a text that states what the
 * format could not keep. Its heads say how long the files are, so they wait in temporary files. `@mapbox/shp-write` was tried:
 * it holds everything at once, guesses types from the first row and writes no .cpg.
 */
export function writeShapefile(
  layer: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<Uint8Array> {
  return inTemporaryFolder(async function* (folder) {
    const fields = dbfFields(layer.columns);
    const cut = await fill(folder, layer, fields, batches);
    const text = (value: string) => [Buffer.from(value)];
    yield* zipped(layer.changed, {
      [`${layer.name}.shp`]: createReadStream(join(folder, 'shp')),
      [`${layer.name}.shx`]: createReadStream(join(folder, 'shx')),
      [`${layer.name}.dbf`]: createReadStream(join(folder, 'dbf')),
      [`${layer.name}.prj`]: text(PRJ),
      [`${layer.name}.cpg`]: text('UTF-8'),
      [`${layer.name}.txt`]: text(noteOf(layer, fields, cut)),
    });
  });
}

async function fill(
  folder: string,
  { geometryType, columns, changed }: WrittenLayer,
  fields: readonly DbfField[],
  batches: AsyncIterable<readonly WrittenRow[]>,
): Promise<number> {
  const code = shapeCode(geometryType ?? 'Point');
  const [shp, shx, dbf] = await Promise.all(['shp', 'shx', 'dbf'].map((name) => open(join(folder, name), 'w')));
  const files = [shp, shx, dbf] as [FileHandle, FileHandle, FileHandle];
  try {
    const header = dbfHeader(fields, 0, changed);
    const ends = [100, 100, header.length] as [number, number, number];
    const boxes: Box[] = [];
    let [count, cut] = [0, 0];
    for await (const rows of batches) {
      const pieces: [Uint8Array[], Uint8Array[], Uint8Array[]] = [[], [], []];
      let offset = ends[0];
      for (const row of rows) {
        const geometry = geometryOf(row.geometry);
        const box = geometry ? boxOf(geometry.coordinates) : NO_BOX;
        const shape = shpRecord(++count, geometry, box);
        const record = dbfRecord(fields, row);
        const index = Buffer.alloc(8);
        index.writeInt32BE(offset / 2, 0);
        index.writeInt32BE((shape.length - 8) / 2, 4);
        offset += shape.length;
        cut += record.cut;
        boxes.push(box);
        for (const [at, piece] of [shape, index, record.bytes].entries()) pieces[at]?.push(piece);
      }
      for (const [at, file] of files.entries()) {
        const bytes = Buffer.concat(pieces[at] ?? []);
        await file.write(bytes, 0, bytes.length, ends[at]);
        ends[at] = (ends[at] ?? 0) + bytes.length;
      }
      if (Math.max(...ends) > MOST_BYTES) {
        throw new SalientError('invalid_parameter', 'f: a shapefile ends at 2 GB; take gpkg, fgb or parquet');
      }
    }
    const box = around(boxes);
    await dbf?.write(Uint8Array.of(0x1a), 0, 1, ends[2]);
    await shp?.write(shpHeader(code, ends[0], box), 0, 100, 0);
    await shx?.write(shpHeader(code, ends[1], box), 0, 100, 0);
    await dbf?.write(dbfHeader(dbfFields(columns), count, changed), 0, header.length, 0);
    return cut;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

function geometryOf(hex: string | null): { type: string; coordinates: unknown } | null {
  if (hex === null) return null;
  const { geometry } = fromWkb(Buffer.from(hex, 'hex'));
  return 'coordinates' in geometry ? geometry : null;
}

/** What the text beside a shapefile of ours says, and no other does. */
const LIMITS = 'A shapefile has names of 10 characters and texts of 254 bytes; null and blank text are the same in it.';

/** Is it the text that is beside a shapefile of ours? Then it is about the map, and no map of its own. */
export const isOwnNote = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes(LIMITS);

/** What people read beside the map: whose it is, the names that were cut, and how much of the texts. */
function noteOf({ title, description, columns }: WrittenLayer, fields: readonly DbfField[], cut: number): string {
  const rows = fields.map(({ column, name }) => `${name.padEnd(11)} ${column}: ${columns[column]?.[1] ?? ''}`);
  const lost = [
    LIMITS,
    cut === 0 ? 'No text was cut.' : `${cut} texts were longer and were cut: GeoPackage and GeoParquet keep them.`,
  ];
  return [title, description, '', ...lost, '', ...rows, ''].join('\r\n');
}

/** An archive written as it is read, the same for the same content. */
async function* zipped(
  changed: string,
  files: Readonly<Record<string, AsyncIterable<Uint8Array> | Iterable<Uint8Array>>>,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    ready.push(piece);
  });
  for (const [name, pieces] of Object.entries(files)) {
    const file = new ZipDeflate(name, { level: 6 });
    // A ZIP knows no day before 1980.
    file.mtime = Math.max(Date.parse(changed), Date.UTC(1980, 0, 2));
    zip.add(file);
    for await (const piece of pieces) {
      file.push(piece);
      yield* ready.splice(0);
    }
    file.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* ready.splice(0);
}
