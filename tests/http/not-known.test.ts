import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { addDays, type IsoDate, todayUtc } from '../../src/model/dates.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

/** The series is complete until 5 March 2020, and a map stands for fourteen days. */
const KNOWN = '2020-03-05';
const LAST_KNOWN = '2020-03-19';
const TOO_OLD = '2020-03-20';
const FUTURE = '2190-01-01';

const DAY_ANSWERS = ['/control', '/places', '/encirclement', '/posts/1/evidence', '/front', '/front/salients', '/routes/M5']; // biome-ignore format: a list
const TILE = '9/308/201';

onEachDatabase('days that a series does not know', (db) => {
  const { get, json, post } = serviceOn(async () => m5(await db()));
  const told = async (path: string) => {
    const response = await get(path);
    const body = response.headers.get('content-type')?.includes('json') ? await response.json() : null;
    return { body: body as Record<string, unknown>, header: response.headers.get('salient-unknown') };
  };

  it.each(DAY_ANSWERS)('%s says why nothing can be said of them, in the answer and in a header', async (path) => {
    for (const [date, why] of [
      [KNOWN, null],
      [LAST_KNOWN, null],
      [TOO_OLD, 'map_too_old'],
      [FUTURE, 'future'],
    ]) {
      // biome-ignore format: a list
      const { body, header } = await told(`${path}?series=m5&date=${date}${path.endsWith('salients') ? '&party=opposition' : ''}`);
      expect([date, body.unknown, header]).toEqual([date, why, why]);
    }
  });

  it('a span says so where its last day is not known: its tiles, TileJSON and style', async () => {
    for (const [to, why] of [
      [addDays(KNOWN as IsoDate, 1), null],
      [addDays(TOO_OLD as IsoDate, 1), 'map_too_old'],
      [addDays(FUTURE as IsoDate, 1), 'future'],
    ] as const) {
      const days = `from=2020-02-01&to=${to}`;
      const tileJson = await told(`/tiles/m5/span.json?${days}`);
      expect([to, tileJson.body?.unknown, tileJson.header]).toEqual([to, why, why]);
      const style = await told(`/styles/m5/span.json?${days}&date=2020-02-08`);
      const { metadata } = style.body as { metadata: Record<string, unknown> };
      expect([to, metadata['salient:unknown'], style.header]).toEqual([to, why, why]);
      expect([to, (await told(`/tiles/m5/span/7/76/50.mvt?${days}`)).header]).toEqual([to, why]);
    }
  });

  it.each(['/change', '/front/movement'])('%s says so where either of its days is not known', async (path) => {
    for (const [from, to, why] of [
      ['2020-02-01', KNOWN, null],
      ['2020-02-01', TOO_OLD, 'map_too_old'],
      [TOO_OLD, FUTURE, 'future'],
      [FUTURE, '2020-02-01', 'future'],
    ]) {
      // biome-ignore format: a list
      const { body, header } = await told(`${path}?series=m5&from=${from}&to=${to}`);
      expect([from, to, body.unknown, header]).toEqual([from, to, why, why]);
    }
  });

  describe('two series compared', () => {
    const OTHER = 'create=true&title=Other&publisher=Test&licence=CC0-1.0&accuracy=60&max-age-days=30';
    const compare = (query: string) => told(`/compare?${query}`);
    const sides = ({ maps }: Record<string, unknown>) => {
      const of = ({ valid_from, stale, unknown }: Record<string, unknown>) => [valid_from, stale, unknown];
      const { series, with: other } = maps as Record<string, Record<string, unknown>>;
      return { series: of(series ?? {}), with: of(other ?? {}) };
    };
    /** A second series, whose only map is of 1 March and stands for 30 days. */
    beforeAll(async () => {
      const map = strips([36.5], ['west', 'east']);
      expect(
        (await post(`/series/other/snapshots?date=2020-03-01&accept=test&${OTHER}`, map)).body.code,
      ).toBeUndefined();
    });

    it('on a day say why nothing can be said where either of them knows nothing, and which of them', async () => {
      for (const [date, why, m5Side, otherSide] of [
        [KNOWN, null, [KNOWN, false, null], ['2020-03-01', false, null]],
        [LAST_KNOWN, null, [KNOWN, true, null], ['2020-03-01', false, null]],
        [TOO_OLD, 'map_too_old', [KNOWN, true, 'map_too_old'], ['2020-03-01', false, null]],
        [FUTURE, 'future', [KNOWN, true, 'future'], ['2020-03-01', true, 'future']],
      ] as const) {
        for (const f of ['json', 'geojson']) {
          const { body, header } = await compare(`series=m5&with=other&date=${date}&f=${f}`);
          expect([date, body.unknown, header]).toEqual([date, why, why]);
          expect([date, sides(body)]).toEqual([date, { series: m5Side, with: otherSide }]);
          const back = await compare(`series=other&with=m5&date=${date}&f=${f}`);
          expect([date, back.body.unknown, sides(back.body)]).toEqual([date, why, { series: otherSide, with: m5Side }]);
        }
      }
    });

    it('over days say until when both are known, and of each day that is not why', async () => {
      const table = async (from: string, to: string) => {
        const { body, header } = await compare(`series=m5&with=other&from=${from}&to=${to}`);
        const days = (body.days as { date: string; unknown: unknown }[]).map(({ date, unknown }) => [date, unknown]);
        return { days, header, unknown: body.unknown, stale: body.stale, known_until: body.known_until };
      };
      const until = { known_until: LAST_KNOWN };
      const days = [['2020-03-04', null], [KNOWN, null]]; // biome-ignore format: a list
      expect(await table('2020-03-04', KNOWN)).toMatchObject({
        days,
        unknown: null,
        header: null,
        stale: false,
        ...until,
      });
      expect(await table('2020-03-04', FUTURE)).toMatchObject({
        days,
        unknown: null,
        header: null,
        stale: true,
        ...until,
      });
      expect(await table(TOO_OLD, '2020-03-25')).toMatchObject({
        days: [[TOO_OLD, 'map_too_old']],
        unknown: 'map_too_old',
        header: 'map_too_old',
        ...until,
      });
    });
  });

  it('no list of places, roads or posts that changed is told to be empty over such days', async () => {
    const known = async (to: string) =>
      (await json<{ known: unknown }>(`/change?series=m5&from=2020-03-01&to=${to}`)).known;
    expect(await known(KNOWN)).toEqual({ places: true, routes: true, posts: true });
    expect(await known(FUTURE)).toEqual({ places: false, routes: false, posts: false });
  });

  it('no sentence about a post tells of them as fact', async () => {
    for (const [date, why] of [
      [TOO_OLD, 'too old to stand for it'],
      [FUTURE, 'that day has not come yet'],
    ]) {
      // biome-ignore format: a list
      const { posts } = await json<{ posts: { summary: string; verdict: string }[] }>(
        `/encirclement?series=m5&date=${date}`,
      );
      const { sentence } = await json<{ sentence: string }>(`/posts/1/evidence?series=m5&date=${date}`);
      const sentences = [
        sentence,
        ...posts.filter(({ verdict }) => verdict !== 'inactive').map((post) => post.summary),
      ];
      expect(sentences.length).toBeGreaterThan(4);
      for (const one of sentences) expect(one).toMatch(new RegExp(`^Nothing can be said of Post .*${why}`));
      for (const one of sentences) expect(one).toContain('the last map before it is of 5 March 2020');
      expect(sentences.join()).not.toMatch(/cut off|uncertain whether/);
    }
  });

  it('open intervals say until when they are known', async () => {
    for (const path of ['/posts/1/encirclement', '/timeline', '/routes/M5/history']) {
      expect(await json(`${path}?series=m5`)).toMatchObject({ known_until: LAST_KNOWN });
    }
  });

  it.each(['control', 'encirclement', 'place', 'front'])(
    'the collection of %s says so, and before the first map too',
    async (name) => {
      const items = (datetime: string) => told(`/ogc/collections/m5_${name}/items?f=json&limit=1&datetime=${datetime}`);
      for (const [datetime, why] of [
        [KNOWN, null],
        [TOO_OLD, 'map_too_old'],
        [FUTURE, 'future'],
        ['2018-01-01', 'before_first_map'],
        [`2020-01-01/${FUTURE}`, null],
        [`${TOO_OLD}/${FUTURE}`, 'map_too_old'],
        ['2017-01-01/2018-01-01', 'before_first_map'],
      ] as const) {
        // biome-ignore format: a list
        const { body, header } = await items(datetime);
        expect([datetime, body.unknown, header]).toEqual([datetime, why, why]);
      }
    },
  );

  it.each(['control', 'encirclement', 'claim'])(
    'the collection of %s is stale where the period, with an end or without, has no day that is complete',
    async (name) => {
      for (const [datetime, stale] of [
        [KNOWN, false],
        ['../..', false],
        [`../${KNOWN}`, false],
        ['2020-03-01/..', false],
        [`${KNOWN}/..`, false],
        ['2020-03-06', true],
        ['../2020-03-06', true],
        ['2020-03-06/..', true],
        ['2020-03-06/2020-03-07', true],
        [`${TOO_OLD}/..`, true],
        ['2020-06-01/..', true],
      ] as const) {
        const answer = await get(`/ogc/collections/m5_${name}/items?f=json&limit=1&datetime=${datetime}`);
        const { stale: stated } = (await answer.json()) as { stale: boolean };
        const header = answer.headers.get('salient-stale');
        expect([datetime, stated, header]).toEqual([datetime, stale, stale ? 'true' : null]);
      }
    },
  );

  it('tiles and their TileJSON say so', async () => {
    for (const [date, why] of [
      [KNOWN, null],
      [TOO_OLD, 'map_too_old'],
      [FUTURE, 'future'],
    ]) {
      // biome-ignore format: a list
      expect((await told(`/tiles/m5/${TILE}.mvt?date=${date}`)).header).toBe(why);
      // The second one is answered from memory.
      expect((await told(`/tiles/m5/${TILE}.mvt?date=${date}`)).header).toBe(why);
      expect((await told(`/tiles/m5.json?date=${date}`)).body.unknown).toBe(why);
      expect((await told(`/tiles/m5/change.json?from=2020-02-01&to=${date}`)).body.unknown).toBe(why);
      expect((await told(`/ogc/collections/m5_control/tiles/WebMercatorQuad/9/201/308?datetime=${date}`)).header).toBe(
        why,
      );
    }
  });

  afterEach(() => void vi.useRealTimers());

  it('a day that has not come is no longer of the future once it has, though nobody wrote meanwhile', async () => {
    const today = todayUtc();
    const paths = [
      `/tiles/m5/${TILE}.mvt?date=${today}`,
      `/tiles/m5.json?date=${today}`,
      `/control?series=m5&date=${today}`,
      `/encirclement?series=m5&date=${today}`,
      `/change?series=m5&from=2020-02-01&to=${today}`,
      `/ogc/collections/m5_control/items?f=json&limit=1&datetime=${today}`,
    ];
    const tell = async () => Promise.all(paths.map(async (path) => (await told(path)).header));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(`${addDays(today, -1)}T23:59:00Z`) });
    expect(await tell()).toEqual(paths.map(() => 'future'));
    expect(await tell()).toEqual(paths.map(() => 'future'));
    vi.useRealTimers();
    expect(await tell()).toEqual(paths.map(() => 'map_too_old'));
  });
});
