import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { expectGeoJson } from '../setup/geojson.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/*
 * Every route of the pinned api.md is asked, and the answer held against the shape that others rely on. Keys beyond the
 * pinned ones are free: `toMatchObject` allows them, and asks that every pinned key is there.
 */

const TEXT = expect.any(String);
const NUMBER = expect.any(Number);
const DATE = expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/);
const LIST = expect.any(Array);
const CLASSES = ['government', 'opposition', 'contested', 'unknown', 'unassigned'];
const orNull = (value: unknown) => expect.toBeOneOf([value, null]);

const METHOD = 'derived from town-level reports, accuracy 1.3 km';
const AS_OF = { series: 'm5', revision: NUMBER, method: METHOD, stale: false };

interface Collection {
  features: { id: string; properties: Record<string, unknown> }[];
}
interface Posts {
  posts: { number: number; verdict: string; margin_m: { strict: number } | null; since: unknown }[];
}

onEachDatabase('the pinned answers', (db) => {
  const { get, json, raw } = serviceOn(async () => m5(await db()));

  it('/health says ok', async () => {
    expect(await json('/health')).toEqual({ status: 'ok' });
  });

  it('/series lists what there is, who publishes it and until when it is complete', async () => {
    const listed = await json<{ id: string }[]>('/series');
    expect(listed.find(({ id }) => id === 'm5')).toMatchObject({
      id: 'm5',
      title: 'M5 corridor, Hama to Aleppo',
      publisher: 'Salient',
      licence: 'CC BY-SA 4.0',
      method: METHOD,
      accuracy_m: 1300,
      first_date: '2019-04-01',
      complete_until: '2020-03-05',
      parties: [
        { id: 'government', name: TEXT, colour: expect.stringMatching(/^#[0-9a-f]{6}$/) },
        { id: 'opposition', name: TEXT, colour: expect.stringMatching(/^#[0-9a-f]{6}$/) },
      ],
    });
  });

  it('/series/{id}/dates lists each day on which the map changes, in order', async () => {
    const { dates, ...rest } = await json<{ dates: string[] }>('/series/m5/dates');
    expect(rest).toMatchObject({ series: 'm5', complete_until: '2020-03-05' });
    expect(dates[0]).toBe('2019-04-01');
    expect(dates).toEqual([...new Set(dates)].sort());
  });

  it('/control is one MultiPolygon per party and status', async () => {
    const control = await json<Collection>('/control?series=m5&date=2020-01-28');
    expectGeoJson(control);
    expect(control).toMatchObject({ ...AS_OF, date: '2020-01-28' });
    const keys = control.features.map(({ properties }) => `${properties.party} ${properties.status}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(expect.arrayContaining(['government controlled', 'opposition controlled']));
    for (const { properties } of control.features) {
      expect(properties).toMatchObject({
        party: orNull(TEXT),
        status: expect.toBeOneOf(['controlled', 'contested', 'claimed', 'unknown']),
        confidence: orNull(NUMBER),
        valid_from: '2020-01-28',
        valid_to: '2020-01-29',
      });
    }
  });

  it('/control of the last state is open: valid_to is null', async () => {
    const { features } = await json<Collection>('/control?series=m5&date=2020-03-05');
    for (const { properties } of features) expect(properties).toMatchObject({ valid_from: DATE, valid_to: null });
  });

  it('/control with cells gives each area with the claims it rests on', async () => {
    const control = await json<Collection>('/control?series=m5&date=2020-01-29&cells=true');
    expectGeoJson(control);
    expect(control.features.length).toBeGreaterThan(50);
    const maarrat = control.features.find(({ properties }) => properties.place === 'maarrat-al-numan');
    expect(maarrat?.properties).toMatchObject({ party: 'government', status: 'controlled', source: TEXT });
    expect(maarrat?.properties.claims).not.toEqual([]);
  });

  it('/places says who holds each place, since when, and on whose word', async () => {
    const places = await json<Collection>('/places?series=m5&date=2020-01-29');
    expectGeoJson(places);
    expect(places).toMatchObject({ ...AS_OF, date: '2020-01-29' });
    for (const { id, properties } of places.features) {
      expect(properties).toMatchObject({ id, name: TEXT, aliases: LIST, since: DATE, claims: LIST });
      expect(properties).toMatchObject({ party: orNull(TEXT), status: TEXT, confidence: orNull(NUMBER) });
    }
    const maarrat = places.features.find(({ id }) => id === 'maarrat-al-numan');
    expect(maarrat?.properties.aliases).toContain('Maarat al-Numan');
    const claims = await json<Collection>('/claims?place=maarrat-al-numan&series=m5');
    expect(claims.features.map(({ id }) => id)).toEqual(expect.arrayContaining(maarrat?.properties.claims as string[]));
  });

  it('/change is a balanced matrix, the places and the kilometres of road', async () => {
    const change = await json<{
      matrix: { from: string; to: string; km2: number }[];
      parties: Record<string, number>[];
      theatre_km2: number;
      residual_km2: number;
      places: { id: string; on: { earliest: string; latest: string } }[];
      route: { route: string; km: number }[];
    }>('/change?series=m5&from=2019-08-01&to=2020-02-15');
    expect(change).toMatchObject({ ...AS_OF, from: '2019-08-01', to: '2020-02-15', theatre_km2: NUMBER });
    for (const row of change.matrix) {
      expect(row).toEqual({ from: expect.toBeOneOf(CLASSES), to: expect.toBeOneOf(CLASSES), km2: NUMBER });
      expect(row.km2).toBeGreaterThan(0);
    }
    expect(change.matrix.some(({ from, to }) => from === to)).toBe(true);
    // Unrounded: three decimals would not be enough to write them.
    expect(change.matrix.some(({ km2 }) => Number(km2.toFixed(3)) !== km2)).toBe(true);
    for (const row of change.parties) {
      expect(row).toMatchObject({ party: expect.toBeOneOf(CLASSES), before_km2: NUMBER, after_km2: NUMBER });
      expect(row).toMatchObject({ gained_km2: NUMBER, lost_km2: NUMBER });
    }
    expect(Math.abs(change.residual_km2)).toBeLessThanOrEqual(1e-9 * change.theatre_km2);
    for (const place of change.places) {
      expect(place).toMatchObject({ id: TEXT, name: TEXT, from: TEXT, to: TEXT, on: { earliest: DATE, latest: DATE } });
      expect(place).toMatchObject({ claims: LIST });
      expect(place.on.earliest <= place.on.latest).toBe(true);
    }
    expect(change.places.map(({ id }) => id)).toEqual(expect.arrayContaining(['morek', 'maarrat-al-numan']));
    for (const row of change.route) expect(row).toMatchObject({ route: 'M5', from: TEXT, to: TEXT, km: NUMBER });
    expect(change.route.some((row) => row.route === 'M5')).toBe(true);
  });

  it('/change&f=geojson is the ground itself, and sums to the matrix', async () => {
    const days = 'series=m5&from=2019-08-01&to=2020-02-15';
    const patches = await json<Collection>(`/change?${days}&f=geojson`);
    expectGeoJson(patches);
    const { matrix } = await json<{ matrix: { from: string; to: string; km2: number }[] }>(`/change?${days}`);
    for (const { from, to, km2 } of matrix.filter((row) => row.from !== row.to)) {
      const of = patches.features.filter(({ properties }) => properties.from === from && properties.to === to);
      const sum = of.reduce((total, { properties }) => total + Number(properties.km2), 0);
      expect(Math.abs(sum - km2)).toBeLessThan(1e-5);
    }
    for (const { id, properties } of patches.features)
      expect(properties).toMatchObject({ id, name: TEXT, km2: NUMBER });
  });

  it('/encirclement gives each post a verdict, both states, both margins and since when', async () => {
    const answer = await json<Posts>('/encirclement?series=m5&date=2019-08-24');
    expect(answer).toMatchObject({ ...AS_OF, date: '2019-08-24' });
    for (const post of answer.posts) {
      expect(post).toMatchObject({
        operator: 'turkey',
        number: NUMBER,
        number_source: expect.toBeOneOf(['documented', 'inferred', 'project']),
        name: TEXT,
        verdict: expect.toBeOneOf(['encircled', 'not_encircled', 'uncertain', 'unmapped', 'inactive']),
        reason: expect.toBeOneOf([null, 'contested', 'unknown', 'accuracy']),
        grade: expect.toBeOneOf([null, 'open', 'narrow']),
        state: { strict: TEXT, lenient: TEXT },
        margin_m: { strict: NUMBER, lenient: NUMBER, at_least: expect.any(Boolean) },
        since: {
          isolated: orNull({ earliest: DATE, latest: DATE }),
          engulfed: orNull({ earliest: DATE, latest: DATE }),
        },
      });
    }
    const morek = answer.posts.find(({ number }) => number === 9);
    expect(morek).toMatchObject({ name: 'Morek', number_source: 'documented', verdict: 'encircled', reason: null });
    expect(morek).toMatchObject({ since: { engulfed: { earliest: DATE, latest: DATE } } });
    expect(morek?.margin_m?.strict).toBeLessThan(0);
  });

  it('/encirclement after a post was left calls it inactive, without state or margin', async () => {
    const { posts } = await json<Posts>('/encirclement?series=m5&date=2021-06-01');
    expect(posts.find(({ number }) => number === 9)).toMatchObject({
      verdict: 'inactive',
      state: null,
      margin_m: null,
    });
  });

  it('/posts/{number}/encirclement is one line of half-open intervals without a gap', async () => {
    const { intervals, ...post } = await json<{ intervals: { verdict: string; from: string; to: string | null }[] }>(
      '/posts/9/encirclement?series=m5',
    );
    expect(post).toMatchObject({ series: 'm5', method: METHOD, operator: 'turkey', number: 9, name: 'Morek' });
    const began = { earliest: null, latest: '2019-04-01' };
    expect(intervals[0]).toEqual({ verdict: 'not_encircled', from: '2019-04-01', to: DATE, began });
    for (const [index, { to, verdict }] of intervals.entries()) {
      expect(intervals[index + 1]?.from ?? null).toBe(to);
      expect(intervals[index + 1]?.verdict).not.toBe(verdict);
    }
  });

  it('/routes/{id} cuts the road into stretches from its first kilometre to its last', async () => {
    const { length_km, stretches, ...rest } = await json<{
      length_km: number;
      stretches: { from_km: number; to_km: number; class: string }[];
    }>('/routes/M5?series=m5&date=2019-12-26');
    expect(rest).toMatchObject({ ...AS_OF, date: '2019-12-26' });
    expect([stretches[0]?.from_km, stretches.at(-1)?.to_km]).toEqual([0, length_km]);
    for (const [index, stretch] of stretches.entries()) {
      expect(stretch).toEqual({ from_km: NUMBER, to_km: NUMBER, class: expect.toBeOneOf([...CLASSES, 'front']) });
      expect(stretches[index + 1]?.from_km ?? length_km).toBe(stretch.to_km);
    }
  });

  it('/claims gives every claim of a place with its sources', async () => {
    const claims = await json<Collection>('/claims?place=khan-shaykhun&series=m5');
    expectGeoJson(claims);
    for (const { id, properties } of claims.features) {
      expect(properties).toMatchObject({ id, kind: TEXT, place: 'khan-shaykhun', party: TEXT, earliest: DATE });
      expect(properties).toMatchObject({ latest: orNull(DATE), published_on: orNull(DATE) });
      for (const source of properties.sources as object[]) expect(source).toMatchObject({ id: TEXT, publisher: TEXT });
      expect(properties.sources).not.toEqual([]);
    }
  });

  it('/claims and /events without a series are of the theatre of the series that came first', async () => {
    const store = await db();
    const series = await json<{ id: string }[]>('/series');
    const [first] = await store.query<{ theatre: string }>(
      'select theatre from series where id = any($1) order by recorded_at, id limit 1',
      [series.map(({ id }) => id)],
    );
    expect(await json('/claims')).toMatchObject(first as object);
    expect(await json('/events')).toMatchObject(first as object);
  });

  it('/events gives counts with their qualifiers, only of the days and kind asked for', async () => {
    const events = await json<Collection>('/events?from=2019-12-17&to=2019-12-18&kind=strike&series=m5');
    expectGeoJson(events);
    expect(events.features.length).toBeGreaterThan(4);
    for (const { id, properties } of events.features) {
      expect(properties).toMatchObject({ id, kind: 'strike', part_of: orNull(TEXT), sources: LIST });
      expect(String(properties.earliest) <= '2019-12-17' && String(properties.latest) >= '2019-12-17').toBe(true);
      for (const count of properties.counts as object[]) {
        expect(count).toMatchObject({ measure: TEXT, value: orNull(NUMBER), qualifier: TEXT });
      }
    }
    const all = await json<Collection>('/events?series=m5');
    expect(all.features.length).toBeGreaterThan(events.features.length);
    // An event without a known place keeps its row, with a null geometry.
    expectGeoJson(all);
  });

  it.each([
    '/control?series=m5&date=2020-04-01',
    '/places?series=m5&date=2020-04-01',
    '/change?series=m5&from=2019-08-01&to=2020-04-01',
    '/routes/M5?series=m5&date=2020-04-01',
    '/tiles/m5.json?date=2020-04-01',
  ])(
    '%s is after the last complete day: the last state, said to be stale in the answer and in a header',
    async (path) => {
      const response = await get(path);
      expect([response.status, response.headers.get('salient-stale')]).toEqual([200, 'true']);
      expect(await response.json()).toMatchObject({ stale: true });
      const fresh = await get(path.replace('2020-04-01', '2020-03-05'));
      expect(fresh.headers.get('salient-stale')).toBe(null);
      expect(await fresh.json()).toMatchObject({ stale: false });
    },
  );

  it('a map known at an instant is the map of that instant: now, the same as without asking', async () => {
    const now = encodeURIComponent(new Date().toISOString());
    const requested = await json<{ revision: number }>(`/control?series=m5&date=2020-01-28&known-at=${now}`);
    const plain = await json<{ revision: number }>('/control?series=m5&date=2020-01-28');
    expect(requested.revision).toBe(plain.revision);
    expect(requested).toMatchObject({ known_at: decodeURIComponent(now) });
    // A plus that nobody escaped.
    const east = `${new Date(Date.now() + 3600_000).toISOString().slice(0, 19)}+01:00`;
    expect(await json(`/control?series=m5&date=2020-01-28&known-at=${east}`)).toMatchObject({ known_at: east });
  });

  it('answers are open to other pages, name their type, and are not sent twice to who has them', async () => {
    const control = await get('/control?series=m5&date=2020-01-28');
    expect(control.headers.get('content-type')).toMatch(/^application\/geo\+json/);
    const { headers } = await get('/series');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    for (const answer of [control.headers, headers]) {
      expect(answer.get('access-control-allow-origin')).toBe('*');
      expect(answer.get('x-content-type-options')).toBe('nosniff');
      expect(answer.get('x-powered-by')).toBe(null);
    }
    const etag = control.headers.get('etag') ?? '';
    const again = await raw('/control?series=m5&date=2020-01-28', { 'if-none-match': etag });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('HEAD has the headers of a GET that is not packed, and no body', async () => {
    for (const path of ['/series', '/control?series=m5&date=2020-01-28', '/openapi.json', '/tiles/m5.json']) {
      const [head, full] = [await get(path, { method: 'HEAD' }), await raw(path)];
      expect([path, head.status, await head.text()]).toEqual([path, 200, '']);
      expect(head.headers.get('content-length')).toBe(String(full.body.length));
      expect(head.headers.get('etag')).toBe(full.headers.etag);
    }
  });
});
