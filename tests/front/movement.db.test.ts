import { expect, it } from 'vitest';
import { askFront } from '../../src/front/ask.js';
import { askFrontMovement, askSalients } from '../../src/front/movement.js';
import { salients } from '../../src/front/salients.sql.js';
import { parseDate } from '../../src/model/dates.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { dayOf, type PlainFace, type PlainSeries, plantSeries } from '../setup/plain-maps.js';

const columns = (...held: readonly (readonly [from: number, to: number, party: string])[]): PlainFace[] =>
  held.map(([from, to, party]) => ({ of: `env(${from},0,${to},10)`, party }));

async function movement(db: Db, given: PlainSeries, from = 0, to = 1) {
  const { series } = await plantSeries(db, given);
  return askFrontMovement(db, { series, from: parseDate(dayOf(from)), to: parseDate(dayOf(to)), knownAt: null });
}

const TOOTH = 'env(-5,0,5,20)';
const FRAME = 'env(-60,-60,60,60)';
const BODY = `st_union(env(-60,-60,60,0), ${TOOTH})`;

onEachDatabase('front: movement', (db) => {
  it('F5: a line that shifts by 3 km moved by 3 km: area by length, median and furthest', async () => {
    const given = {
      frame: 'env(0,0,20,10)',
      maps: [columns([0, 8, 'p'], [8, 20, 'q']), columns([0, 11, 'p'], [11, 20, 'q'])],
    };
    const { days, parties } = await movement(await db(), given);
    expect(days).toBe(10);
    const [p, q] = parties;
    expect(p).toMatchObject({
      party: 'p',
      gained_km2: expect.closeTo(30, 6),
      lost_km2: 0,
      // Lengths are on the ellipsoid, the maps are drawn in the plane: one part in a million apart here (methods E, tolerances).
      front_km: expect.closeTo(10, 4),
    });
    expect(p?.advance_m).toBeCloseTo(3000, 2);
    expect(p?.advance_m_per_day).toBeCloseTo(300, 3);
    expect(p?.offsets).toMatchObject({
      samples: 20,
      median_m: expect.closeTo(3000, 1),
      p90_m: expect.closeTo(3000, 1),
      max_abs_m: expect.closeTo(3000, 1),
    });
    expect(q?.advance_m).toBeCloseTo(-3000, 2);
    expect(q?.offsets.median_m).toBeCloseTo(-3000, 1);
    for (const sums of ['gained_km2', 'lost_km2', 'front_km'] as const) {
      expect(p?.sectors.reduce((sum, row) => sum + row[sums], 0)).toBeCloseTo(p?.[sums] ?? Number.NaN, 6);
    }
    // The line runs west of the middle: three octants see it.
    expect(p?.sectors.map((row) => row.sector)).toEqual(expect.arrayContaining(['SW', 'W', 'NW']));
    const back = await movement(await db(), given, 1, 0);
    expect(back.parties[0]?.advance_m).toBeCloseTo(-3000, 1);
  });

  it('between two maps that are alike nothing moved', async () => {
    const { parties } = await movement(await db(), {
      frame: 'env(0,0,20,10)',
      maps: [columns([0, 8, 'p'], [8, 20, 'q']), columns([0, 8, 'p'], [8, 20, 'q'])],
    });
    expect(parties.map((row) => [row.advance_m, row.offsets.max_abs_m])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('a party whose front is on the second day alone is told with what it gained, and without an advance', async () => {
    const { parties } = await movement(await db(), {
      frame: 'env(0,0,20,10)',
      maps: [columns([0, 10, 'p'], [10, 20, 'q']), columns([0, 4, 'g'], [4, 10, 'p'], [10, 20, 'q'])],
    });
    expect(parties.map(({ party }) => party)).toEqual(['g', 'p', 'q']);
    const none = { front_km: 0, advance_m: null, advance_m_per_day: null, lost_km2: 0 };
    expect(parties[0]).toMatchObject({ ...none, gained_km2: expect.closeTo(40, 6), offsets: { samples: 0 } });
    expect(parties[1]).toMatchObject({ gained_km2: 0, lost_km2: expect.closeTo(40, 6) });
    for (const row of parties[0]?.sectors ?? []) expect(row).toMatchObject(none);
  });

  it('a front that vanished has a length before and no offsets', async () => {
    const { parties } = await movement(await db(), {
      frame: 'env(0,0,20,10)',
      maps: [columns([0, 8, 'p'], [8, 20, 'q']), columns([0, 8, 'p'], [8, 20, 'p'])],
    });
    expect(parties[0]).toMatchObject({
      party: 'p',
      advance_m: expect.closeTo(12_000, 1),
      offsets: { samples: 0, median_m: null },
    });
  });

  it('a mid-line moves as a line does', async () => {
    const gray = (from: number, to: number): PlainFace => ({
      of: `env(${from},0,${to},10)`,
      party: null,
      status: 'contested',
    });
    const { parties } = await movement(await db(), {
      frame: 'env(0,0,20,10)',
      maps: [
        [...columns([0, 7, 'p']), gray(7, 9), ...columns([9, 20, 'q'])],
        [...columns([0, 10, 'p']), gray(10, 12), ...columns([12, 20, 'q'])],
      ],
    });
    expect(parties[0]?.advance_m).toBeCloseTo(3000, 2);
    expect(parties[0]?.offsets.median_m).toBeCloseTo(3000, 1);
  });

  it('nobody advanced over ground that is of unknown holder, or in no area, on one of the maps: none is stated, and the note says why', async () => {
    const known = columns([0, 10, 'p'], [10, 20, 'q']);
    const west: PlainFace[] = columns([0, 5, 'p']);
    const blank = (from: number, to: number, status: 'unknown' | 'contested' | null): PlainFace => ({
      of: `env(${from},0,${to},10)`,
      party: null,
      status,
    });
    const unknown = { advance_m: null, advance_m_per_day: null, gained_km2: 0, lost_km2: 0, offsets: { samples: 0, median_m: null } }; // biome-ignore format: one row
    const cases: [PlainFace[], PlainFace[]][] = [
      [known, [...columns([0, 10, 'p']), blank(10, 20, null)]],
      [known, [...columns([0, 10, 'p']), blank(10, 20, 'unknown')]],
      [known, [...west, blank(5, 10, null), ...columns([10, 20, 'q'])]],
      [[...west, blank(5, 10, null), ...columns([10, 20, 'q'])], known],
    ];
    for (const maps of cases) {
      const { parties, note } = await movement(await db(), { frame: 'env(0,0,20,10)', maps });
      expect(parties).toMatchObject([unknown, unknown]);
      for (const { sectors } of parties) for (const row of sectors) expect(row).toMatchObject(unknown);
      expect(note).toContain('became known or unknown');
    }
    const contested = [...west, blank(5, 10, 'contested'), ...columns([10, 20, 'q'])];
    const { parties, note } = await movement(await db(), { frame: 'env(0,0,20,10)', maps: [known, contested] });
    expect(parties).toMatchObject([{ advance_m: expect.closeTo(-5000, 1) }, { advance_m: 0 }]);
    expect(note).toBeNull();
  });

  it('S1: a salient of 10 by 20 km has its whole area and depth from the mouth on, though a disc of 12 km reaches into it', async () => {
    const given = {
      frame: FRAME,
      maps: [
        [
          { of: BODY, party: 'p' },
          { of: `st_difference(${FRAME}, ${BODY})`, party: 'q' },
        ],
      ],
    };
    const { series, revisions } = await plantSeries(await db(), given);
    const found = await salients(await db(), revisions[0] as number, 'p', 12_000, 1e6, 2000);
    expect(found).toHaveLength(1);
    const [salient] = found;
    expect((salient?.area_m2 ?? 0) / 1e6).toBeCloseTo(200, 2);
    expect(salient?.base_m).toBeCloseTo(10_000, 0);
    expect((salient?.depth_m ?? 0) / 1000).toBeCloseTo(20, 3);
    expect(salient?.mouths).toBe(1);
    const requested = { series, date: parseDate(dayOf(0)), knownAt: null };
    const reported = await askSalients(await db(), requested, 'p', 12_000);
    expect(reported.features.map(({ properties }) => properties.km2)).toEqual([expect.closeTo(200, 1)]);
    await expect(askSalients(await db(), requested, 'nobody', null)).rejects.toMatchObject({
      code: 'invalid_parameter',
    });
  });

  it('a re-entrant is a salient of the other side', async () => {
    const given = {
      frame: FRAME,
      maps: [
        [
          { of: BODY, party: 'q' },
          { of: `st_difference(${FRAME}, ${BODY})`, party: 'p' },
        ],
      ],
    };
    const { revisions } = await plantSeries(await db(), given);
    const [ours, theirs] = [
      await salients(await db(), revisions[0] as number, 'p', 12_000, 1e6),
      await salients(await db(), revisions[0] as number, 'q', 12_000, 1e6),
    ];
    expect(ours).toEqual([]);
    expect(theirs).toHaveLength(1);
  });

  it('over the M5 offensive the government’s front moved forward, the opposition’s back, and the sectors add up', async () => {
    const store = await m5(await db());
    const requested = { series: 'm5', from: parseDate('2019-08-01'), to: parseDate('2020-02-15'), knownAt: null };
    const { parties } = await askFrontMovement(store, requested);
    const [government, opposition] = parties;
    expect([government?.party, opposition?.party]).toEqual(['government', 'opposition']);
    expect(government?.advance_m).toBeGreaterThan(5000);
    const { fronts } = await askFront(store, { series: 'm5', date: requested.from, knownAt: null });
    expect(Math.abs((government?.front_km ?? 0) / (fronts[0]?.ruled_km ?? Number.NaN) - 1)).toBeLessThan(0.03);
    expect(opposition?.advance_m).toBeCloseTo(-(government?.advance_m ?? 0), 3);
    expect(government?.offsets.median_m).toBeGreaterThan(0);
    expect(government?.sectors.reduce((sum, row) => sum + row.gained_km2, 0)).toBeCloseTo(
      government?.gained_km2 ?? 0,
      6,
    );
    const reported = await askSalients(
      store,
      { series: 'm5', date: parseDate('2019-08-19'), knownAt: null },
      'opposition',
      10_000,
    );
    expect(reported.features.every(({ properties }) => properties.km2 >= 25)).toBe(true);
  });
});
