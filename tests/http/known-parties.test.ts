import { beforeAll, expect, it } from 'vitest';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

/* A party may get another name and colour: what is asked as known before has the former ones, in pictures and in files too. */

const ID = 'renamed-party';
const DAY = '2024-05-01';
const ADDRESSES = [
  `/maps/${ID}.svg?date=${DAY}`,
  `/maps/${ID}.png?date=${DAY}`,
  `/maps/${ID}/6/38/25.png?date=${DAY}`,
  `/styles/${ID}/style.json?date=${DAY}`,
  ...['kml', 'gpkg', 'geojson'].map((form) => `/snapshots/${ID}/${DAY}.${form}`),
  ...['kml', 'gpkg'].map((form) => `/ogc/collections/${ID}_control/items?datetime=${DAY}&f=${form}`),
];

onEachDatabase('a party that is renamed', (db) => {
  const { get, post } = serviceOn(db);
  beforeAll(async () => {
    const create = 'create=true&title=Ours&publisher=Us&licence=CC0-1.0&accuracy=100';
    expect((await post(`/series/${ID}/snapshots?date=${DAY}&${create}`, strips([36.5], ['red', 'blue']))).status).toBe(
      201,
    );
  });

  it('has its former name and colour in every answer as known before, and its new ones in those of now', async () => {
    const read = async (address: string, at: string | null) => {
      const asked =
        at === null ? address : `${address}${address.includes('?') ? '&' : '?'}known-at=${encodeURIComponent(at)}`;
      const answer = await get(asked);
      return { status: answer.status, tag: answer.headers.get('etag'), bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const before = await databaseClock(await db());
    const first = new Map<string, Awaited<ReturnType<typeof read>>>();
    for (const address of ADDRESSES) first.set(address, await read(address, before));
    expect([...first].filter(([, { status }]) => status !== 200).map(([address]) => address)).toEqual([]);
    const party = { type: 'Feature', geometry: null, properties: { id: 'red', name: 'Rosso', colour: '#123456' } };
    const renamed = await post(`/series/${ID}/parties?source=us`, { type: 'FeatureCollection', features: [party] });
    expect(renamed.status, JSON.stringify(renamed.body)).toBeLessThan(300);
    for (const [address, { bytes, tag }] of first) {
      const again = await read(address, before);
      expect([address, again.tag, again.bytes.equals(bytes)]).toEqual([address, tag, true]);
      // Areas of GeoJSON name the party; all else draws it.
      const now = await read(address, null);
      expect([address, now.bytes.equals(bytes)]).toEqual([address, false]);
    }
  });
});
