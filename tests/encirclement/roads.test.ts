import { describe, expect, it } from 'vitest';
import { judgeRoads, type RoadPiece } from '../../src/encirclement/evidence/roads.js';

type Kind = 'main' | 'pocket' | 'contested' | 'hostile' | 'anchor';
/** A road of 1-km pieces along y, one per kind. */
const road = (route: string, kinds: readonly Kind[], y = 0): RoadPiece[] =>
  kinds.map((kind, i) => ({
    route,
    from_m: i * 1000,
    to_m: (i + 1) * 1000,
    from: [i * 1000, y],
    to: [(i + 1) * 1000, y],
    strict: kind === 'main' || kind === 'pocket' || kind === 'anchor',
    lenient: kind !== 'hostile',
    class: kind === 'hostile' ? 'government' : kind === 'contested' ? 'contested' : 'opposition',
    main: kind === 'main' || kind === 'anchor',
    anchor: kind === 'anchor',
    hostile_m: 100 * (i + 1),
  }));
const access = { route: 'M5', at_m: 0, away_m: 200 };

describe('the state of the known roads', () => {
  it('open to the anchor: least distance to the enemy on the way, stretch, one way', () => {
    const report = judgeRoads(road('M5', ['main', 'main', 'anchor', 'hostile']), access, 'main');
    expect(report).toMatchObject({
      state: 'open',
      to: 'anchor',
      margin_m: 100,
      independent_routes: 1,
      open_stretch: { from_km: 0, to_km: 3 },
      known_routes: ['M5'],
      cuts: [],
    });
  });

  it('two roads that part and meet again are two ways', () => {
    const north = road('M5', ['main', 'main', 'anchor']);
    const south: RoadPiece = {
      ...(road('B', ['main'])[0] as RoadPiece),
      from: [0, 0],
      to: [2000, 0],
      to_m: 2500,
    };
    expect(judgeRoads([south, ...north], access, 'main')).toMatchObject({ state: 'open', independent_routes: 2 });
  });

  it('lenient over contested ground, with what it leads over', () => {
    expect(judgeRoads(road('M5', ['main', 'contested', 'anchor']), access, 'main')).toMatchObject({
      state: 'open_lenient',
      cuts: [{ route: 'M5', from_km: 1, to_km: 2, class: 'contested' }],
    });
  });

  it('cut, with the whole stretch that cuts it and nothing beyond', () => {
    const report = judgeRoads(
      road('M5', ['pocket', 'hostile', 'hostile', 'main', 'hostile', 'anchor']),
      access,
      'pocket',
    );
    expect(report).toMatchObject({
      state: 'cut',
      to: 'anchor',
      cuts: [{ route: 'M5', from_km: 1, to_km: 3, class: 'government' }],
      margin_m: null,
    });
  });

  it('a road that never reaches the anchor says nothing of the way there, and is cut for a pocket all the same', () => {
    const known = judgeRoads(road('M5', ['main', 'hostile']), access, 'main');
    expect(known).toMatchObject({ state: 'no_road', reason: 'known_routes_do_not_reach_anchor', cuts: [] });
    expect(judgeRoads(road('M5', ['pocket', 'hostile', 'main']), access, 'pocket')).toMatchObject({
      state: 'cut',
      to: 'main_body',
    });
  });

  it('says why there is none', () => {
    expect(judgeRoads([], null, 'main').reason).toBe('no_routes_known');
    expect(judgeRoads(road('M5', ['main']), null, 'main').reason).toBe('no_access_within_reach');
    expect(judgeRoads(road('M5', ['main']), null, 'none').reason).toBe('no_ground_held');
  });
});
