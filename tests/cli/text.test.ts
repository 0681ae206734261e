import { describe, expect, it } from 'vitest';
import { encirclementText, historyText } from '../../src/cli/text.js';

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
