import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { describe, expect, it } from 'vitest';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { geoPackage } from '../setup/map-files.js';
import { temporaryFolder } from '../setup/spawned.js';

/** A package with a table, and a view that joins. */
function withView(): Uint8Array {
  const file = join(temporaryFolder(), 'view.gpkg');
  writeFileSync(file, geoPackage([{ properties: { party: 'a' }, polygons: [[box(44, 33, 45, 34)]] }]));
  const db = new sqlite.Database(file);
  db.exec(`create view joined as select a.fid, a.geom, upper(b.party) as party from control a join control b using (fid);
    insert into gpkg_contents values ('joined', 'features', 'joined', 4326);
    insert into gpkg_geometry_columns values ('joined', 'geom', 'MULTIPOLYGON', 4326, 0, 0);`);
  db.close();
  return readFileSync(file);
}

const read = (layer: string | null) =>
  readHere({
    source: withView(),
    options: { date: parseDate('2024-05-01'), knownParties: null },
    reading: { layer, limits: { unpackedBytes: 50e6 } },
    lenient: false,
  });

describe('a view of a GeoPackage that computes', () => {
  const why = /layer "joined" (left out|is not read): it is a view that computes .*store it as a table/;

  it('is left out with a note, and said to be one when it is asked for by name', async () => {
    for (const layer of [null, '*']) expect((await read(layer)).notes).toEqual([expect.stringMatching(why)]);
    for (const layer of ['joined', 'control,joined'])
      await expect(read(layer)).rejects.toMatchObject({
        code: 'invalid_parameter',
        message: expect.stringMatching(why),
      });
    expect((await read('control')).areas).toBe(1);
    await expect(read('other')).rejects.toThrow(/has no layer "other"/);
  });
});
