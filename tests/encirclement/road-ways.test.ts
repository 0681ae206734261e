import { describe, expect, it } from 'vitest';
import { judgeRoads, type RoadPiece } from '../../src/encirclement/evidence/roads.js';

/** A piece of a road between two spots, own ground unless said otherwise. */
const piece = (
  route: string,
  from_m: number,
  to_m: number,
  from: [number, number],
  to: [number, number],
  more: Partial<RoadPiece> = {},
): RoadPiece => ({
  route,
  from_m,
  to_m,
  from,
  to,
  strict: true,
  lenient: true,
  class: 'opposition',
  main: true,
  anchor: false,
  hostile_m: null,
  ...more,
});
const shut = { strict: false, lenient: false, class: 'government', main: false };
/** A straight road of 1-km pieces; what is said of some. */
const road = (route: string, count: number, some: Record<number, Partial<RoadPiece>> = {}, y = 0) =>
  Array.from({ length: count }, (_, i) =>
    piece(route, 1000 * i, 1000 * (i + 1), [1000 * i, y], [1000 * (i + 1), y], some[i]),
  );

describe('from where a post gets onto its road', () => {
  const split = road('M5', 6, { 2: shut, 5: { anchor: true } });

  it('the open stretch is the one the access lies on, not the one before or after', () => {
    const at = (at_m: number) => judgeRoads(split, { route: 'M5', at_m, away_m: 0 }, 'main');
    expect(at(1000).open_stretch).toEqual({ from_km: 0, to_km: 2 });
    expect(at(2000).open_stretch).toEqual({ from_km: 0, to_km: 2 });
    expect(at(3000).open_stretch).toEqual({ from_km: 3, to_km: 6 });
    expect(at(4000).open_stretch).toEqual({ from_km: 3, to_km: 6 });
    expect(at(6000).open_stretch).toEqual({ from_km: 3, to_km: 6 });
    expect([at(1000).state, at(4000).state]).toEqual(['cut', 'open']);
    expect(at(1000).cuts).toEqual([{ route: 'M5', from_km: 2, to_km: 3, class: 'government' }]);
  });

  it('an access in the middle of ground that is not held has no open stretch', () => {
    const closed = road('M5', 5, { 1: shut, 2: shut, 4: { anchor: true } });
    expect(judgeRoads(closed, { route: 'M5', at_m: 2000, away_m: 0 }, 'main').open_stretch).toBeNull();
    const late = road('M5', 3, { 0: shut, 2: { anchor: true } });
    expect(judgeRoads(late, { route: 'M5', at_m: 0, away_m: 0 }, 'main').open_stretch).toBeNull();
  });

  it('starts at the junction of its own route nearest to it, not at one of another road', () => {
    // B has a junction at the same metre, far away, from which the anchor is open.
    const other = road('B', 3, { 2: { anchor: true } }, 9000);
    const own = road('M5', 4, { 2: shut, 3: { anchor: true } });
    for (const pieces of [
      [...other, ...own],
      [...own, ...other],
    ]) {
      const report = judgeRoads(pieces, { route: 'M5', at_m: 1000, away_m: 0 }, 'main');
      expect(report).toMatchObject({ state: 'cut', cuts: [{ route: 'M5', from_km: 2, to_km: 3 }] });
      expect(report.known_routes).toEqual([...new Set(pieces.map(({ route }) => route))]);
    }
  });
});

describe('the way out', () => {
  it('has the least distance to the enemy of the pieces on it, and of no others', () => {
    const pieces = [
      ...road('M5', 4, {
        0: { hostile_m: 900 },
        1: { hostile_m: 700 },
        2: { hostile_m: 800 },
        3: { anchor: true, hostile_m: 950 },
      }),
      // A side road that leads nowhere passes close by the enemy.
      piece('B', 0, 1000, [1000, 0], [1000, 1000], { hostile_m: 10 }),
    ];
    expect(judgeRoads(pieces, { route: 'M5', at_m: 0, away_m: 0 }, 'main')).toMatchObject({
      state: 'open',
      margin_m: 700,
    });
    const free = road('M5', 2, { 1: { anchor: true } });
    expect(judgeRoads(free, { route: 'M5', at_m: 0, away_m: 0 }, 'main').margin_m).toBeNull();
  });

  it('goes against the direction of a road, and over one that meets it within a metre', () => {
    const back = judgeRoads(road('M5', 3, { 0: { anchor: true } }), { route: 'M5', at_m: 3000, away_m: 0 }, 'main');
    expect(back).toMatchObject({ state: 'open', independent_routes: 1 });
    const meeting = (gap: number) => [
      piece('A', 0, 1000, [0, 0], [1000, 0]),
      piece('B', 0, 1000, [1000 + gap, 0], [2000, 0], { anchor: true }),
    ];
    const access = { route: 'A', at_m: 0, away_m: 0 };
    expect(judgeRoads(meeting(1), access, 'main').state).toBe('open');
    expect(judgeRoads(meeting(1.5), access, 'main')).toMatchObject({
      state: 'no_road',
      reason: 'known_routes_do_not_reach_anchor',
    });
  });

  it('counts ways that share no piece: a common piece makes them one', () => {
    const loop = [
      piece('A', 0, 1000, [0, 0], [1000, 0]),
      piece('A', 1000, 2000, [1000, 0], [2000, 0]),
      piece('B', 0, 1500, [1000, 0], [2000, 0]),
      piece('A', 2000, 3000, [2000, 0], [3000, 0], { anchor: true }),
    ];
    const from = (at_m: number) => judgeRoads(loop, { route: 'A', at_m, away_m: 0 }, 'main').independent_routes;
    expect([from(0), from(1000)]).toEqual([1, 2]);
    // In the anchor from the start.
    expect(from(2000)).toBeGreaterThanOrEqual(1);
    expect(
      judgeRoads(road('A', 1, { 0: { anchor: true } }), { route: 'A', at_m: 0, away_m: 0 }, 'main').independent_routes,
    ).toBe(1);
  });

  it('of a pocket leads to the main body only where no road leads to the anchor', () => {
    const inside = { main: false };
    const anchored = road('M5', 4, { 0: inside, 1: shut, 3: { anchor: true } });
    expect(judgeRoads(anchored, { route: 'M5', at_m: 0, away_m: 0 }, 'pocket').to).toBe('anchor');
    const bare = road('M5', 3, { 0: inside, 1: shut });
    expect(judgeRoads(bare, { route: 'M5', at_m: 0, away_m: 0 }, 'pocket')).toMatchObject({
      to: 'main_body',
      state: 'cut',
    });
    // Not for a post in the main body, which is there already.
    expect(judgeRoads(bare, { route: 'M5', at_m: 0, away_m: 0 }, 'main')).toMatchObject({ to: null, state: 'no_road' });
    const contested = { strict: false, lenient: true, class: 'contested', main: false };
    const over = road('M5', 3, { 0: inside, 1: contested });
    expect(judgeRoads(over, { route: 'M5', at_m: 0, away_m: 0 }, 'pocket')).toMatchObject({
      to: 'main_body',
      state: 'open_lenient',
    });
  });

  it('cuts are whole stretches of one class, on every open way, by route and travel', () => {
    const contested = { strict: false, lenient: true, class: 'contested', main: false };
    const pieces = [
      ...road('M5', 5, { 0: { ...shut }, 1: {}, 2: shut, 3: shut, 4: { anchor: true } }),
      piece('B', 0, 1000, [1000, 0], [1000, 1000]),
      piece('B', 1000, 2000, [1000, 1000], [1000, 2000], contested),
      piece('B', 2000, 3000, [1000, 2000], [1000, 3000], shut),
    ];
    const report = judgeRoads(pieces, { route: 'M5', at_m: 1000, away_m: 0 }, 'main');
    expect(report.cuts).toEqual([
      { route: 'M5', from_km: 0, to_km: 1, class: 'government' },
      { route: 'M5', from_km: 2, to_km: 4, class: 'government' },
      { route: 'B', from_km: 1, to_km: 2, class: 'contested' },
    ]);
    // The same class again after a gap is a stretch of its own.
    const gapped = [
      road('M5', 1, { 0: {} })[0] as RoadPiece,
      piece('M5', 1000, 2000, [1000, 0], [2000, 0], shut),
      piece('M5', 2500, 3000, [2500, 0], [3000, 0], { ...shut, anchor: true }),
    ];
    const access = { route: 'M5', at_m: 0, away_m: 0 };
    expect(judgeRoads(gapped, access, 'main').state).toBe('no_road');
  });
});
