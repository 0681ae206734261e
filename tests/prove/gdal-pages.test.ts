import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { KIND_NAMES } from '../../src/features/collection-kinds.js';
import { importSnapshots } from '../../src/maps/import.js';
import type { IsoDate } from '../../src/model/dates.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { HAS_GDAL, runGdal } from '../setup/gdal.js';
import { box } from '../setup/good-input.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/*
 * 20,000 features of an imported map are paged by GDAL and by GeoPandas over OGC API - Features, and filtered by the
 * server. SALIENT_TEST_PYTHON names a Python with geopandas and pyogrio.
 */
const [WIDE, HIGH] = [200, 100];
const ALL = WIDE * HIGH;
const PYTHON = process.env.SALIENT_TEST_PYTHON ?? 'python3';
const HAS_GEOPANDAS = spawnSync(PYTHON, ['-c', 'import geopandas, pyogrio']).status === 0;

const READ_ALL = `
import json, sys, geopandas, pyogrio
api, layers, paged = sys.argv[1], sys.argv[2].split(','), sys.argv[3]
counts = {}
for layer in layers:
    try:
        frame = geopandas.read_file(api, layer=layer, engine='pyogrio')
        counts[layer] = [len(frame), 'CRS84' in str(frame.crs) if hasattr(frame, 'crs') else None]
    except Exception as error:
        counts[layer] = repr(error)
frame = geopandas.read_file(api, layer=paged, engine='pyogrio')
red = geopandas.read_file(api, layer=paged, engine='pyogrio', where="party = 'red'")
print(json.dumps({'layers': counts, 'paged': len(frame), 'distinct': int(frame['no'].nunique()), 'valid': bool(frame.geometry.is_valid.all()),
  'red': len(red), 'versions': [geopandas.__version__, pyogrio.__version__, list(pyogrio.__gdal_version__)]}))
`;

describe.skipIf(!SERVER_URL)('20,000 features [needs TEST_DATABASE_URL]', () => {
  const service = serviceOn(async () => m5(await database('server')));
  const api = () => `OAPIF:${service.base}/ogc`;
  const id = `many-${process.pid}`;

  beforeAll(async () => {
    const features = Array.from({ length: ALL }, (_, index) => {
      const [west, south] = [30 + (index % WIDE) / WIDE, 40 + Math.floor(index / WIDE) / HIGH];
      return {
        type: 'Feature',
        properties: { party: index % 2 ? 'red' : 'blue' },
        geometry: { type: 'Polygon', coordinates: [box(west, south, west + 1 / WIDE, south + 1 / HIGH)] },
      };
    });
    const began = Date.now();
    await importSnapshots(await database('server'), {
      series: id,
      map: JSON.stringify({ type: 'FeatureCollection', features }),
      options: { date: '2024-01-01' as IsoDate },
      source: 'a proof',
      create: { title: 'Many', publisher: 'Us', licence: 'CC0', accuracyM: 100, theatre: null },
      accept: null,
    });
    console.log(`imported in ${(Date.now() - began) / 1000} s`);
  }, 600_000);

  it('the last page takes no longer than the first', async () => {
    let next: string | undefined = `/ogc/collections/${id}_control/items?limit=1000`;
    const ids = new Set<string>();
    const times: number[] = [];
    while (next) {
      const began = Date.now();
      const page: { features: { id: string }[]; links: { rel: string; href: string }[] } = await service.json(next);
      times.push(Date.now() - began);
      for (const feature of page.features) ids.add(feature.id);
      const following = page.links.find(({ rel }) => rel === 'next')?.href;
      next = following?.slice(service.base.length);
    }
    console.log(JSON.stringify({ pages: times.length, milliseconds: times }));
    expect(ids.size).toBe(ALL);
    const middle = (part: number[]) => part.toSorted((a, b) => a - b)[Math.floor(part.length / 2)] as number;
    expect(middle(times.slice(-5))).toBeLessThan(3 * middle(times.slice(0, 5)));
  });

  it.skipIf(!HAS_GDAL)('ogr2ogr gets each once, and filters on the server [needs gdal-bin]', async () => {
    const words = ['-f', 'CSV', '-select', 'no,party', '/vsistdout/', api(), `${id}_control`, '-oo', 'PAGE_SIZE=1000'];
    const all = await runGdal('ogr2ogr', ...words);
    const rows = all.out.split('\n').filter((line) => /^"?\d+"?,"?(red|blue)"?$/.test(line.trim()));
    expect([rows.length, new Set(rows).size]).toEqual([ALL, ALL]);
    const some = await runGdal('ogr2ogr', ...words, '-where', "party = 'red' AND no > 15000");
    expect(some.told).toMatch(/filter=/);
    const found = some.out.split('\n').filter((line) => /^"?\d+"?,"?red"?$/.test(line.trim()));
    expect(found).toHaveLength(2500);
    const { numberMatched } = await service.json<{ numberMatched: number }>(
      `/ogc/collections/${id}_control/items?resultType=hits&party=red&filter=${encodeURIComponent('no > 15000')}`,
    );
    expect(numberMatched).toBe(found.length);
    console.log(JSON.stringify({ ogr2ogr_all_s: all.seconds, filtered_s: some.seconds }));
  });

  it.skipIf(!HAS_GEOPANDAS)('GeoPandas reads every collection, and all of the 20,000 [needs geopandas]', async () => {
    const layers = KIND_NAMES.map((kind) => `m5_${kind}`);
    const {
      out,
      told: reported,
      seconds,
    } = await runGdal(PYTHON, '-c', READ_ALL, api(), layers.join(','), `${id}_control`);
    expect(out, reported).toMatch(/^\{/);
    const read = JSON.parse(out) as Record<string, unknown> & { layers: Record<string, [number, boolean | null]> };
    console.log(JSON.stringify({ seconds, ...read }));
    expect(read).toMatchObject({ paged: ALL, distinct: ALL, valid: true, red: ALL / 2 });
    for (const layer of layers) {
      const { numberMatched } = await service.json<{ numberMatched: number }>(
        `/ogc/collections/${layer}/items?resultType=hits`,
      );
      expect([layer, read.layers[layer]?.[0]]).toEqual([layer, numberMatched]);
    }
  });
});
