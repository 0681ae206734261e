import { describe, expect, it } from 'vitest';
import { KIND_NAMES } from '../../../src/features/collection-kinds.js';
import { importSnapshots } from '../../../src/maps/import.js';
import type { IsoDate } from '../../../src/model/dates.js';
import { onEachDatabase } from '../../setup/databases.js';
import { HAS_GDAL, runGdal } from '../../setup/gdal.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';

const run = async (command: string, ...args: string[]): Promise<string> => {
  const { out, told: reported } = await runGdal(command, ...args);
  return out + reported;
};

const countIn = (output: string) => Number(/Feature Count: (\d+)/.exec(output)?.[1]);

describe.skipIf(!HAS_GDAL)('GDAL [needs gdal-bin]', () => {
  onEachDatabase('reads the OGC API', (db) => {
    const service = serviceOn(async () => m5(await db()));
    const api = () => `OAPIF:${service.base}/ogc`;

    it('every collection is a layer with its features, none with an error', async () => {
      // By name: the other tests of this run have series of their own here.
      const output = await run('ogrinfo', '-so', api(), ...KIND_NAMES.map((kind) => `m5_${kind}`));
      for (const kind of KIND_NAMES) expect(output).toContain(`Layer name: m5_${kind}\n`);
      expect(output).not.toMatch(/ERROR/);
      const [, control = ''] = output.split('Layer name: m5_control\n');
      expect(countIn(control)).toBe(106);
      for (const column of ['km2: Real', 'no: Integer', 'party: String', 'valid_from: Date', 'claims: String'])
        expect(control.split('Layer name')[0]).toContain(column);
    });

    it('filters are sent to the server', async () => {
      const output = await run('ogrinfo', '-so', '-where', "party = 'government' AND km2 > 50.5", api(), 'm5_control');
      expect(output).toMatch(/filter=\(party%20%3D%20'government'\)%20AND%20\(km2%20%3E%2050\.5\)/);
      const { numberMatched } = await service.json<{ numberMatched: number }>(
        `/ogc/collections/m5_control/items?resultType=hits&party=government&filter=${encodeURIComponent('km2 > 50.5')}`,
      );
      expect(countIn(output)).toBe(numberMatched);
      const dated = await run('ogrinfo', '-so', '-where', "valid_from >= '2020-01-01'", api(), 'm5_control');
      expect(dated).not.toMatch(/ERROR/);
      expect(countIn(dated)).toBe(106);
      const box = await run('ogrinfo', '-so', '-spat', '36.7', '35.4', '36.9', '35.7', api(), 'm5_place');
      expect(box).toMatch(/bbox=/);
    });

    it('ogr2ogr pages through the thousands of features of an imported map', async () => {
      const store = await db();
      const [wide, high] = store.engine === 'server' ? [50, 40] : [40, 25];
      const id = `paged-${process.pid}-${store.engine}`;
      const features = Array.from({ length: wide * high }, (_, index) => {
        const [x, y] = [30 + (index % wide) / wide, 40 + Math.floor(index / wide) / high];
        const ring = [
          [x, y],
          [x + 1 / wide, y],
          [x + 1 / wide, y + 1 / high],
          [x, y + 1 / high],
          [x, y],
        ];
        return {
          type: 'Feature',
          properties: { party: index % 2 ? 'red' : 'blue' },
          geometry: { type: 'Polygon', coordinates: [ring] },
        };
      });
      await importSnapshots(store, {
        series: id,
        map: JSON.stringify({ type: 'FeatureCollection', features }),
        options: { date: '2024-01-01' as IsoDate },
        source: 'a test',
        create: { title: 'Paged', publisher: 'Us', licence: 'CC0', accuracyM: 100, theatre: null },
        accept: null,
      });
      const output = await run(
        'ogr2ogr',
        '-f',
        'CSV',
        '-select',
        'no,party',
        '/vsistdout/',
        api(),
        `${id}_control`,
        '-oo',
        'PAGE_SIZE=100',
      );
      const rows = output.split('\n').filter((line) => /^"?\d+"?,"?(red|blue)"?$/.test(line.trim()));
      expect(new Set(rows).size).toBe(wide * high);
      expect(rows).toHaveLength(wide * high);
    });
  });
});
