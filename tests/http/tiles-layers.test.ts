import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { afterAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { type IsoDate, parseDate } from '../../src/model/dates.js';
import { type TileAddress, tileAddress, tileBounds } from '../../src/tiles/address.js';
import { openTiles, type TileService } from '../../src/tiles/service.js';
import { LAYER_INPUTS, readTilesets } from '../../src/tiles/tilesets.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

const TILES = join(PROJECT_ROOT, 'tiles');
const DAY = parseDate('2020-01-29');
const folders: string[] = [];

/** A copy of the folder of layers, with more files or other texts in it. */
function withFiles(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'salient-tiles-'));
  folders.push(folder);
  cpSync(TILES, folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const TOWN = {
  'town.json': JSON.stringify({
    kind: 'points',
    inputs: ['areas', 'places'],
    description: 'Towns held by somebody',
    fields: { name: 'its name', party: 'who holds it' },
    minzoom: 6,
  }),
  'town.sql': `with state as (select * from jsonb_to_record($1::jsonb) as s(revision bigint, edition bigint, since date))
    select p.place as key, p.name, held.party, p.kind, state.since, st_asgeojson(p.geom, 7) as geometry
    from state
      join place_entry p on p.edition = state.edition and p.kind in ('town', 'city')
      join area held on held.revision = state.revision
      join shape on shape.id = held.shape and st_intersects(shape.geom, p.geom)
    where state.since is null and held.party is not null
    order by key`,
};

it('tiles/README.md names every layer and every input, and its example is the layer added here', () => {
  const readme = readFileSync(join(TILES, 'README.md'), 'utf8');
  for (const { name, kind } of readTilesets(TILES))
    expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| \`${kind}\``));
  for (const input of LAYER_INPUTS) expect(readme).toContain(`| \`${input}\``);
  const [, example = ''] = /```json\n([^`]+)```/.exec(readme) ?? [];
  expect(JSON.parse(example)).toEqual(JSON.parse(TOWN['town.json']));
});

it.each([
  [{ 'town.json': '{"kind": "dots"}' }, /tiles\/town\.json: "kind" is one of areas/],
  [{ 'town.json': '{"kind": "points", "inputs": ["weather"]}' }, /"inputs" are some of areas/],
  [{ 'town.json': '{"kind": "points", "inputs": ["areas"]}' }, /"fields" and "description"/],
  [{ 'town.json': TOWN['town.json'] }, /tiles\/town\.sql is missing/],
  [{ 'front.json': readFileSync(join(TILES, 'front.json'), 'utf8').replace('"control"', '"ground"') }, /"of" names no/],
])('a declaration that is wrong is refused at the start, by name: %#', (files, message) => {
  expect(() => readTilesets(withFiles(files))).toThrow(message);
});

onEachDatabase('a layer', (db) => {
  const opened: TileService[] = [];
  afterAll(() => Promise.all(opened.map((tiles) => tiles.close())));

  async function open(folder: string): Promise<TileService> {
    const tiles = openTiles(await m5(await db()), folder, 50_000_000);
    opened.push(tiles);
    return tiles;
  }

  async function drawn(tiles: TileService, address: TileAddress, date: IsoDate, names: string | null) {
    const subject = await tiles.onDay({ series: 'm5', date, knownAt: null }, tiles.layersNamed(names));
    const { identity } = await tiles.draw(subject, address);
    return { etag: tiles.etag(subject, address), layers: new VectorTile(new PbfReader(identity)).layers };
  }

  const featuresOf = (layer: VectorTile['layers'][string] | undefined) =>
    Array.from({ length: layer?.length ?? 0 }, (_, i) => layer?.feature(i));

  it('is added by adding its two files: it is in the tile and in the TileJSON, and given only its inputs', async () => {
    const tiles = await open(withFiles(TOWN));
    const { layers } = await drawn(tiles, tileAddress(8, 154, 100), DAY, null);
    const maarrat = featuresOf(layers.town).find((feature) => feature?.properties.name === "Ma'arrat al-Nu'man");
    expect(featuresOf(layers.town).length).toBeGreaterThan(3);
    expect(
      featuresOf(layers.town).every((feature) => Object.keys(feature?.properties ?? {}).join() === 'name,party'),
    ).toBe(true);
    expect(maarrat === undefined || maarrat.properties.party === 'government').toBe(true);
    const { vector_layers } = await tiles.dayJson({ series: 'm5', date: DAY, knownAt: null }, 'http://localhost');
    expect(vector_layers.find(({ id }) => id === 'town')).toMatchObject({
      fields: { name: 'its name', party: 'who holds it' },
      minzoom: 6,
      maxzoom: 14,
    });
    expect((await drawn(tiles, tileAddress(5, 19, 12), DAY, 'town')).layers).toEqual({});
  });

  it('whose SQL or declaration is edited has another ETag, and so have those made of its arcs; others keep theirs', async () => {
    const sql = readFileSync(join(TILES, 'control.sql'), 'utf8');
    const [tiles, edited] = [await open(TILES), await open(withFiles({ 'control.sql': `${sql}-- a comment\n` }))];
    const differs = async (layer: string) => {
      const [one, other] = [tiles, edited].map((service) => drawn(service, tileAddress(7, 77, 50), DAY, layer));
      return (await one)?.etag !== (await other)?.etag;
    };
    for (const layer of ['control', 'front', 'label', 'pocket'])
      expect([layer, await differs(layer)]).toEqual([layer, true]);
    for (const layer of ['place', 'post', 'route', 'event'])
      expect([layer, await differs(layer)]).toEqual([layer, false]);
  });

  it('of labels has one point per connected part, inside it, in one tile only, under the same id on every zoom', async () => {
    const tiles = await open(TILES);
    const store = await db();
    const [, north, east] = tileBounds(tileAddress(8, 154, 100));
    expect(north && east).toBeTruthy();
    const found = new Map<string, { ids: Set<unknown>; times: number }>();
    const zooms = [0, 4, 8];
    for (const z of zooms) {
      const side = 2 ** z;
      const near = (at: number) => [at - 1, at, at + 1].map((i) => Math.min(Math.max(i, 0), side - 1));
      for (const x of new Set(near(Math.floor(0.602 * side)))) {
        for (const y of new Set(near(Math.floor(0.3925 * side)))) {
          const { layers } = await drawn(tiles, tileAddress(z, x, y), DAY, 'label');
          for (const feature of featuresOf(layers.label)) {
            const key = `${feature?.properties.party} ${feature?.properties.status} ${feature?.properties.rank}`;
            const known = found.get(key) ?? { ids: new Set(), times: 0 };
            found.set(key, { ids: known.ids.add(feature?.id), times: known.times + 1 });
          }
        }
      }
    }
    for (const [key, { ids, times }] of found) expect([key, ids.size, times]).toEqual([key, 1, zooms.length]);
    const parts = await store.query<{ key: string; parts: number }>(
      `select area.party || ' ' || area.status as key, st_numgeometries(st_union(shape.geom)) as parts
       from area join shape on shape.id = area.shape
       where revision = revision_at('m5', $1, clock_timestamp()) and party is not null group by 1 order by 1`,
      [DAY],
    );
    const expected = parts.flatMap(({ key, parts: count }) => Array.from({ length: count }, (_, i) => `${key} ${i}`));
    expect([...found.keys()].sort()).toEqual(expected.sort());
  });
});
