import { expect, it } from 'vitest';
import { askEncirclement } from '../../src/encirclement/ask.js';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { onEachDatabase } from '../setup/databases.js';
import { valley } from '../setup/valley.js';

/** Ground of a party: 10 to 11 east, 50 to 51 north is the theatre; the post stands at 10.5, 50.42 and its rear is north of 51. */
const ground = (party: string, status: string, west: number, south: number, east: number, north: number) => ({
  type: 'Feature',
  properties: { party: party || null, status },
  geometry: { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] }, // biome-ignore format: a ring
});
const around = [
  ground('south', 'controlled', 10, 50, 11, 50.35),
  ground('south', 'controlled', 10, 50.35, 10.3, 51),
  ground('south', 'controlled', 10.7, 50.35, 11, 51),
  ground('north', 'controlled', 10.3, 50.35, 10.7, 50.5),
];
/** What lies between the post's ground and its rear: 28 km wide, in two halves and two steps. */
const MAPS = {
  nothing: [],
  contested: [ground('south', 'contested', 10.3, 50.5, 10.7, 51)],
  'first contested, then nothing': [ground('south', 'contested', 10.3, 50.5, 10.7, 50.7)],
  'contested on the left, nothing on the right': [ground('south', 'contested', 10.3, 50.5, 10.5, 51)],
  'ground stated as not known': [ground('', 'unknown', 10.3, 50.5, 10.7, 51)],
};

onEachDatabase('ground about which nothing is stated', (open) => {
  it.each([
    ['nothing', 'unknown', 'over ground about which nothing is stated'],
    ['contested', 'contested', 'over ground that was contested or not known'],
    ['first contested, then nothing', 'unknown', 'over ground about which nothing is stated'],
    ['contested on the left, nothing on the right', 'contested', 'over ground that was contested or not known'],
    ['ground stated as not known', 'unknown', 'over ground about which nothing is stated'],
  ] as const)('%s before the rear: the reason is %s', async (name, reason, words) => {
    const db = await open();
    const theatre = `nobody-${process.pid}-${Object.keys(MAPS).indexOf(name)}`;
    await loadBundle(db, parseBundle(valley(theatre)), () => {});
    const series = `${theatre}-maps`;
    await importSnapshots(db, {
      series,
      map: JSON.stringify({ type: 'FeatureCollection', features: [...around, ...MAPS[name]] }),
      options: { date: parseDate('2021-02-01') },
      source: null,
      create: { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre },
      accept: null,
    });
    const requested = { series, date: parseDate('2021-02-01'), knownAt: null };
    const [post] = (await askEncirclement(db, requested)).posts;
    expect(post).toMatchObject({ verdict: 'uncertain', reason, summary: expect.stringContaining(words) });
    // Kept, and read back.
    expect((await askEncirclement(db, requested)).posts[0]).toMatchObject({ verdict: 'uncertain', reason });
  });
});
