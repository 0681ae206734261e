import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

const DAY = '2024-05-01';
const CREATE = 'create=true&title=Rims&publisher=Us&licence=CC0-1.0&accuracy=100&source=us';
/** On the sides, at a corner and between the vertices that edges are given for the plane, of the pocket. */
const ON_THE_RIM = [
  [30.4, 40.5],
  [30.6, 40.55],
  [30.6, 40.533],
  [30.4, 40.4],
  [30.5, 40.4],
  [30.47, 40.6],
] as const;
const OUTSIDE = [30.5, 40.39999] as const;

const feature = (party: string, ...coordinates: number[][][]) => ({
  type: 'Feature',
  properties: { party },
  geometry: { type: 'Polygon', coordinates },
});
const spots = [...ON_THE_RIM, OUTSIDE].map(([lon, lat], index) => ({ name: `Spot ${index + 1}`, lon, lat }));
const table = (more: (index: number) => object) => ({
  type: 'FeatureCollection',
  features: spots.map((spot, index) => ({
    type: 'Feature',
    geometry: null,
    properties: { ...spot, ...more(index) },
  })),
});

onEachDatabase('the rim of a pocket', (db) => {
  const { json, post } = serviceOn(db);

  beforeAll(async () => {
    const [core, ring] = [box(30.4, 40.4, 30.6, 40.6), box(30.3, 40.3, 30.7, 40.7)];
    const map = {
      type: 'FeatureCollection',
      features: [
        feature('red', core),
        feature('green', ring, core.toReversed()),
        feature('red', box(30, 40, 31, 41), ring.toReversed()),
      ],
    };
    expect(await post(`/series/rims/snapshots?date=${DAY}&${CREATE}`, map)).toMatchObject({ status: 201 });
    const places = table((index) => ({ id: `spot-${index + 1}`, kind: 'town', source: 'us' }));
    expect(await post('/series/rims/places', places)).toMatchObject({ status: 200 });
    const posts = table((index) => ({ number: index + 1 }));
    expect(await post(`/series/rims/posts?operator=red&since=2024-04-01&source=us`, posts)).toMatchObject({
      status: 200,
    });
  });

  it('is in it, for posts and for places: what /encirclement calls cut off is listed by /front', async () => {
    const judged = await json<{ posts: { number: number; verdict: string }[] }>(
      `/encirclement?series=rims&date=${DAY}`,
    );
    const { pockets } = await json<{
      pockets: { properties: { party: string; posts: { number: number }[]; places: { id: string }[] } }[];
    }>(`/front?series=rims&date=${DAY}`);
    const [pocket] = pockets.filter(({ properties }) => properties.party === 'red');
    const rim = ON_THE_RIM.map((_, index) => index + 1);
    expect(judged.posts.filter(({ number }) => rim.includes(number)).map(({ verdict }) => verdict)).toEqual(
      rim.map(() => 'encircled'),
    );
    expect(pocket?.properties.posts.map(({ number }) => number)).toEqual(rim);
    expect(pocket?.properties.places.map(({ id }) => id)).toEqual(rim.map((number) => `spot-${number}`));
  });
});
