import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { KIND_NAMES, kindNamed } from '../../../src/features/collection-kinds.js';
import { FILE_FORMS } from '../../../src/http/ogc/negotiate.js';
import { onEachDatabase } from '../../setup/databases.js';
import { HAS_GDAL, runGdal } from '../../setup/gdal.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import type { Items } from './reading.js';

onEachDatabase('features as they are asked for', (db) => {
  const { get, json } = serviceOn(async () => m5(await db()));
  const items = (kind: string, query: string) => json<Items>(`/ogc/collections/m5_${kind}/items?${query}`);
  const status = async (query: string) => (await get(`/ogc/collections/m5_control/items?${query}`)).status;
  const folder = mkdtempSync(join(tmpdir(), 'salient-files-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('sorted by properties, page after page, nulls last', async () => {
    const all = (await items('control', 'limit=1000')).features;
    const seen: { id: string; km2: number }[] = [];
    for (let path: string | null = '/ogc/collections/m5_control/items?limit=20&sortby=-km2'; path !== null; ) {
      const page: Items = await json<Items>(path);
      seen.push(...page.features.map(({ id, properties }) => ({ id, km2: Number(properties.km2) })));
      const next = page.links.find(({ rel }) => rel === 'next');
      path = next ? new URL(next.href).pathname + new URL(next.href).search : null;
    }
    expect(seen.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
    for (const [index, { km2 }] of seen.entries())
      expect(km2).toBeLessThanOrEqual(seen[index - 1]?.km2 ?? Number.POSITIVE_INFINITY);
    const byParty = (await items('control', 'limit=1000&sortby=party,-km2')).features.map(
      ({ properties }) => properties.party,
    );
    const firstNull = byParty.indexOf(null);
    expect(firstNull === -1 || byParty.slice(firstNull).every((party) => party === null)).toBe(true);
    expect([await status('sortby=owner'), await status('sortby=%2Bkm2')]).toEqual([400, 200]);
  });

  it('with some properties, without others, without geometry', async () => {
    const { features } = await items('control', 'limit=2&properties=km2,party');
    expect(features.map(({ properties }) => Object.keys(properties))).toEqual([
      ['party', 'km2'],
      ['party', 'km2'],
    ]);
    const bare = await items('control', 'limit=1&exclude-properties=claims,reason&skipGeometry=true');
    expect(bare.features[0]?.geometry).toBeNull();
    expect(bare.features[0]?.properties).not.toHaveProperty('claims');
    expect(bare.features[0]?.properties).toHaveProperty('party');
    const alone = await json<Items['features'][number]>(
      `/ogc/collections/m5_control/items/${bare.features[0]?.id}?properties=status`,
    );
    expect(Object.keys(alone.properties)).toEqual(['status']);
    expect([await status('properties=owner'), await status('exclude-properties=owner')]).toEqual([400, 400]);
  });

  it('by a word, whatever its capitals', async () => {
    const found = await items('place', 'limit=1000&q=MOREK,saraqib');
    const names = found.features.map(({ properties }) => `${properties.name} ${properties.aliases}`.toLowerCase());
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) expect(name).toMatch(/morek|saraqib/);
    expect((await items('place', 'q=nowhere%25')).numberMatched).toBe(0);
  });

  it('as CSV: lon and lat of points, WKT of the rest, a table of what has no place', async () => {
    const rows = async (kind: string, query = '') => {
      const answer = await get(`/ogc/collections/m5_${kind}/items?f=csv${query}`);
      expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
      expect(answer.headers.get('content-disposition')).toContain(`m5_${kind}.csv`);
      return parse(await answer.text(), { columns: true }) as Record<string, string>[];
    };
    const places = await rows('place');
    const { features } = await items('place', 'limit=1000');
    expect(places.map(({ id, lon, lat }) => [id, Number(lon), Number(lat)])).toEqual(
      features.map(({ id, geometry }) => [id, ...(geometry as { coordinates: number[] }).coordinates]),
    );
    expect((await rows('control'))[0]?.wkt).toMatch(/^MULTIPOLYGON/);
    const unlocated = await rows('event_unlocated');
    expect(unlocated.length).toBe((await items('event_unlocated', 'resultType=hits')).numberMatched);
    for (const place of ['lon', 'wkt']) expect(unlocated[0]).not.toHaveProperty(place);
    expect(await rows('control', '&limit=3&sortby=-km2')).toHaveLength(3);
    expect(await status('f=csv&crs=EPSG:3857')).toBe(400);
    expect(await status('f=docx')).toBe(400);
  });

  describe.skipIf(!HAS_GDAL)('GDAL [needs gdal-bin]', () => {
    it('reads every collection in every form of file, with as many features as the service counts', async () => {
      expect(FILE_FORMS).toEqual(expect.arrayContaining(['csv', 'gpkg', 'fgb']));
      for (const kind of KIND_NAMES) {
        const { numberMatched } = await items(kind, 'resultType=hits');
        for (const form of ['csv', 'gpkg', 'fgb']) {
          const answer = await get(`/ogc/collections/m5_${kind}/items?f=${form}`);
          if (form === 'fgb' && kindNamed(kind).geometry === null) {
            expect(answer.status).toBe(400);
            continue;
          }
          expect(answer.status, `${kind} ${form}`).toBe(200);
          const file = join(folder, `m5_${kind}.${form}`);
          writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
          const { out, told } = await runGdal('ogrinfo', '-al', '-so', file);
          expect(told, `${kind} ${form}`).not.toMatch(/ERROR/);
          expect(Number(/Feature Count: (\d+)/.exec(out)?.[1]), `${kind} ${form}`).toBe(numberMatched);
        }
      }
    }, 120_000);

    it('reads a whole series as one GeoPackage, each area with the days for which it holds', async () => {
      const answer = await get('/ogc/collections/m5_control/items?f=gpkg&datetime=../..');
      const file = join(folder, 'series.gpkg');
      writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
      const day = '2019-06-01';
      const { out } = await runGdal(
        'ogrinfo',
        '-al',
        '-so',
        '-where',
        `valid_from <= '${day}' and (valid_to is null or valid_to > '${day}')`,
        file,
      );
      const { numberMatched } = await items('control', `resultType=hits&datetime=${day}`);
      expect(Number(/Feature Count: (\d+)/.exec(out)?.[1])).toBe(numberMatched);
    }, 120_000);
  });
});
