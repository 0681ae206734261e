import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { KIND_NAMES, kindNamed } from '../../../src/features/collection-kinds.js';
import { fromWkb } from '../../../src/geometry/wkb.js';
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

  it('as GeoParquet 1.1: boxes, days that are days, and what is said of the file; of what has no place plain Parquet', async () => {
    const read = async (kind: string, query = '') => {
      const answer = await get(`/ogc/collections/m5_${kind}/items?f=parquet${query}`);
      expect(answer.headers.get('content-type')).toBe('application/vnd.apache.parquet');
      const file = await answer.arrayBuffer();
      const { key_value_metadata: stated = [] } = parquetMetadata(file);
      const about = Object.fromEntries(stated.map(({ key, value }) => [key, value ?? '']));
      return { about, rows: await parquetReadObjects({ file, geoparquet: false, utf8: false }) };
    };
    const day = '2019-06-01';
    const series = await read('control', '&datetime=../..');
    const geo = JSON.parse(series.about.geo ?? '');
    expect(geo).toMatchObject({
      version: '1.1.0',
      primary_column: 'geometry',
      columns: { geometry: { encoding: 'WKB', geometry_types: ['MultiPolygon'], crs: { id: { code: 'CRS84' } } } },
    });
    expect(geo.columns.geometry.covering.bbox.xmin).toEqual(['bbox', 'xmin']);
    expect(series.about.licence).toBe('CC BY-SA 4.0');
    const dayOf = (value: unknown) => (value as Date | null)?.toISOString().slice(0, 10) ?? null;
    const inForce = series.rows.filter(
      ({ valid_from, valid_to }) => String(dayOf(valid_from)) <= day && (dayOf(valid_to) ?? '9999') > day,
    );
    const { features } = await items('control', `limit=1000&datetime=${day}`);
    expect(inForce.map(({ id }) => id).sort()).toEqual(features.map(({ id }) => id).sort());
    for (const { geometry, bbox } of inForce) {
      const { geometry: read } = fromWkb(geometry as Uint8Array);
      const flat = ('coordinates' in read ? (read.coordinates as number[][][][]) : []).flat(2);
      const side = (of: (...values: number[]) => number, axis: number) =>
        of(...flat.map((at) => at[axis] ?? Number.NaN));
      expect(bbox).toEqual({
        ...{ xmin: side(Math.min, 0), ymin: side(Math.min, 1), xmax: side(Math.max, 0), ymax: side(Math.max, 1) },
      });
    }
    const unlocated = await read('claim_unlocated');
    expect(unlocated.about.geo).toBeUndefined();
    expect(unlocated.rows).toHaveLength((await items('claim_unlocated', 'resultType=hits')).numberMatched);
  });

  it('as KML with days and colours, as what Accept names, with a link from the collection to each form', async () => {
    const kml = await (await get('/ogc/collections/m5_control/items?f=kml&datetime=2020-01-28')).text();
    expect(kml).toMatch(/<TimeSpan><begin>2020-01-28<\/begin><end>2020-\d\d-\d\d<\/end><\/TimeSpan>/);
    expect(kml).toContain('<SimpleField name="km2" type="double">');
    expect(kml.match(/<styleUrl>#look-\d+<\/styleUrl>/g)).toHaveLength(106);
    const accepted = await get('/ogc/collections/m5_place/items', {
      headers: { accept: 'application/vnd.apache.parquet' },
    });
    expect(accepted.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const browser = await get('/ogc/collections/m5_place/items?limit=1', {
      headers: { accept: 'text/html,*/*;q=0.8' },
    });
    expect(browser.headers.get('content-type')).toMatch(/html/);
    const anything = await get('/ogc/collections/m5_place/items?limit=1', { headers: { accept: '*/*' } });
    expect(anything.headers.get('content-type')).toBe('application/geo+json');
    const formsOf = async (kind: string) => {
      const { links } = await json<{ links: { rel: string; href: string }[] }>(`/ogc/collections/m5_${kind}`);
      return links.filter(({ rel }) => rel === 'items').map(({ href }) => new URL(href).searchParams.get('f'));
    };
    expect(await formsOf('place')).toEqual(['json', 'html', ...FILE_FORMS]);
    expect(await formsOf('claim_unlocated')).toEqual(['json', 'html', 'gpkg', 'parquet', 'csv', 'kml']);
  });

  describe.skipIf(!HAS_GDAL)('GDAL [needs gdal-bin]', () => {
    it('reads every collection in every form of file, with as many features as the service counts', async () => {
      expect(FILE_FORMS).toEqual(['gpkg', 'fgb', 'parquet', 'csv', 'kml', 'shp']);
      for (const kind of KIND_NAMES) {
        const { numberMatched } = await items(kind, 'resultType=hits');
        // Debian's GDAL has no Parquet: that form is read below.
        for (const form of FILE_FORMS.filter((one) => one !== 'parquet')) {
          const answer = await get(`/ogc/collections/m5_${kind}/items?f=${form}`);
          if (['fgb', 'shp'].includes(form) && kindNamed(kind).geometry === null) {
            expect(answer.status).toBe(400);
            continue;
          }
          expect(answer.status, `${kind} ${form}`).toBe(200);
          const file = join(folder, `m5_${kind}.${form === 'shp' ? 'shp.zip' : form}`);
          writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
          const { out, told: reported } = await runGdal('ogrinfo', '-al', '-so', file);
          expect(reported, `${kind} ${form}`).not.toMatch(/ERROR|Warning/);
          expect(Number(/Feature Count: (\d+)/.exec(out)?.[1]), `${kind} ${form}`).toBe(numberMatched);
        }
      }
    }, 120_000);

    it('finds what meets a box by the index of the file, and colours and licence in the GeoPackage', async () => {
      const box = ['36.5', '35.5', '36.8', '35.8'];
      const { numberMatched } = await items('control', `resultType=hits&bbox=${box.join()}`);
      expect(numberMatched).toBeGreaterThan(10);
      for (const form of ['fgb', 'gpkg']) {
        const file = join(folder, `m5_control.${form}`);
        writeFileSync(
          file,
          Buffer.from(await (await get(`/ogc/collections/m5_control/items?f=${form}`)).arrayBuffer()),
        );
        const { out } = await runGdal('ogrinfo', '-al', '-geom=NO', '-spat', ...box, file, 'm5_control');
        expect(out.match(/^OGRFeature/gm), form).toHaveLength(numberMatched);
      }
      const file = join(folder, 'm5_control.gpkg');
      const sql = async (text: string) => (await runGdal('ogrinfo', '-dialect', 'sqlite', '-sql', text, file)).out;
      const gpkg = async (text: string) => (await runGdal('ogrinfo', '-sql', text, file)).out;
      expect(await gpkg("select rtreecheck('rtree_m5_control_geom') as checked")).toMatch(/= ok/);
      expect(await gpkg('select count(*) as n from rtree_m5_control_geom')).toMatch(/= 106/);
      expect(await gpkg('select metadata from gpkg_metadata')).toContain('"license":"CC BY-SA 4.0"');
      const styles = await sql('select useAsDefault, styleQML from layer_styles');
      const series = await json<{ id: string; parties: { id: string; colour: string }[] }[]>('/series');
      for (const { id, colour } of series.find((one) => one.id === 'm5')?.parties ?? []) {
        const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
        expect(styles).toContain(`party&quot; = '${id}' AND &quot;status&quot; = 'controlled'`);
        expect(styles).toContain(`value="${red},${green},${blue},112"`);
      }
      const fgb = (await runGdal('ogrinfo', '-so', join(folder, 'm5_control.fgb'), 'm5_control')).out;
      expect(fgb).toMatch(/Layer name: m5_control\n/);
      expect(fgb).toContain('["EPSG",4326]');
    }, 120_000);

    it('reads what is true and what is not, and an instant as one, from KML and GeoPackage', async () => {
      const rows = async (kind: string, form: string) => {
        const file = join(folder, `m5_${kind}.${form}`);
        const { body } = await get(`/ogc/collections/m5_${kind}/items?f=${form}`);
        writeFileSync(file, Buffer.from(await new Response(body).arrayBuffer()));
        const { out, told: reported } = await runGdal('ogrinfo', '-al', '-geom=NO', file);
        expect(reported).not.toMatch(/ERROR|Warning/);
        return out;
      };
      const { features } = await items('claim', 'limit=1000');
      const inferred = features.filter(({ properties }) => properties.dates_inferred === true).length;
      expect(inferred).toBeGreaterThan(0);
      expect(inferred).toBeLessThan(features.length);
      for (const form of ['kml', 'gpkg'])
        expect((await rows('claim', form)).match(/dates_inferred \(Integer.*\) = 1/g), form).toHaveLength(inferred);
      await rows('snapshot', 'gpkg');
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
