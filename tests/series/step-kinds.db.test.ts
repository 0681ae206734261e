import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { askSteps } from '../../src/change/steps.js';
import { askFrontMovement } from '../../src/front/movement.js';
import { parseDate } from '../../src/model/dates.js';
import { stateStep } from '../../src/series/step-kind.js';
import { onEachDatabase } from '../setup/databases.js';
import { instantBetween } from '../setup/instant-between.js';
import { dayOf, plantSeries } from '../setup/plain-maps.js';

const FRAME = 'env(0,0,10,10)';
/** The border between p and q at x kilometres: each kilometre is 10 km². */
const cutAt = (x: number) => [
  { of: `env(0,0,${x},10)`, party: 'p' },
  { of: `env(${x},0,10,10)`, party: 'q' },
];
const day = (index: number) => parseDate(dayOf(index));

onEachDatabase('steps of a series', (db) => {
  const netOf = (change: Awaited<ReturnType<typeof askChange>>) =>
    Object.fromEntries(
      change.kinds.map(({ kind, parties }) => [kind, parties.find(({ party }) => party === 'p')?.net_km2 ?? 0]),
    );

  it('are movement until somebody says otherwise, and the answer of before stays as known then', async () => {
    const store = await db();
    const { series } = await plantSeries(store, { frame: FRAME, maps: [5, 6, 9, 8.5].map(cutAt) });
    const requested = { series, from: day(0), to: day(3), knownAt: null };
    const before = await askChange(store, requested);
    expect(netOf(before)).toMatchObject({ movement: expect.closeTo(35, 6), correction: 0, redefinition: 0 });
    expect(before.stated_steps).toEqual([]);
    const known = await instantBetween();

    await stateStep(store, series, day(2), {
      kind: 'redefinition',
      why: 'industrial zones count now',
      by: 'A. Reader',
    });
    await stateStep(store, series, day(3), { kind: 'correction', why: 'a village was drawn twice', by: null });
    const after = await askChange(store, requested);
    expect(netOf(after)).toMatchObject({
      movement: expect.closeTo(10, 6),
      redefinition: expect.closeTo(30, 6),
      correction: expect.closeTo(-5, 6),
    });
    expect(after.stated_steps).toMatchObject([
      { date: dayOf(2), from_date: dayOf(1), kind: 'redefinition', changed_km2: expect.closeTo(30, 6) },
      { date: dayOf(3), kind: 'correction', why: 'a village was drawn twice' },
    ]);
    expect({ ...after, kinds: 0, stated_steps: 0 }).toEqual({ ...before, kinds: 0, stated_steps: 0 });
    expect(await askChange(store, { ...requested, knownAt: known })).toEqual({ ...before, known_at: known });

    const backwards = await askChange(store, { ...requested, from: day(3), to: day(0) });
    expect(netOf(backwards)).toMatchObject({ movement: expect.closeTo(-10, 6), redefinition: expect.closeTo(-30, 6) });
    const part = await askChange(store, { ...requested, from: day(2) });
    expect(part.kinds.map(({ steps }) => steps)).toEqual([0, 1, 0]);
  });

  it('that are no movement are told apart in places, kilometres of routes and the advance of the front', async () => {
    const store = await db();
    const { series } = await plantSeries(store, {
      frame: FRAME,
      maps: [5, 6, 9, 8.5].map(cutAt),
      routes: { road: 'st_makeline(st_point(0,5), st_point(10,5))' },
      places: { moved: [5.5, 5], redefined: [7, 5], back: [8.7, 5] },
    });
    const requested = { series, from: day(0), to: day(3), knownAt: null };
    const [before, front] = [await askChange(store, requested), await askFrontMovement(store, requested)];
    expect(before.places.map(({ id, kinds }) => [id, kinds])).toEqual([
      ['moved', ['movement']],
      ['redefined', ['movement']],
    ]);
    expect(front).toMatchObject({ stated_steps: [], note: null, parties: [{ party: 'p', not_movement_km2: 0 }, {}] });
    // Along the ellipsoid: the plane of the frame is up to 1e-5 longer.
    expect(front.parties[0]?.advance_m).toBeCloseTo(3500, 1);

    await stateStep(store, series, day(2), { kind: 'redefinition', why: 'a new rule', by: null });
    await stateStep(store, series, day(3), { kind: 'correction', why: 'drawn twice', by: null });
    for (const [from, to, sign] of [
      [day(0), day(3), 1],
      [day(3), day(0), -1],
    ] as const) {
      const reported = await askChange(store, { ...requested, from, to });
      expect(reported.places.map(({ id, kinds }) => [id, kinds])).toEqual([
        ['moved', ['movement']],
        ['redefined', ['redefinition']],
      ]);
      expect(reported.route_net.find((row) => row.class === 'p')).toEqual({
        route: 'road',
        class: 'p',
        net_km: expect.closeTo(sign * 3.5, 4),
        movement_km: expect.closeTo(sign, 4),
        redefinition_km: expect.closeTo(sign * 3, 4),
        correction_km: expect.closeTo(sign * -0.5, 4),
      });
      const moved = await askFrontMovement(store, { ...requested, from, to });
      expect(moved.stated_steps.map(({ kind }) => kind)).toEqual(['redefinition', 'correction']);
      expect(moved.note).toMatch(/include it/);
      const [p] = moved.parties;
      expect(p?.not_movement_km2).toBeCloseTo(sign * 25, 6);
      expect(p?.advance_m).toBeCloseTo(sign * 1000, 1);
      expect(p?.sectors.reduce((sum, row) => sum + row.not_movement_km2, 0)).toBeCloseTo(sign * 25, 6);
    }
  });

  it('are told to programmers with day, revision, kind, reason and matrix', async () => {
    const store = await db();
    const { series, revisions } = await plantSeries(store, { frame: FRAME, maps: [5, 6, 9].map(cutAt) });
    await stateStep(store, series, day(1), { kind: 'redefinition', why: 'first said so', by: null });
    await stateStep(store, series, day(1), { kind: 'movement', why: 'on second thoughts', by: null });
    const steps = await askSteps(store, { series, from: day(0), to: day(2), knownAt: null });
    expect(steps).toMatchObject([
      { date: dayOf(1), from_date: dayOf(0), revision: revisions[1], from_revision: revisions[0], kind: 'movement' },
      { date: dayOf(2), from_date: dayOf(1), kind: 'movement', why: null },
    ]);
    expect(steps[0]?.why).toBe('on second thoughts');
    expect(steps[1]?.matrix).toEqual([
      { from: 'p', to: 'p', m2: expect.closeTo(60e6, 0) },
      { from: 'q', to: 'p', m2: expect.closeTo(30e6, 0) },
      { from: 'q', to: 'q', m2: expect.closeTo(10e6, 0) },
    ]);
    expect(await askSteps(store, { series, from: day(1), to: day(1), knownAt: null })).toEqual([]);
  });

  it('cannot be stated of a day without a map', async () => {
    const store = await db();
    const { series } = await plantSeries(store, { frame: FRAME, maps: [5, 6].map(cutAt) });
    const stated = { kind: 'correction', why: 'x', by: null } as const;
    await expect(stateStep(store, series, parseDate('2020-01-05'), stated)).rejects.toMatchObject({ code: 'no_data' });
    await expect(stateStep(store, 'nowhere', day(1), stated)).rejects.toMatchObject({ code: 'unknown_series' });
  });
});
