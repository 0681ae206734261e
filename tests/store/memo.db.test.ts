import { afterAll, beforeAll, expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { precomputeChanges } from '../../src/change/precompute.js';
import { verdictsOn } from '../../src/encirclement/verdicts.js';
import { type Importer, openImporter } from '../../src/maps/import.js';
import type { NextFile } from '../../src/maps/import-request.js';
import { addDays, type Instant, parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import { atWork } from '../../src/store/cancellation.js';
import { once } from '../../src/store/memo.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { plantSeries } from '../setup/plain-maps.js';

const DAY = parseDate('2020-01-01');

/** A theatre of one degree, cut at a meridian. */
const cutAt = (lon: number) => {
  const area = (party: string, west: number, east: number) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type: 'Polygon', coordinates: [box(west, 35, east, 36)] },
  });
  return JSON.stringify({ type: 'FeatureCollection', features: [area('west', 36, lon), area('east', lon, 37)] });
};

let made = 0;

onEachDatabase('what is kept', (open) => {
  let importer: Importer;
  beforeAll(async () => {
    importer = openImporter(await open());
  });
  afterAll(() => importer.close());
  const series = () => `kept-${process.pid}-${++made}`;
  const draw = async (id: string, day: number, lon: number, first = false, next: NextFile | null = null) =>
    importer.import({
      next,
      series: id,
      map: cutAt(lon),
      options: { date: addDays(DAY, day) },
      source: null,
      create: first ? { title: 'T', publisher: 'P', licence: 'CC0', accuracyM: 100, theatre: null } : null,
      accept: 'a test',
    });
  /** The steps that are kept with their matrix, as pairs of days with a `+` for every correction of the second. */
  const steps = async (id: string) =>
    (await open())
      .query<{ step: string }>(
        `select distinct b.valid_on - $2::date || ' to ' || a.valid_on - $2::date as step
         from kept_change k join revision b on b.id = k.from_revision join revision a on a.id = k.to_revision
         where a.series = $1 and a.superseded_at is null and b.superseded_at is null order by 1`,
        [id, DAY],
      )
      .then((rows) => rows.map(({ step }) => step));

  it('are the steps from map to map: one inserted between two dates renews both its sides', async () => {
    const id = series();
    await draw(id, 0, 36.2, true);
    await draw(id, 10, 36.4);
    expect(await steps(id)).toEqual(['0 to 10']);
    await draw(id, 5, 36.5);
    expect(await steps(id)).toEqual(['0 to 10', '0 to 5', '5 to 10']);
  });

  /** The steps of which the whole answer is kept, as above. */
  const whole = async (id: string) =>
    (await open())
      .query<{ step: string }>(
        `select b.valid_on - $2::date || ' to ' || a.valid_on - $2::date as step
         from kept_answer k join revision b on b.series = $1 join revision a on a.series = $1 and a.valid_on > b.valid_on
         where kind = 'change-5' and inputs = encode(sha256(convert_to(format('[%s,%s]', b.id, a.id), 'UTF8')), 'hex')
         order by 1`,
        [id, DAY],
      )
      .then((rows) => rows.map(({ step }) => step));

  it('follows the commit: of the last map at once, of one before another while that is imported', async () => {
    const id = series();
    const next = { path: '/there/is/no/such.geojson', date: null };
    await draw(id, 0, 36.2, true, next);
    await draw(id, 10, 36.4, false, next);
    await draw(id, 5, 36.5, false, next);
    await importer.settled();
    expect(await whole(id)).toEqual(['0 to 10', '0 to 5', '5 to 10']);
    await draw(id, 20, 36.5);
    expect(await whole(id)).toEqual(['0 to 10', '0 to 5', '10 to 20', '5 to 10']);
  });

  it("is nobody's loss when it fails: the import stands, and the answer is computed when it is asked for", async () => {
    const [db, id] = [await open(), series()];
    const nowhere = { id: -1, partition: -1, valid_on: DAY };
    const measured = { matrix: [], areas: { before: [], after: [] }, disputed: [], compared: null };
    const at = 'no instant' as Instant;
    await precomputeChanges(db, [{ series: id, edition: -1, at, from: nowhere, to: { ...nowhere, id: -2 }, measured }]);

    await draw(id, 0, 36.2, true);
    const stop = new AbortController();
    const imported = atWork({ signal: stop.signal }, () => draw(id, 5, 36.3));
    while ((await steps(id)).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    stop.abort();
    expect(await imported).toMatchObject([{ result: 'stored' }]);
    const { parties } = await askChange(db, { series: id, from: DAY, to: addDays(DAY, 5), knownAt: null });
    expect(parties.find(({ party }) => party === 'west')?.net_km2).toBeGreaterThan(500);
    expect(await whole(id)).toEqual(['0 to 5']);
  });

  it('of any two days is asked again after one of their maps is corrected, and only then', async () => {
    const [db, id] = [await open(), series()];
    await draw(id, 0, 36.2, true);
    await draw(id, 5, 36.3);
    await draw(id, 10, 36.4);
    const pair = async (knownAt: Parameters<typeof askChange>[1]['knownAt'] = null) => {
      const { parties } = await askChange(db, { series: id, from: DAY, to: addDays(DAY, 10), knownAt });
      return parties.find(({ party }) => party === 'west')?.net_km2 ?? Number.NaN;
    };
    const computed = async () =>
      (await db.query<{ count: number }>(`select count(*)::int as count from kept_answer where kind = 'change-5'`))[0]
        ?.count ?? 0;
    const first = await pair();
    const after = await computed();
    expect(await pair()).toBe(first);
    expect(await computed()).toBe(after);

    // A map between them does not matter to the two ends.
    await draw(id, 5, 36.35);
    const withBetween = await computed();
    expect(await pair()).toBe(first);
    expect(await computed()).toBe(withBetween);

    const [instant] = await db.query<{ at: NonNullable<Parameters<typeof pair>[0]> }>(
      'select clock_timestamp() as at from (select pg_sleep(0.002)) waited',
    );
    await db.query('select pg_sleep(0.002)');
    await draw(id, 10, 36.6);
    expect(await pair()).toBeCloseTo(2 * first, 0);
    expect(await pair(instant?.at)).toBe(first);
  });
});

onEachDatabase('more than a hundred posts', (open) => {
  it('all have a verdict, numbers only where they are asked for by name, and the same ones then', async () => {
    const db = await open();
    const { series } = await plantSeries(db, {
      frame: 'env(-50,-50,50,50)',
      maps: [
        [
          { of: 'env(-50,0,50,50)', party: 'a' },
          { of: 'env(-2,-40,2,0)', party: 'a' },
          { of: 'env(-50,-50,-2,0)', party: 'c' },
          { of: 'env(2,-50,50,0)', party: 'c' },
          { of: 'env(-2,-50,2,-40)', party: 'c' },
        ],
      ],
      accuracyM: 100,
      relations: [
        ['a', 'a', 'own'],
        ['a', 'c', 'hostile'],
      ],
    });
    const asOf = await resolve(db, { series, date: DAY, knownAt: null });
    // Eleven columns of ten: in the open north, in the corridor 4 km wide, and behind the enemy.
    await db.query(
      `insert into post (edition, operator, number, number_source, name, geom, error_m, established, established_source)
       select $1, 'a', n, 'project', 'post ' || n,
         st_setsrid(st_transform(st_point(1000 * x, 1000 * y), '+proj=laea +lat_0=35.7 +lon_0=36.7 +datum=WGS84 +units=m', 4326), 4326),
         50, '[2000-01-01,)', '{a test}'
       from (select row_number() over ()::int as n, x, y from generate_series(-40, 40, 8) x, generate_series(-45, 45, 10) y) spot`,
      [asOf.edition],
    );
    const verdicts = await verdictsOn(db, asOf, true);
    expect(verdicts).toHaveLength(110);
    expect(verdicts.every(({ margin_at_least }) => margin_at_least === null)).toBe(true);
    const of = (state: string) => verdicts.filter(({ state_strict }) => state_strict === state);
    // Eleven columns of five in the south, but for four posts in the corridor.
    expect(of('engulfed')).toHaveLength(51);
    expect(of('engulfed').every(({ verdict }) => verdict === 'encircled')).toBe(true);
    expect(of('connected').every(({ verdict }) => verdict === 'not_encircled')).toBe(true);

    const [corridor] = of('connected').filter(({ grade }) => grade === 'narrow');
    const named = await verdictsOn(db, asOf, true, corridor ? [`a/${corridor.number}`] : []);
    const numbered = named.filter(({ margin_at_least }) => margin_at_least !== null);
    expect(numbered.map(({ number, verdict }) => [number, verdict])).toEqual([[corridor?.number, corridor?.verdict]]);
    expect(numbered[0]?.margin_strict_m).toBeCloseTo(4000, -1);
  });

  it('of what whoever asks can vary at will are the newest answers', async () => {
    const db = await open();
    const kind = `varied-${process.pid}`;
    let computed = 0;
    // Room for three: an answer of 24 characters takes 4 bytes more in the store.
    const requested = (radius: number) =>
      once(db, kind, [radius], async () => ({ radius, computed: ++computed }), 3 * 28);
    for (const radius of [1, 2, 3, 4, 5]) await requested(radius);
    const kept = () =>
      db.query("select answer ->> 'radius' as radius from kept_answer where kind = $1 order by kept_at", [kind]);
    expect(await kept()).toEqual([{ radius: '3' }, { radius: '4' }, { radius: '5' }]);
    expect(await requested(4)).toEqual({ radius: 4, computed: 4 });
    expect(await requested(1)).toEqual({ radius: 1, computed: 6 });
    expect(await kept()).toEqual([{ radius: '4' }, { radius: '5' }, { radius: '1' }]);
  });

  it('is computed once for all who ask at the same time, each with an object of its own', async () => {
    const db = await open();
    let computed = 0;
    const requested = () =>
      once(db, `shared-${process.pid}`, [1], async () => {
        await db.query('select pg_sleep(0.01)');
        return { computed: ++computed };
      });
    const answers = await Promise.all(Array.from({ length: 20 }, requested));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ({ computed: 1 })));
    expect(new Set(answers).size).toBe(20);
  });

  it('goes on for the others when the one who asked first goes away, and stops when all have', async () => {
    const db = await open();
    const kind = `left-${process.pid}`;
    let steps = 0;
    const requested = (signal: AbortSignal, key: number) =>
      atWork({ signal }, () =>
        once(db, kind, [key], async () => {
          for (let i = 0; i < 20; i++) {
            await db.query('select pg_sleep(0.005)');
            steps++;
          }
          return { steps };
        }),
      );
    const [first, second, alone] = [new AbortController(), new AbortController(), new AbortController()];
    const both = [requested(first.signal, 1), requested(second.signal, 1)] as const;
    while (steps < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    first.abort();
    await expect(both[0]).rejects.toMatchObject({ code: 'cancelled' });
    expect(await both[1]).toEqual({ steps: 20 });

    steps = 0;
    const gone = requested(alone.signal, 2);
    while (steps < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    alone.abort();
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' });
    const then = steps;
    await db.query('select pg_sleep(0.05)');
    expect(steps).toBeLessThanOrEqual(then + 1);
    // And who asks now begins anew.
    const anew = await requested(new AbortController().signal, 2);
    expect(anew).toEqual({ steps });
    expect(steps).toBeGreaterThanOrEqual(then + 20);
  });
});
