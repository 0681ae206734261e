import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { currentRevisions } from '../../src/series/revisions.sql.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { rowCounts } from '../setup/fingerprint.js';
import { box } from '../setup/good-input.js';
import { instantBetween } from '../setup/instant-between.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

type Point = [number, number];

const [WEST, SOUTH, EAST, NORTH] = [36, 35, 37, 36] as const;
const CREATE = 'create=true&title=Walk&publisher=Test&licence=CC0-1.0&accuracy=500';

const area = (party: string | null, ring: Point[], status = 'controlled') => ({
  type: 'Feature',
  properties: { party, status },
  geometry: { type: 'Polygon', coordinates: [ring] },
});

/** A theatre of one degree, cut at a meridian: `west` holds what lies before it, `east` the rest. */
const cutAt = (lon: number) => ({
  type: 'FeatureCollection',
  features: [area('west', box(WEST, SOUTH, lon, NORTH)), area('east', box(lon, SOUTH, EAST, NORTH))],
});

interface Change {
  matrix: { from: string; to: string; km2: number }[];
  theatre_km2: number;
  residual_km2: number;
}

onEachDatabase('maps imported over HTTP', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { get, json, post } = service;
  const to = (series: string, query: string) => `/series/${series}/snapshots?${query}`;
  const moved = (change: Change) =>
    change.matrix.filter((row) => row.from !== row.to).reduce((sum, row) => sum + row.km2, 0);
  const change = (series: string, from: string, until: string) =>
    json<Change>(`/change?series=${series}&from=${from}&to=${until}`);
  const westOn = async (series: string, date: string, knownAt = '') => {
    const more = knownAt && `&known-at=${encodeURIComponent(knownAt)}`;
    return (await get(`/control?series=${series}&date=${date}${more}`)).text();
  };
  const instant = instantBetween;

  it('is read packed with gzip, and in no coding that is not understood', async () => {
    const path = to('walk-coded', `${CREATE}&date=2020-01-01`);
    const send = (address: string, body: string | Uint8Array, headers: Record<string, string>) =>
      get(address, {
        method: 'POST',
        body: body as BodyInit,
        headers: { 'content-type': 'application/geo+json', ...CREDENTIAL, ...headers },
      });
    const map = JSON.stringify(cutAt(36.5));
    for (const coding of ['zstd', 'br', 'deflate', 'gzip, br']) {
      const { status, headers } = await send(path, map, { 'content-encoding': coding });
      expect([coding, status, headers.get('accept-encoding')]).toEqual([coding, 415, 'gzip']);
    }
    const area = await send('/ogc/collections/m5_control/items', map, { 'content-encoding': 'zstd' });
    expect([area.status, area.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate, br']);
    const filter = { 'content-type': 'text/plain', 'content-encoding': 'zstd' };
    const asked = await send('/ogc/collections/m5_place/items', "name = 'x'", filter);
    expect([asked.status, asked.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate, br']);
    const charset = { 'content-type': 'text/plain; charset=martian' };
    expect((await send('/ogc/collections/m5_place/items', "name = 'x'", charset)).status).toBe(415);
    expect((await send(path, gzipSync(map), { 'content-encoding': 'gzip' })).status).toBe(201);
  });

  it('make a series, whose theatre is the extent of its first map', async () => {
    const made = await post(to('walk-extent', `${CREATE}&date=2020-01-01&source=https://example.org/map`), cutAt(36.5));
    expect(made).toEqual({
      status: 201,
      body: {
        series: 'walk-extent',
        snapshots: [
          {
            date: '2020-01-01',
            revision: expect.any(Number),
            result: 'stored',
            changed_km2: null,
            held: null,
            notes: [],
          },
        ],
      },
    });
    const series = (await json<{ id: string }[]>('/series')).find(({ id }) => id === 'walk-extent');
    expect(series).toMatchObject({
      title: 'Walk',
      publisher: 'Test',
      licence: 'CC0-1.0',
      accuracy_m: 500,
      complete_until: null,
      parties: [{ id: 'east' }, { id: 'west' }],
    });
    expect(await json('/tiles/walk-extent.json?date=2020-01-01')).toMatchObject({ bounds: [WEST, SOUTH, EAST, NORTH] });
    const { theatre_km2 } = await change('walk-extent', '2020-01-01', '2020-01-01');
    expect(theatre_km2).toBeGreaterThan(10_000);
    expect(theatre_km2).toBeLessThan(10_200);
  });

  it('make a series with a theatre of its own, where the ground in no area is unassigned', async () => {
    const theatre = { type: 'Polygon', coordinates: [box(WEST, SOUTH, EAST + 1, NORTH)] };
    const made = await post(to('walk-theatre', `${CREATE}&date=2020-01-01`), { theatre, map: cutAt(36.5) });
    expect(made.status).toBe(201);
    expect(made.body.snapshots?.[0]?.notes.join()).toMatch(/unassigned/);
    const { matrix } = await change('walk-theatre', '2020-01-01', '2020-01-01');
    expect(matrix.map((row) => row.from)).toEqual(['east', 'unassigned', 'west']);
  });

  it('make a series in a theatre that exists, with the parties of that theatre only', async () => {
    const made = await post(to('walk-shared', `${CREATE}&date=2020-01-01&theatre=walk-extent`), cutAt(36.25));
    expect(made.status).toBe(201);
    const strangers = { type: 'FeatureCollection', features: [area('martians', box(WEST, SOUTH, EAST, NORTH))] };
    const refused = await post(to('walk-strangers', `${CREATE}&date=2020-01-01&theatre=walk-extent`), strangers);
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_snapshot']);
    expect(refused.body.message).toMatch(/martians/);
    const nowhere = await post(to('walk-nowhere', `${CREATE}&date=2020-01-01&theatre=atlantis`), cutAt(36.25));
    expect([nowhere.status, nowhere.body.code]).toEqual([400, 'invalid_parameter']);
    expect((await get('/series/walk-nowhere/dates')).status).toBe(404);
  });

  it.each([
    ['no title', 'create=true&publisher=T&licence=L&accuracy=1', 400, 'invalid_parameter'],
    ['an id with a space', CREATE, 400, 'invalid_parameter'],
    ['a negative accuracy', CREATE.replace('500', '-1'), 400, 'invalid_parameter'],
    ['an accuracy in words', CREATE.replace('500', 'good'), 400, 'invalid_parameter'],
  ])('do not make a series with %s', async (what, query, status, code) => {
    const id = what === 'an id with a space' ? 'walk%20space' : 'walk-refused';
    const refused = await post(to(id, `${query}&date=2020-01-01`), cutAt(36.5));
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect((await get(`/series/${id}/dates`)).status).toBe(404);
  });

  it.each([
    ['a point', { type: 'Point', coordinates: [36, 35] }],
    [
      'a bow-tie',
      {
        type: 'Polygon',
        coordinates: [
          [
            [36, 35],
            [37, 36],
            [37, 35],
            [36, 36],
            [36, 35],
          ],
        ],
      },
    ],
    [
      'an open ring',
      {
        type: 'Polygon',
        coordinates: [
          [
            [36, 35],
            [37, 35],
            [37, 36],
          ],
        ],
      },
    ],
    ['latitude 95', { type: 'Polygon', coordinates: [box(36, 35, 37, 95)] }],
    ['text', { type: 'Polygon', coordinates: 'all of it' }],
    ['nothing', null],
    ['a number', 7],
    ['no coordinates', { type: 'Polygon' }],
    ['very deep nesting', { type: 'Polygon', coordinates: JSON.parse('['.repeat(3000) + ']'.repeat(3000)) }],
  ])('do not make a theatre of %s', async (_, theatre) => {
    const before = await rowCounts(await db());
    const refused = await post(to('walk-broken', `${CREATE}&date=2020-01-01`), { theatre, map: cutAt(36.5) });
    expect([400, 422]).toContain(refused.status);
    expect(refused.body.message).toMatch(/theatre|nested/);
    expect(await rowCounts(await db())).toEqual(before);
  });

  it('do not make a series of a theatre without a map', async () => {
    const theatre = { type: 'Polygon', coordinates: [box(WEST, SOUTH, EAST, NORTH)] };
    for (const body of [{ theatre }, { theatre, map: null }, { theatre, map: 'none' }]) {
      const refused = await post(to('walk-broken', `${CREATE}&date=2020-01-01`), body);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_body']);
    }
  });

  it('do not make a series twice, nor one that nobody asked to make', async () => {
    const again = await post(to('walk-extent', `${CREATE}&date=2020-01-02`), cutAt(36.5));
    expect([again.status, again.body.code]).toEqual([409, 'series_exists']);
    const unknown = await post(to('walk-unknown', 'date=2020-01-01'), cutAt(36.5));
    expect([unknown.status, unknown.body.code]).toEqual([404, 'unknown_series']);
    expect(unknown.body.message).toMatch(/create/);
  });

  it('sent again change nothing', async () => {
    const before = await rowCounts(await db());
    const again = await post(to('walk-extent', 'date=2020-01-01&source=https://example.org/map'), cutAt(36.5));
    expect(again).toMatchObject({ status: 200, body: { snapshots: [{ result: 'unchanged', changed_km2: null }] } });
    expect(await rowCounts(await db())).toEqual(before);
  });

  it('A, B, A on one day are three revisions, and each is answered as known at its time', async () => {
    const answers: { at: string; text: string }[] = [];
    await post(to('walk-aba', `${CREATE}&date=2020-01-01`), cutAt(36.5));
    for (const lon of [36.5, 36.6, 36.5]) {
      if (answers.length > 0) expect((await post(to('walk-aba', 'date=2020-01-01'), cutAt(lon))).status).toBe(201);
      answers.push({ at: await instant(), text: await westOn('walk-aba', '2020-01-05') });
    }
    const rows = await (await db()).query<{ current: boolean }>(
      `select superseded_at is null as current from revision where series = 'walk-aba' order by recorded_at`,
    );
    expect(rows.map((row) => row.current)).toEqual([false, false, true]);
    const polygons = (text: string) =>
      JSON.stringify(JSON.parse(text).features.map((f: { geometry: unknown }) => f.geometry));
    for (const { at, text } of answers) {
      const then = await westOn('walk-aba', '2020-01-05', at);
      expect({ ...JSON.parse(then), known_at: null }).toEqual(JSON.parse(text));
    }
    const [a, b, c] = answers.map(({ text }) => polygons(text));
    expect([a === b, a === c]).toEqual([false, true]);
    expect((await get('/control?series=walk-aba&date=2020-01-05&known-at=2020-01-05T00:00:00Z')).status).toBe(404);
  });

  it('put between two days are balanced against the one before and the one after', async () => {
    await post(to('walk-between', `${CREATE}&date=2020-01-01`), cutAt(36.2));
    const last = await post(to('walk-between', 'date=2020-01-31'), cutAt(36.4));
    const between = await post(to('walk-between', 'date=2020-01-15'), cutAt(36.3));
    const [revision] = between.body.snapshots ?? [];
    const kept = await (await db()).query<{ from: number; to: number }>(
      'select distinct from_revision as from, to_revision as to from kept_change where $1 in (from_revision, to_revision) order by 1',
      [revision?.revision],
    );
    expect(kept).toHaveLength(2);
    expect(kept[1]).toEqual({ from: revision?.revision, to: last.body.snapshots?.[0]?.revision });
    const steps = [
      await change('walk-between', '2020-01-01', '2020-01-15'),
      await change('walk-between', '2020-01-15', '2020-01-31'),
    ];
    const whole = await change('walk-between', '2020-01-01', '2020-01-31');
    for (const step of [...steps, whole])
      expect(Math.abs(step.residual_km2)).toBeLessThanOrEqual(1e-9 * step.theatre_km2);
    const sum = steps.reduce((total, step) => total + moved(step), 0);
    expect(Math.abs(sum - moved(whole))).toBeLessThanOrEqual(1e-9 * whole.theatre_km2);
    expect(revision?.changed_km2).toBeCloseTo(moved(steps[0] as Change), 6);
    const { dates } = await json<{ dates: string[] }>('/series/walk-between/dates');
    expect(dates).toEqual(['2020-01-01', '2020-01-15', '2020-01-31']);
  });

  it('that begin or end a step that was stated to be no movement say that all of it still counts so', async () => {
    const sent = (date: string, lon: number, more = '') =>
      post(to('walk-stated', `${date === '2020-01-01' ? CREATE : ''}&date=${date}&source=x${more}`), cutAt(lon));
    const notesOf = async (...of: Parameters<typeof sent>) => {
      const { status, body } = await sent(...of);
      expect(status).toBe(201);
      return ((body.snapshots?.[0]?.notes ?? []) as string[]).filter((note) => note.includes('is stated as'));
    };
    expect(await notesOf('2020-01-01', 36.5)).toEqual([]);
    expect(await notesOf('2020-01-20', 36.6, '&accept=a+new+rule&kind=redefinition')).toEqual([]);
    expect(await notesOf('2020-01-25', 36.61)).toEqual([]);
    const told = (change: string) =>
      expect.stringMatching(`the step to 2020-01-20 is stated as redefinition .a new rule. and ${change} this map now`);
    expect(await notesOf('2020-01-15', 36.45)).toEqual([told('begins at')]);
    expect(await notesOf('2020-01-20', 36.62)).toEqual([told('ends at')]);
    expect(await notesOf('2020-01-20', 36.63, '&accept=seen&kind=movement')).toEqual([]);
  });

  it('of several days in one file are stored together or not at all', async () => {
    const dated = (date: string, lon: number) =>
      cutAt(lon).features.map((feature) => ({ ...feature, properties: { ...feature.properties, date } }));
    const features = [...dated('2020-03-01', 36.5), ...dated('2020-02-01', 36.4)];
    const stored = await post(to('walk-days', CREATE), { type: 'FeatureCollection', features });
    expect(stored.body.snapshots?.map(({ date }) => date)).toEqual(['2020-02-01', '2020-03-01']);
    const before = await rowCounts(await db());
    const overlapping = [...dated('2020-04-01', 36.5), ...dated('2020-05-01', 36.4), ...dated('2020-05-01', 36.6)];
    const refused = await post(to('walk-days', ''), { type: 'FeatureCollection', features: overlapping });
    expect([refused.status, refused.body.problems?.[0]?.code]).toEqual([422, 'overlap']);
    expect(await rowCounts(await db())).toEqual(before);
  });

  it('that change out of all proportion are held, and stored once somebody says why they are right', async () => {
    await post(to('walk-held', `${CREATE}&date=2020-01-01`), cutAt(36.1));
    for (const day of [2, 3, 4, 5, 6, 7]) {
      const step = await post(to('walk-held', `date=2020-01-0${day}`), cutAt(36.1 + day / 1000));
      expect(step.status).toBe(201);
    }
    const before = await rowCounts(await db());
    const held = await post(to('walk-held', 'date=2020-01-08'), cutAt(36.9));
    expect([held.status, held.body.code]).toEqual([409, 'held']);
    expect(held.body.problems).toMatchObject([{ code: 'out_of_proportion', at: '' }]);
    // Its polygons wait with it.
    const polygons = { shape: expect.any(Number), source: expect.any(Number) };
    expect(await rowCounts(await db())).toEqual({ ...before, ...polygons });
    const accepted = await post(to('walk-held', 'date=2020-01-08&accept=the%20front%20collapsed'), cutAt(36.9));
    expect(accepted).toMatchObject({ status: 201, body: { snapshots: [{ result: 'stored' }] } });
    const [note] = await (await db()).query(
      `select note from revision where series = 'walk-held' and note is not null`,
    );
    expect(note).toEqual({ note: 'the front collapsed' });
  });

  it('sent by several at once are stored one after another, and none is lost', async () => {
    await post(to('walk-race', `${CREATE}&date=2020-01-01`), cutAt(36.5));
    const lons = [36.51, 36.52, 36.53, 36.54];
    const sameDay = await Promise.all(lons.map((lon) => post(to('walk-race', 'date=2020-01-02'), cutAt(lon))));
    expect(sameDay.map(({ status, body }) => `${status} ${body.code}`)).toEqual(lons.map(() => '201 undefined'));
    const rows = await (await db()).query(
      `select id from revision where series = 'walk-race' and valid_on = '2020-01-02'`,
    );
    expect(rows).toHaveLength(4);
    const sameFile = await Promise.all(lons.map(() => post(to('walk-race', 'date=2020-01-03'), cutAt(36.6))));
    expect(sameFile.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    const made = await Promise.all(
      lons.map(() => post(to('walk-race-made', `${CREATE}&date=2020-01-01`), cutAt(36.5))),
    );
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(await currentRevisions(await db(), 'walk-race')).toHaveLength(3);
  });

  it('are refused by a derived series', async () => {
    const refused = await post(to('m5', 'date=2020-01-01'), cutAt(36.5));
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_parameter']);
    expect(refused.body.message).toMatch(/derived from claims/);
  });

  it('of a withdrawn series are gone, as is the way in, until it is restored', async () => {
    await post(to('walk-withdrawn', `${CREATE}&date=2020-01-01`), cutAt(36.5));
    const known = await instant();
    expect((await post('/series/walk-withdrawn/withdraw?why=traced%20from%20a%20photograph', '')).status).toBe(200);
    const paths = [
      '/control?series=walk-withdrawn&date=2020-01-01',
      '/change?series=walk-withdrawn&from=2020-01-01&to=2020-01-02',
      '/tiles/walk-withdrawn.json',
      '/tiles/walk-withdrawn/8/154/101.mvt?date=2020-01-01',
      '/series/walk-withdrawn/dates',
    ];
    for (const path of paths) {
      const gone = await get(path);
      // That it was withdrawn is public; why is for who may read what is editorial.
      expect([path, gone.status, (await gone.json()).message]).toEqual([
        path,
        410,
        expect.not.stringMatching(/photograph/),
      ]);
      if (path.endsWith('.json') || path.includes('.mvt')) continue;
      const reader = await (await get(path, { headers: CREDENTIAL })).json();
      expect([path, reader.message]).toEqual([path, expect.stringMatching(/photograph/)]);
    }
    expect((await post(to('walk-withdrawn', 'date=2020-01-02'), cutAt(36.5))).status).toBe(410);
    const then = await get(`/control?series=walk-withdrawn&date=2020-01-01&known-at=${known}`);
    expect(then.status).toBe(200);
    expect((await json<{ id: string }[]>('/series')).map(({ id }) => id)).not.toContain('walk-withdrawn');
    expect((await post('/series/walk-withdrawn/withdraw?restore=true', '')).status).toBe(200);
    expect((await get(paths[0] as string)).status).toBe(200);
  });
});
