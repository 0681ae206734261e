import { describe, expect, it } from 'vitest';
import { type ChangeAnswer, changeText, encirclementText, historyText } from '../../src/cli/text.js';

const judged = (isolated: { earliest: string | null; latest: string } | null) =>
  encirclementText({
    ...{ series: 's', date: '2024-02-01', method: 'drawn', unknown: null, stale: false },
    posts: [
      {
        ...{ number: 1, name: 'Hill', verdict: 'encircled', reason: null, grade: null, state: null, margin_m: null },
        since: { isolated, engulfed: null },
      },
    ],
  } as never);

describe('what a terminal says of when something began', () => {
  it('is the days between which it did, the one day where it is known, or that it was so before', () => {
    expect(judged({ earliest: '2024-01-02', latest: '2024-01-05' })).toContain('2024-01-02 to 2024-01-05');
    expect(judged({ earliest: '2024-01-05', latest: '2024-01-05' })).toMatch(/encircled +2024-01-05 *$/m);
    expect(judged({ earliest: null, latest: '2024-01-01' })).toContain('2024-01-01 or before');
    const intervals = [
      { verdict: 'encircled', from: '2024-01-05', to: null, began: { earliest: '2024-01-02', latest: '2024-01-05' } },
    ];
    expect(historyText({ number: 1, name: 'Hill', intervals })).toContain('2024-01-02 to 2024-01-05');
  });
});

describe('what a terminal says of a change', () => {
  it('tells what put the map right from what moved: of ground, places and routes', () => {
    const place = (name: string, ...kinds: string[]) => ({ name, from: 'q', to: 'p', on: { earliest: '2024-05-04', latest: '2024-05-06' }, kinds }); // biome-ignore format: one place
    const answer = {
      ...{ series: 's', from: '2024-05-03', to: '2024-05-06', method: 'drawn', theatre_km2: 1000, residual_km2: 0, parties: [], net: [] }, // biome-ignore format: one line
      places: [place('Alpha', 'correction'), place('Beta', 'movement')],
      route: [{ route: 'R1', from: 'q', to: 'p', km: 6.4 }],
      route_net: [{ route: 'R1', class: 'p', net_km: 6.4, movement_km: 1.2 }],
      stated_steps: [{ date: '2024-05-06', kind: 'correction', why: 'was drawn wrong', changed_km2: 710.31 }],
    } as unknown as ChangeAnswer;
    const text = changeText(answer);
    expect(text).toContain('no movement on the ground:\n  2024-05-06 correction, 710.3 km²: was drawn wrong\n  R1: of the net 6.4 km of p, 1.2 km is movement'); // biome-ignore format: one text
    expect(text).toMatch(/^Alpha +q +p +2024-05-04 to 2024-05-06 +correction: did not change hands$/m);
    expect(text).toMatch(/^Beta +q +p +2024-05-04 to 2024-05-06$/m);
    expect(changeText({ ...answer, stated_steps: [] })).not.toContain('no movement');
  });
});
