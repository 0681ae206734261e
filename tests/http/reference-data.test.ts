import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { instantBetween } from '../setup/instant-between.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/* An imported series gets towns, parties, posts and routes over HTTP; what was known before stays as it was. */

const area = (party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party, date: '2024-05-01' },
  geometry: { type: 'Polygon', coordinates: [box(west, 44, east, 45)] },
});
const MAP = { type: 'FeatureCollection', features: [area('west', 11, 11.7), area('east', 11.7, 12.5)] };
const NEW =
  'create=true&title=Ours&publisher=Us&licence=CC0-1.0&accuracy=500&source=us&date-property=date&party-property=party';

const rows = (...all: object[]) => ({
  type: 'FeatureCollection',
  features: all.map((properties) => ({ type: 'Feature', geometry: null, properties })),
});
interface Places {
  features: { id: string; properties: { name: string; party: string; source: string } }[];
}

onEachDatabase('reference data of an imported series', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const path = '/series/reference-data';
  const places = (more = '') => service.json<Places>(`/places?series=reference-data&date=2024-05-01${more}`);
  let before = '';

  beforeAll(async () => {
    expect((await service.post(`${path}/snapshots?${NEW}`, MAP)).status).toBe(201);
    before = await instantBetween();
  });

  it('is filled with the towns of GeoNames, each with who holds it and the licence', async () => {
    const { status, body } = await service.post(`${path}/places/gazetteer?min-population=20000`, '');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { result: 'stored', source: expect.stringContaining('CC BY 4.0') },
    });
    const { features } = await places();
    const bologna = features.find(({ id }) => id === 'bologna');
    expect(bologna?.properties).toMatchObject({
      name: 'Bologna',
      party: 'west',
      source: expect.stringContaining('GeoNames'),
    });
    expect(features.find(({ id }) => id === 'imola')?.properties.party).toBe('east');
    expect(features.some(({ id }) => id === 'florence')).toBe(false);
  });

  it('the same once more is no new version, and what was known before has no towns', async () => {
    const { body } = await service.post(`${path}/places/gazetteer?min-population=20000`, '');
    expect(body).toMatchObject({ result: 'unchanged' });
    expect((await places(`&known-at=${before}`)).features).toEqual([]);
  });

  it('measures along a route as it is drawn now, wherever it was drawn when the maps were imported', async () => {
    const series = 'along-a-route';
    const made = NEW.replace('&date-property=date', '');
    const map = (lon: number) => ({ ...MAP, features: [area('west', 11, lon), area('east', lon, 12.5)] });
    expect((await service.post(`/series/${series}/snapshots?${made}&date=2024-05-01`, map(11.7))).status).toBe(201);
    const draw = (lat: number) => ({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          properties: { id: 'R1', name: 'R1' },
          geometry: {
            type: 'LineString',
            coordinates: [
              [11.1, lat],
              [12.4, lat],
            ],
          },
        },
      ],
    });
    const question = `/change?series=${series}&from=2024-05-01&to=2024-05-08&near-route=R1&within=5000`;
    interface Along {
      region: { geometry: { coordinates: [number, number][][] } };
      changed_km2: number;
    }
    const latitude = async () => {
      const { region, changed_km2 } = await service.json<Along>(question);
      expect(changed_km2).toBeGreaterThan(50);
      const latitudes = region.geometry.coordinates.flat().map(([, lat]) => lat);
      return (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
    };
    const words = NEW.replace(/.*&source/, 'source').replace('&date-property=date', '');
    expect(
      (await service.post(`/series/${series}/snapshots?${words}&date=2024-05-08&accept=a%20test`, map(11.8))).status,
    ).toBe(201);
    expect((await service.post(`/series/${series}/routes?source=us`, draw(44.3))).status).toBe(200);
    expect(await latitude()).toBeCloseTo(44.3, 2);
    expect((await service.post(`/series/${series}/routes?source=us`, draw(44.7))).status).toBe(200);
    expect(await latitude()).toBeCloseTo(44.7, 2);
  });

  it('takes places from a table, with other spellings', async () => {
    const table =
      'name,lon,lat,kind,aliases,source\nMonte Sole,11.2,44.3,hill,Marzabotto;Caprara,https://example.org\n';
    const { status, body } = await service.post(`${path}/places`, table, { 'content-type': 'text/csv' });
    expect({ status, body }).toMatchObject({ status: 200, body: { ids: ['monte-sole'] } });
  });

  it('posts stand at places, of any spelling; their side holds what it holds and faces the others', async () => {
    const posts = rows({ place: 'Faenza' }, { place: 'caprara' }, { name: 'Bridge', lon: 11.9, lat: 44.5, number: 7 });
    const { body } = await service.post(`${path}/posts?operator=west&since=2024-04-01&source=us`, posts);
    expect(body).toMatchObject({ result: 'stored', ids: ['west/1', 'west/2', 'west/7'] });
    const { posts: judged } = await service.json<{ posts: { number: number; name: string; verdict: string }[] }>(
      '/encirclement?series=reference-data&date=2024-05-01',
    );
    expect(judged.map(({ number, name, verdict }) => [number, name, verdict])).toEqual([
      [1, 'Faenza', 'encircled'],
      [2, 'Monte Sole', 'not_encircled'],
      [7, 'Bridge', 'encircled'],
    ]);
  });

  it('a route goes from place to place, and is measured by who holds it', async () => {
    const route = rows({ id: 'SS9', name: 'Via Emilia', via: 'Imola;Bologna' });
    expect((await service.post(`${path}/routes?source=us`, route)).body).toMatchObject({ result: 'stored' });
    const { stretches } = await service.json<{ stretches: { class: string }[] }>(
      '/routes/SS9?series=reference-data&date=2024-05-01',
    );
    expect(stretches.map((one) => one.class)).toEqual(['east', 'west']);
  });

  it('a party gets a name and a colour, another is added with its stances; the maps keep theirs', async () => {
    const parties = rows(
      { id: 'west', name: 'The West', colour: '#123456' },
      { name: 'Observers', kind: 'operator', stances: 'west=ally;east=ally' },
    );
    expect((await service.post(`${path}/parties?source=us`, parties)).body).toMatchObject({
      ids: ['west', 'observers'],
    });
    const all =
      await service.json<{ id: string; parties: { id: string; name: string; colour: string }[] }[]>('/series');
    expect(all.find(({ id }) => id === 'reference-data')?.parties).toContainEqual(
      expect.objectContaining({ id: 'west', name: 'The West', colour: '#123456' }),
    );
    await service.post(`${path}/posts?operator=observers&since=2024-04-01&source=us`, rows({ place: 'Imola' }));
    const { posts } = await service.json<{ posts: { operator: string; verdict: string }[] }>(
      '/encirclement?series=reference-data&date=2024-05-01',
    );
    expect(posts.find(({ operator }) => operator === 'observers')?.verdict).toBe('not_encircled');
  });

  it.each([
    ['places', rows({ name: 'Rome', lon: 12.5, lat: 41.9 }), '/features/0', 'outside the theatre'],
    ['places', rows({ name: 'Nowhere' }), '/features/0', 'a Point, lon and lat'],
    ['places', rows({ name: 'A', lon: 11.5, lat: 44.5, hight: 7 }), '/features/0/hight', 'none of id'],
    [
      'posts',
      rows({ place: 'Atlantis', operator: 'west', established: '2024-01-01' }),
      '/features/0',
      'salient places add "Atlantis" --at',
    ],
    [
      'posts',
      rows({ place: 'Imola', operator: 'nobody', established: '2024-01-01' }),
      '/features/0',
      'salient parties add',
    ],
    ['posts', rows({ place: 'Imola', operator: 'west' }), '/features/0/established_earliest', 'calendar day'],
    ...[
      [
        { established: '2024-05-01', withdrawn: '2024-04-01' },
        'withdrawn',
        'before the post was established, 2024-05-01',
      ],
      [
        { established: '2024-05-01', withdrawn_latest: '2024-04-01', withdrawn_earliest: '2024-03-01' },
        'withdrawn_earliest',
        'before the post was established',
      ],
      [
        { established: '2024-05-01', withdrawn_latest: '2024-06-01', withdrawn_earliest: '2024-07-01' },
        'withdrawn_earliest',
        'after withdrawn_latest, 2024-06-01',
      ],
      [
        { established: '2024-05-01', withdrawn_latest: '2024-04-01' },
        'withdrawn_latest',
        'before the post was established, 2024-05-01',
      ],
      [
        { established_earliest: '2024-05-02', established_latest: '2024-05-01' },
        'established_earliest',
        'after established_latest',
      ],
      [{ established: '2024-05-01', withdrawn_source: 'a' }, 'withdrawn_source', 'state withdrawn'],
    ].map(([days, field, message]): [string, object, string, string] => [
      'posts',
      rows({ place: 'Imola', operator: 'west', ...(days as object) }),
      `/features/0/${field}`,
      message as string,
    ]),
    ['parties', rows({ name: 'Red', stances: 'west=ally;west=hostile' }), '/features/0/stances', 'is there twice'],
    ['routes', rows({ id: 'A1', via: 'Imola' }), '/features/0/via', 'two places'],
    ['routes', rows({ id: 'A1' }), '/features/0/geometry', 'LineString'],
    ['parties', rows({ name: 'Red', colour: 'red' }), '/features/0/colour', '#rrggbb'],
    ['parties', rows({ name: 'Red', stances: 'green=ally' }), '/features/0/stances', 'green'],
  ])('%s %j is refused with its place, and nothing is stored', async (kind, body, at, message) => {
    const { features } = await places();
    const answer = await service.post(`${path}/${kind}?source=us`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.problems).toContainEqual(
      expect.objectContaining({ at, message: expect.stringContaining(message) }),
    );
    expect((await places()).features).toEqual(features);
  });

  it('a post of a table that is withdrawn before it is established is refused with its line', async () => {
    const table =
      'name,operator,lon,lat,established,withdrawn\nA,west,11.5,44.5,2024-05-01,2024-06-01\nB,west,11.5,44.6,2024-05-01,2024-04-01\n';
    const { status, body } = await service.post(`${path}/posts?source=us`, table, { 'content-type': 'text/csv' });
    expect({ status, problems: body.problems }).toMatchObject({ status: 422, problems: [{ at: 'line 3/withdrawn' }] });
  });

  it('a larger theatre has all of it still', async () => {
    const { features } = await places();
    const boundary = { type: 'Polygon', coordinates: [box(11, 43.5, 12.5, 45)] };
    const { status, body } = await service.post(`${path}/theatre?union=true`, boundary);
    expect({ status, body }).toMatchObject({ status: 200, body: { series: [{ maps: 1 }] } });
    expect((await places()).features.map(({ id }) => id)).toEqual(features.map(({ id }) => id));
    const { posts } = await service.json<{ posts: object[] }>('/encirclement?series=reference-data&date=2024-05-01');
    expect(posts).toHaveLength(4);
    await service.json('/routes/SS9?series=reference-data&date=2024-05-01');
  });

  it('what the files of a bundle state is changed there alone', async () => {
    const { status, body } = await service.post('/series/m5/places/gazetteer', '');
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('every start loads') },
    });
  });

  it('needs a source, a file that is one, and a credential', async () => {
    const place = rows({ name: 'A', lon: 11.5, lat: 44.5 });
    expect((await service.post(`${path}/places`, place)).body).toMatchObject({ code: 'missing_parameter' });
    expect((await service.post(`${path}/places?source=us`, '{"a":1}')).body).toMatchObject({ code: 'invalid_body' });
    const stranger = await fetch(`${service.base}${path}/places?source=us`, {
      method: 'POST',
      headers: { 'content-type': 'application/geo+json' },
      body: JSON.stringify(place),
    });
    expect(stranger.status).toBeOneOf([401, 403]);
  });
});
