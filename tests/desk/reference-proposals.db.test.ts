import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Preview } from '../../src/desk/preview.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

/* Places, posts, routes, parties with their relations, and tables of claims and events are proposed, previewed, decided. */

const SERIES = 'desk-reference';
const area = (party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: { type: 'Polygon', coordinates: [box(west, 44, east, 45)] },
});
const MAP = { type: 'FeatureCollection', features: [area('west', 11, 11.7), area('east', 11.7, 12.5)] };
const ORIGIN = 'date=2024-05-01&why=seen&source=https%3A%2F%2Fexample.org%2Fa&publisher=A%20paper';

interface Answer {
  proposal: number;
  preview: Preview;
  code?: string;
  message?: string;
  problems?: { at: string }[];
  proposals?: { proposal: number }[];
}

onEachDatabase('proposals of reference data', (db) => {
  const service = serviceOn(db);
  let reviewer = '';
  beforeAll(async () => {
    const store = await db();
    const given = { name: 'reference-bob', scopes: ['review' as const], expiresAt: null, by: 'the tests' };
    reviewer = (await createToken(store, given)).token;
    const create = 'create=true&title=Ours&publisher=Us&licence=CC0-1.0&accuracy=500&source=us&date=2024-05-01';
    expect((await service.post(`/series/${SERIES}/snapshots?${create}&party-property=party`, MAP)).status).toBe(201);
  });
  afterAll(async () => {
    await (await db()).query(
      `update token set revoked_at = now(), revoked_by = 'the tests' where revoked_at is null and name like 'reference-%'`,
    );
  });

  async function propose(kind: string, table: string, query = `?${ORIGIN}`) {
    const { status, body } = await service.post(`/series/${SERIES}/proposals/${kind}${query}`, table, {
      'content-type': 'text/csv',
    });
    return { status, body: body as unknown as Answer };
  }
  async function decide(number: number, more = '') {
    const { status, body } = await service.post(`/series/${SERIES}/proposals/${number}/approve?why=good${more}`, '', {
      authorization: `Bearer ${reviewer}`,
    });
    return { status, body: body as unknown as Answer };
  }
  const placesNow = async () =>
    (await service.json<{ features: { id: string }[] }>(`/places?series=${SERIES}&date=2024-05-01`)).features;

  it('a place shows who would hold it, is there after the approval and not before, and is refused when it is there', async () => {
    const table = 'name,lon,lat\nOvest,11.3,44.5\nEst,12.1,44.5\n';
    const { status, body } = await propose('places', table);
    expect([status, body.preview.places]).toEqual([
      200,
      [
        { id: 'est', name: 'Est', from: null, to: 'east' },
        { id: 'ovest', name: 'Ovest', from: null, to: 'west' },
      ],
    ]);
    expect(await placesNow()).toEqual([]);
    const shown = await service.json<{ records: string }>(`/series/${SERIES}/proposals/${body.proposal}`, {
      authorization: `Bearer ${reviewer}`,
    });
    expect(shown.records).toBe(table);
    expect((await decide(body.proposal)).status).toBe(200);
    expect((await placesNow()).map(({ id }) => id).sort()).toEqual(['est', 'ovest']);
    const again = await propose('places', table);
    expect([again.status, again.body.code]).toEqual([422, 'invalid_proposal']);
    const outside = await propose('places', 'name,lon,lat\nFar,20,50\n');
    expect([outside.status, outside.body.problems?.[0]?.at]).toEqual([422, 'line 2']);
  });

  it('a post and its side’s relations show the verdict, a route its kilometres', async () => {
    const relations = await propose('parties', 'id,stances\neast,"east=own;west=hostile"\n');
    expect((await decide(relations.body.proposal)).status).toBe(200);
    const post = await propose('posts', 'place\nEst\n', `?${ORIGIN}&operator=east&since=2024-05-01`);
    expect(post.body.preview.posts).toEqual([
      expect.objectContaining({ operator: 'east', number: 1, before: null, after: expect.any(String) }),
    ]);
    expect((await decide(post.body.proposal)).status).toBe(200);
    const posts = await service.json<{ posts: unknown[] }>(`/encirclement?series=${SERIES}&date=2024-05-01`);
    expect(posts.posts).toHaveLength(1);
    const route = await propose('routes', 'id,via\nroad,"Ovest;Est"\n');
    const kilometres = route.body.preview.routes;
    expect(kilometres.map(({ class: holder, before_km }) => [holder, before_km])).toEqual([
      ['east', 0],
      ['west', 0],
    ]);
    expect(kilometres.every(({ after_km }) => after_km > 30)).toBe(true);
    // Under embargo it is not there, and goes out by hand.
    expect((await decide(route.body.proposal, '&embargo=true')).status).toBe(200);
    expect((await service.get(`/routes/road?series=${SERIES}&date=2024-05-01`)).status).toBe(404);
    const released = await service.post(`/series/${SERIES}/proposals/${route.body.proposal}/release`, '');
    expect(released.status).toBe(200);
    expect((await service.get(`/routes/road?series=${SERIES}&date=2024-05-01`)).status).toBe(200);
  });

  it('two that move the same place: the second is a conflict that a person settles', async () => {
    const [first, second] = [
      await propose('places', 'id,lon,lat\nest,12.2,44.5\n'),
      await propose('places', 'id,lon,lat\nest,12.3,44.5\n'),
    ];
    expect((await decide(first.body.proposal)).status).toBe(200);
    const conflict = await decide(second.body.proposal);
    expect([conflict.status, conflict.body.code]).toEqual([409, 'proposal_conflict']);
    expect((await decide(second.body.proposal, '&rebase=true')).status).toBe(200);
  });

  it('JSON of every kind is read, and what does not belong to it is refused', async () => {
    const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];
    const send = async (more: object) => {
      const words = { date: '2024-05-01', why: 'seen', sources, ...more };
      const { status, body } = await service.post(`/series/${SERIES}/proposals`, words);
      return { status, body: body as unknown as Answer };
    };
    const feature = {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [11.5, 44.2] },
      properties: { name: 'Sud' },
    };
    const records = { type: 'FeatureCollection', features: [feature] };
    const { status, body } = await send({ kind: 'places', records });
    expect([status, body.preview.places]).toEqual([200, [{ id: 'sud', name: 'Sud', from: null, to: 'west' }]]);
    expect((await send({ kind: 'places' })).body.problems?.[0]?.at).toBe('/records');
    expect((await send({ kind: 'routes', records, operator: 'east' })).body.problems?.[0]?.at).toBe('/operator');
    expect((await send({ kind: 'claim', records, claim: { kind: 'besieged', place: 'est' } })).status).toBe(422);
  });

  it('a table of claims is one proposal a row, all of them or none', async () => {
    const head = 'date,why,url,publisher,stance,kind,place,party\n';
    const good = '2024-05-02,seen,https://example.org/1,A paper,press,held,est,east\n';
    const { status, body } = await propose('claims', `${head}${good}${good.replace('/1', '/2')}`, '');
    expect([status, body.proposals?.length]).toEqual([200, 2]);
    const before = await service.json<{ proposals: unknown[] }>(`/series/${SERIES}/proposals`, {
      authorization: `Bearer ${reviewer}`,
    });
    const unknown = await propose(
      'claims',
      `${head}${good.replace('/1', '/3')}${good.replace('est,', 'nowhere,')}`,
      '',
    );
    expect([unknown.status, unknown.body.problems?.[0]?.at]).toEqual([422, '/1/claim/place']);
    const broken = await propose('claims', `${head}${good.replace('held', 'eaten')}`, '');
    expect([broken.status, broken.body.problems?.[0]?.at]).toEqual([422, 'line 2/claim/kind']);
    const after = await service.json<{ proposals: unknown[] }>(`/series/${SERIES}/proposals`, {
      authorization: `Bearer ${reviewer}`,
    });
    expect(after.proposals).toHaveLength(before.proposals.length);
    const events = await propose(
      'events',
      'date,why,url,publisher,kind,location\n2024-05-02,seen,https://example.org/1,A paper,strike,by the river\n',
      '',
    );
    expect([events.status, events.body.proposals?.length]).toEqual([200, 1]);
  });
});
