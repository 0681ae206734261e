import geodesic from 'geographiclib-geodesic';
import { expect, it } from 'vitest';
import { askEncirclement } from '../../src/encirclement/ask.js';
import { evidenceOn } from '../../src/encirclement/evidence/cache.js';
import { evidenceOfAll } from '../../src/encirclement/evidence/evidence.js';
import { gridNorths } from '../../src/encirclement/evidence/surroundings.sql.js';
import { fillPosts } from '../../src/encirclement/fill-masks.sql.js';
import { createMasks } from '../../src/encirclement/policy-masks.sql.js';
import { widthOf } from '../../src/geometry/bearing-sectors.js';
import { parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

const RADIUS_M = 30_000;
const POSTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

onEachDatabase('evidence on the posts of the M5', (db) => {
  const frame = async (date: string) => {
    const store: Db = await m5(await db());
    return { store, at: await resolve(store, { series: 'm5', date: parseDate(date), knownAt: null }) };
  };
  const on = async (date: string, number: number) => {
    const { store, at } = await frame(date);
    const evidence = await evidenceOn(store, at, number, 'turkey', RADIUS_M);
    if (!evidence) throw new Error('no evidence');
    return evidence;
  };

  it('Morek in its pocket: the ring is the government’s, the road cut on both sides, Khan Shaykhun not in it', async () => {
    const morek = await on('2019-08-22', 9);
    expect(morek).toMatchObject({ corridor: null, main_class: 'opposition', open_share: expect.any(Number) });
    expect(Object.values(morek.pocket?.ring ?? {}).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(morek.pocket?.ring.government).toBeGreaterThan(0.5);
    const towns = morek.pocket?.places.map(({ place }) => place) ?? [];
    expect(towns).toContain('morek');
    expect(towns).not.toContain('khan-shaykhun');
    expect(morek.road).toMatchObject({ state: 'cut', to: 'main_body', known_routes: ['M5'] });
    expect(morek.doubts.map(({ code }) => code)).toContain('one_route_known');
  });

  it('Morek overrun: no ground, no corridor, no open bearing, no road', async () => {
    const morek = await on('2019-08-24', 9);
    expect(morek).toMatchObject({
      corridor: null,
      pocket: null,
      open_share: 0,
      reach_share: 0,
      largest_open_sector: null,
    });
    expect(morek.road).toMatchObject({ state: 'no_road', reason: 'no_ground_held' });
    expect(morek.d_main_m).toBeGreaterThan(1000);
  });

  it('Shir Maghar: one corridor, its segment as long as it is wide, told by a place', async () => {
    const { corridor } = await on('2019-08-24', 10);
    const { neck, closure } = corridor ?? {};
    expect(corridor?.policy).toBe('strict');
    expect(closure).toMatchObject({ corridors: 1, at_least: false });
    if (!neck?.near) throw new Error('no neck');
    const [[lon1, lat1], [lon2, lat2]] = neck.segment;
    const apart = geodesic.Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2).s12 ?? 0;
    expect(Math.abs(apart / neck.width_m - 1)).toBeLessThan(1e-3);
    expect(neck.width_m).toBeLessThanOrEqual((closure?.closure_m ?? 0) + 1e-6);
    expect(neck.near).toMatchObject({ name: 'Deir Sunbul', distance_m: expect.any(Number) });
  });

  it('bearings are true: the nearest way out, seen from a post west of the middle meridian, turns by the convergence', async () => {
    const { store, at } = await frame('2019-08-24');
    const [row] = await store.query<{ grid: number; lon: number; lat: number; lon2: number; lat2: number }>(
      `with p as (select st_transform(post.geom, projection) as geom, post.geom as ll, projection
                  from post join edition e on e.id = post.edition where e.id = $1 and number = 12 and operator = 'turkey')
       select degrees(st_azimuth(p.geom, q.geom)) as grid, st_x(p.ll) as lon, st_y(p.ll) as lat,
         st_x(g.geom) as lon2, st_y(g.geom) as lat2
       from p, lateral (select st_translate(p.geom, 3000, 4000) as geom) q,
         lateral (select st_transform(q.geom, projection, 4326) as geom) g`,
      [at.edition],
    );
    if (!row) throw new Error('no post');
    const truly = geodesic.Geodesic.WGS84.Inverse(row.lat, row.lon, row.lat2, row.lon2).azi1 ?? 0;
    const norths = await store.transaction(async (tx) => {
      await createMasks(tx);
      const input = { revision: at.revision, edition: at.edition, side: 'turkey', date: at.since };
      await fillPosts(tx, input, [12], 250);
      return gridNorths(tx, at.edition);
    });
    const north = norths.get(12) ?? 0;
    expect(Math.abs(north)).toBeGreaterThan(0.2);
    expect(Math.abs(row.grid - north - truly)).toBeLessThan(0.01);
  });

  it('what is said of all posts at once is what is said of each', async () => {
    const { store, at } = await frame('2020-01-28');
    const all = await evidenceOfAll(store, at, 'turkey', POSTS, RADIUS_M);
    expect(all.map(({ number }) => number)).toEqual(POSTS);
    expect(all.find(({ number }) => number === 8)).toEqual(await on('2020-01-28', 8));
    for (const { open_sectors, open_share, d_main_m, reach_share, corridor, pocket } of all) {
      expect(open_sectors.reduce((sum, sector) => sum + widthOf(sector), 0)).toBeCloseTo(360 * open_share, 6);
      if (d_main_m === 0) expect(reach_share).toBe(1);
      expect(corridor === null || pocket === null || corridor.policy === 'lenient').toBe(true);
    }
  });

  it('where only contested ground keeps a pocket open, both masks tell: the pocket by the one, the corridor by the other', async () => {
    const morek = await on('2019-08-20', 9);
    expect(morek).toMatchObject({ corridor: { policy: 'lenient' }, pocket: { ring: expect.any(Object) } });
    const { policy: _, ...corridor } = morek.corridor ?? { policy: null };
    expect(morek.lenient).toEqual({ corridor, pocket: null });
    expect(morek.pocket?.ring.contested).toBeGreaterThan(0);
    expect((await on('2019-08-24', 9)).lenient).toBe(null);
  });

  it('evidence is computed once: the later answer is the kept one, and equal', async () => {
    const { store, at } = await frame('2019-08-22');
    const first = await evidenceOn(store, at, 9, 'turkey');
    expect(await evidenceOn(store, at, 9, 'turkey')).toEqual(first);
    const [kept] = await store.query<{ answers: number }>(
      `select count(*)::int as answers from kept_answer where kind = 'evidence-5' and (answer -> 'evidence')::jsonb = $1::jsonb`,
      [JSON.stringify(first)],
    );
    expect(kept?.answers).toBe(1);
    const [fresh] = await evidenceOfAll(store, at, 'turkey', [9], 20_000);
    expect(JSON.parse(JSON.stringify(fresh))).toEqual(first);
  });

  it('every post has a summary in a sentence, and the statements of sources beside it', async () => {
    const { store } = await frame('2019-12-28');
    const { posts } = await askEncirclement(store, { series: 'm5', date: parseDate('2019-12-28'), knownAt: null });
    for (const { summary, name } of posts)
      expect(summary).toMatch(new RegExp(`^(Post|It is uncertain).*${name}.*\\.$`));
    const surman = posts.find(({ number }) => number === 8);
    expect(surman?.summary).toContain('was cut off on 28 December 2019');
    expect(surman?.summary).not.toContain('besieged');
    expect(surman?.statements.map(({ claim }) => claim)).toContain('surman-post-besieged-2019-12-24-a000');
  });

  it('Morek: what Ankara denied, Damascus called a siege and a convoy went through stands beside the verdict, and moves nothing', async () => {
    const { store } = await frame('2019-12-28');
    const beside = async (date: string) => {
      const { posts } = await askEncirclement(store, { series: 'm5', date: parseDate(date), knownAt: null });
      const morek = posts.find(({ number }) => number === 9);
      return { verdict: morek?.verdict, summary: morek?.summary, kinds: morek?.statements.map(({ kind }) => kind) };
    };
    expect((await beside('2019-08-10')).kinds).toEqual([]);
    expect(await beside('2019-08-24')).toMatchObject({ verdict: 'encircled', kinds: ['besieged', 'denied'] });
    const december = await beside('2019-12-28');
    expect(december).toMatchObject({ verdict: 'encircled', kinds: ['besieged', 'denied', 'access', 'access'] });
    expect(december.summary).not.toMatch(/besieg|suppl|agree/);
    const [moved] = await store.query<{ areas: number }>(
      `select count(*)::int as areas from area_claim join claim on claim.no = area_claim.claim
       where claim.kind in ('access', 'denied', 'besieged')`,
    );
    expect(moved?.areas).toBe(0);
  });

  it('refuses a post that there is not', async () => {
    const { store, at } = await frame('2020-01-28');
    await expect(evidenceOn(store, at, 99, 'turkey', RADIUS_M)).rejects.toMatchObject({ code: 'unknown_post' });
  });
});
