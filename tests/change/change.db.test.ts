import { expect, it } from 'vitest';
import { askChange, askPatches } from '../../src/change/ask.js';
import { openedChange } from '../../src/change/digitising-noise.sql.js';
import { parseDate } from '../../src/model/dates.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { dayOf, type PlainFace, type PlainSeries, plantSeries } from '../setup/plain-maps.js';

const FRAME = 'env(0,0,10,10)';
const p = (of: string): PlainFace => ({ of, party: 'p' });
const q = (of: string): PlainFace => ({ of, party: 'q' });
/** Holes and rings as SQL. */
const minus = (a: string, b: string) => `st_difference(${a}, ${b})`;
const disc = (radius: number) => `st_buffer(st_point(0, 0), ${radius}, 2000)`;

/** Columns of ground from x to x, 10 km high: the same polygons whoever holds them. */
const columns = (...held: readonly (readonly [from: number, to: number, party: string])[]): PlainFace[] =>
  held.map(([from, to, party]) => ({ of: `env(${from},0,${to},10)`, party }));

async function changeOf(db: Db, given: PlainSeries, from = 0, to = given.maps.length - 1) {
  const { series } = await plantSeries(db, given);
  return askChange(db, { series, from: parseDate(dayOf(from)), to: parseDate(dayOf(to)), knownAt: null });
}

const cells = ({ matrix }: { matrix: { from: string; to: string; km2: number }[] }) =>
  Object.fromEntries(matrix.map(({ from, to, km2 }) => [`${from}${to}`, km2]));

/** Every cell to a millionth; a cell that is not named is not there. */
function expectCells(found: Record<string, number>, expected: Record<string, number>, relative = 1e-6) {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [cell, km2] of Object.entries(expected)) {
    expect(Math.abs((found[cell] as number) / km2 - 1), cell).toBeLessThanOrEqual(relative);
  }
}

onEachDatabase('change: golden cases', (db) => {
  it('A1 by overlay: the border moves from x = 5 to x = 7', async () => {
    const change = await changeOf(await db(), {
      frame: FRAME,
      maps: [columns([0, 5, 'p'], [5, 10, 'q']), columns([0, 7, 'p'], [7, 10, 'q'])],
    });
    expectCells(cells(change), { pp: 50, qp: 20, qq: 30 });
    expect(change.parties).toMatchObject([
      { party: 'p', before_km2: 50, after_km2: 70, gained_km2: 20, lost_km2: 0, net_km2: 20, swap_km2: 0 },
      { party: 'q', gained_km2: 0, lost_km2: 20, net_km2: -20, swap_km2: 0, total_change_km2: 20 },
    ]);
    expect(change.changed_km2).toBeCloseTo(20, 9);
  });

  it('A1 by cell: the same from three columns of one plane, and no noise floor', async () => {
    const change = await changeOf(await db(), {
      frame: FRAME,
      accuracyM: 250,
      maps: [columns([0, 5, 'p'], [5, 7, 'q'], [7, 10, 'q']), columns([0, 5, 'p'], [5, 7, 'p'], [7, 10, 'q'])],
    });
    expectCells(cells(change), { pp: 50, qp: 20, qq: 30 });
    expect(change.noise).toMatchObject({ each_way_km2: 0, redrawn_km: 0 });
    expect(change.noise.reason).toContain('identical vertices');
    // 10 km of border went from x = 7 to x = 5: 20 km of edge, off by 250 m over 10 km at a time, the length of its edges.
    const sd = 0.25 * Math.sqrt(20 * 10);
    expect(change.noise.correlation).toEqual({
      metres: expect.closeTo(10_000, 3),
      from: 'vertices',
      at_least: true,
      straight: 1,
    });
    expect(change.net).toMatchObject([
      {
        party: 'p',
        km2: expect.closeTo(20, 9),
        sd_km2: expect.closeTo(sd, 6),
        disputed_km2: [20, 20, 20].map((km2) => expect.closeTo(km2, 9)),
      },
      {
        party: 'q',
        km2: expect.closeTo(-20, 9),
        moved_km: { before: expect.closeTo(10, 6), after: expect.closeTo(10, 6) },
      },
    ]);
  });

  it('A2: a full swap gains and loses the same, net nothing', async () => {
    const change = await changeOf(await db(), {
      frame: FRAME,
      maps: [columns([0, 5, 'p'], [5, 10, 'q']), columns([0, 5, 'q'], [5, 10, 'p'])],
    });
    expectCells(cells(change), { pq: 50, qp: 50 });
    for (const row of change.parties) {
      expect(row).toMatchObject({ gained_km2: 50, lost_km2: 50, net_km2: 0, swap_km2: 100, total_change_km2: 100 });
    }
  });

  it('A3: an enclave of 2 × 2 is taken', async () => {
    const around = minus(FRAME, 'env(4,4,6,6)');
    const change = await changeOf(await db(), { frame: FRAME, maps: [[p(around), q('env(4,4,6,6)')], [p(FRAME)]] });
    expectCells(cells(change), { pp: 96, qp: 4 });
  });

  it('A4: a ring between 10 and 20 closes on its inside', async () => {
    const [frame, ring] = ['env(-30,-30,30,30)', minus(disc(20), disc(10))];
    const outer = { of: minus(frame, disc(20)), party: 'p' };
    const change = await changeOf(await db(), {
      frame,
      maps: [
        [outer, q(ring), p(disc(10))],
        [outer, p(ring), p(disc(10))],
      ],
    });
    expectCells(cells(change), { pp: 3600 - 300 * Math.PI, qp: 300 * Math.PI });
  });

  it('A5: there and back is nothing over the whole, and twice the ground step by step', async () => {
    const there = columns([0, 5, 'p'], [5, 10, 'q']);
    const given = { frame: FRAME, maps: [there, columns([0, 7, 'p'], [7, 10, 'q']), there] };
    const whole = await changeOf(await db(), given);
    expect(whole.changed_km2).toBe(0);
    const steps = [await changeOf(await db(), given, 0, 1), await changeOf(await db(), given, 1, 2)];
    expect(steps.reduce((sum, step) => sum + step.changed_km2, 0)).toBeCloseTo(40, 9);
    expect(steps.reduce((sum, step) => sum + (step.parties[0]?.net_km2 ?? 0), 0)).toBeCloseTo(0, 9);
  });

  it('A6: an overlap in the later map is the residual, and the figure is withheld', async () => {
    const overlapping = [...columns([0, 7, 'p']), ...columns([6, 10, 'q'])];
    const change = changeOf(await db(), {
      frame: FRAME,
      maps: [columns([0, 5, 'p'], [5, 10, 'q']), overlapping],
    });
    await expect(change).rejects.toMatchObject({ code: 'imbalance', message: expect.stringMatching(/ by 1[0-9]{7}/) });
  });

  it('A7: a gain with a strip of 100 m: 4.8 raw, 3.94635 after an opening of 250 m', async () => {
    const gain = `st_union(env(0,0,10,.1), env(3,0,5,2))`;
    const given = {
      frame: FRAME,
      accuracyM: 125,
      maps: [
        [q(gain), q(minus(FRAME, gain))],
        [p(gain), q(minus(FRAME, gain))],
      ],
    };
    const { series, revisions } = await plantSeries(await db(), given);
    const [from, to] = revisions as [number, number];
    const [row] = await openedChange(await db(), from, to, 250, 2000);
    expect((row?.m2 ?? 0) / 1e6).toBeCloseTo(4.8, 9);
    expect(Math.abs((row?.opened_m2 ?? 0) / 1e6 / (4 - (4 - Math.PI) / 16) - 1)).toBeLessThanOrEqual(1e-6);
    const requested = { series, from: parseDate(dayOf(0)), to: parseDate(dayOf(1)), knownAt: null };
    const { filtered, matrix } = await askChange(await db(), requested, { openingM: 250 });
    expect(filtered).toMatchObject({ opening_m: 250, theatre_km2: 100 });
    for (const { class: name, km2 } of filtered?.area_t2_filtered ?? []) {
      const column = filtered?.matrix.filter((cell) => cell.to === name).reduce((sum, cell) => sum + cell.km2, 0);
      expect(column).toBeCloseTo(km2, 9);
    }
    expect(filtered?.given_back_km2).toBeCloseTo(4.8 - 3.94635, 3);
    expect(matrix).toHaveLength(2);
  });
});

onEachDatabase('change: what it says of itself', (db) => {
  it('a border drawn anew has a floor of σL/√π each way; one that was not has none', async () => {
    const before = columns([0, 5, 'p'], [5, 10, 'q']);
    const redrawn = await changeOf(await db(), {
      frame: FRAME,
      accuracyM: 250,
      maps: [before, columns([0, 5.1, 'p'], [5.1, 10, 'q'])],
    });
    expect(redrawn.noise).toMatchObject({ redrawn_km: 10, accuracy_m: 250 });
    // σL/√π = 1.41 km², and no more than went both ways: here nothing went back.
    expect(redrawn.noise.each_way_km2).toBe(0);
    const wave = `'POLYGON((0 0,5 0,5.1 2,4.9 4,5.1 6,4.9 8,5 10,0 10,0 0))'::geometry`;
    const wavy = await changeOf(await db(), { frame: FRAME, accuracyM: 250, maps: [before, [p(wave), q(minus(FRAME, wave))]] }); // biome-ignore format: one question
    const passed = (from: string, to: string) => wavy.matrix.find((cell) => cell.from === from && cell.to === to)?.km2;
    // Also where the new line crosses the old one at its middle and ends.
    expect(wavy.noise.redrawn_km).toBe(10);
    expect(passed('p', 'q')).toBeGreaterThan(0.1);
    expect((0.25 * 10) / Math.sqrt(Math.PI)).toBeGreaterThan(1);
    expect(wavy.noise.each_way_km2).toBeCloseTo(Math.min(passed('p', 'q') ?? 0, passed('q', 'p') ?? 0), 9);
    // On both maps all 10 km are new: √2·σ·√(L·ℓ), as for the floor.
    expect(redrawn.noise.net_sd_km2).toBeCloseTo(Math.SQRT2 * 0.25 * Math.sqrt(10 * 10), 6);
    for (const { sd_km2 } of redrawn.net) expect(sd_km2).toBeCloseTo(redrawn.noise.net_sd_km2, 6);
    expect(redrawn.parties.map((row) => row.noise_km2)).toEqual([
      redrawn.noise.each_way_km2,
      redrawn.noise.each_way_km2,
    ]);
    const more = [...columns([0, 5, 'p'], [5, 8, 'q']), { of: 'env(8,0,10,10)', party: 'r' }];
    const kept = await changeOf(await db(), {
      frame: FRAME,
      accuracyM: 250,
      maps: [before.slice(0, 1).concat(columns([5, 8, 'q'], [8, 10, 'q'])), [...more]],
    });
    expect(kept.noise.each_way_km2).toBe(0);
  });

  it('slivers of a redrawn border go back to who held them; both matrices are told', async () => {
    const wavy = `'POLYGON((0 0,5 0,5.1 2,4.9 4,5.1 6,4.9 8,5 10,0 10,0 0))'::geometry`;
    const given = {
      frame: FRAME,
      accuracyM: 250,
      maps: [columns([0, 5, 'p'], [5, 10, 'q']), [p(wavy), q(minus(FRAME, wavy))]],
    };
    const { series } = await plantSeries(await db(), given);
    const requested = { series, from: parseDate(dayOf(0)), to: parseDate(dayOf(1)), knownAt: null };
    const { matrix, filtered } = await askChange(await db(), requested, { openingM: null });
    expect(matrix.some(({ from, to }) => from !== to)).toBe(true);
    expect(filtered).toMatchObject({
      opening_m: 500,
      changed_km2: 0,
      area_t2_filtered: [{ class: 'p' }, { class: 'q' }],
    });
    expect(filtered?.area_t2_filtered.map(({ km2 }) => Math.round(km2 * 1e6))).toEqual([50_000_000, 50_000_000]);
  });

  it('disputed ground is counted either way', async () => {
    const cells = ['env(0,0,4,10)', 'env(4,0,6,10)', 'env(6,0,10,10)'] as const;
    const change = await changeOf(await db(), {
      frame: FRAME,
      maps: [
        [p(cells[0]), q(cells[1]), q(cells[2])],
        [p(cells[0]), { of: cells[1], party: 'p', status: 'contested' }, q(cells[2])],
      ],
    });
    expect(change.disputed).toMatchObject([
      { party: 'p', after_km2: [40, 60, 60], gained_km2: [0, 20, 20], lost_km2: [0, 0, 0], net_km2: [0, 20, 20] },
      { party: 'q', after_km2: [40, 40, 60], gained_km2: [0, 0, 0], lost_km2: [0, 20, 20], net_km2: [-20, -20, 0] },
    ]);
  });

  it('a repeated change is read, not computed: no statement of it touches geometry', async () => {
    const { series } = await plantSeries(await db(), {
      frame: FRAME,
      maps: [columns([0, 5, 'p'], [5, 10, 'q']), columns([0, 7, 'p'], [7, 10, 'q'])],
    });
    const requested = { series, from: parseDate(dayOf(0)), to: parseDate(dayOf(1)), knownAt: null };
    const store = await db();
    const first = await askChange(store, requested);
    const statements: string[] = [];
    const watched: Db = {
      ...store,
      query: (text, values) => {
        statements.push(text);
        return store.query(text, values);
      },
      transaction: () => Promise.reject(new Error('a repeated change stores nothing')),
    };
    expect(await askChange(watched, requested)).toEqual(first);
    expect(statements.filter((text) => /\bst_|geom\b/i.test(text))).toEqual([]);
    expect(statements.length).toBeLessThanOrEqual(7);
  });

  it('patches within σ are one, the largest comes first, and an id outlives the engine and the order', async () => {
    const taken = ['env(1,1,2,2)', 'env(2.1,1,3,2)', 'env(6,6,9,9)'];
    const rest = minus(FRAME, `st_union(array[${taken.join(',')}])`);
    const maps = [
      [...taken.map(q), q(rest)],
      [...taken.map(p), q(rest)],
    ];
    const places = { south: [1, 1], north: [9, 9] } as const;
    const { series } = await plantSeries(await db(), { frame: FRAME, accuracyM: 200, maps, places });
    const { series: again } = await plantSeries(await db(), {
      frame: FRAME,
      accuracyM: 200,
      places,
      maps: [[q(FRAME)], [...taken.toReversed().map(p), q(rest)]],
    });
    const requested = (of: string) => ({
      series: of,
      from: parseDate(dayOf(0)),
      to: parseDate(dayOf(1)),
      knownAt: null,
    });
    const { features } = await askPatches(await db(), requested(series));
    const reported = features.map(({ properties: { km2, share, name, from, to } }) => [
      from,
      to,
      km2.toFixed(6),
      share.toFixed(4),
      name,
    ]);
    expect(reported).toEqual([
      ['q', 'p', '9.000000', (9 / 10.9).toFixed(4), expect.stringMatching(/north$/)],
      ['q', 'p', '1.900000', (1.9 / 10.9).toFixed(4), expect.stringMatching(/south$/)],
    ]);
    const overlaid = await askPatches(await db(), requested(again));
    expect(overlaid.features.map(({ id }) => id)).toEqual(features.map(({ id }) => id));
    expect(features.map(({ id }) => id)).toEqual(['747a83930a5d', '5b8656b2ac43']);
  });
});
