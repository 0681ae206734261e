import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { addDays, parseDate } from '../../src/model/dates.js';
import type { Db, Queryable } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { plantSeries } from '../setup/plain-maps.js';

/** The store, with every statement that overlays ground written down, inside transactions too. */
function overheard(db: Db) {
  const overlays: string[] = [];
  const hearing = <Q extends Queryable>(inner: Q): Q => ({
    ...inner,
    query(...requested: Parameters<Queryable['query']>) {
      if (/st_intersection|overlay/i.test(requested[0])) overlays.push(requested[0]);
      return inner.query(...requested);
    },
  });
  const store: Db = { ...hearing(db), transaction: (work) => db.transaction((tx) => work(hearing(tx))) };
  return { store, overlays };
}

onEachDatabase('a change that is asked by twenty at once', (open) => {
  it('is computed once, and told alike to all', async () => {
    const { store, overlays } = overheard(await open());
    const cutAt = (x: number) => [
      { of: `env(-50,-50,${x},50)`, party: 'a' },
      { of: `env(${x},-50,50,50)`, party: 'c' },
    ];
    const { series } = await plantSeries(store, {
      frame: 'env(-50,-50,50,50)',
      maps: [cutAt(0), cutAt(10), cutAt(25), cutAt(31)],
      accuracyM: 100,
    });
    const day = parseDate('2020-01-01');
    const requested = (from: number, to: number) =>
      askChange(store, { series, from: addDays(day, 10 * from), to: addDays(day, 10 * to), knownAt: null });
    overlays.length = 0;
    await requested(0, 2);
    const alone = overlays.length;
    expect(alone).toBeGreaterThan(0);

    overlays.length = 0;
    const answers = await Promise.all(Array.from({ length: 20 }, () => requested(1, 3)));
    expect(overlays.length).toBeLessThanOrEqual(alone);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.parties.find(({ party }) => party === 'a')?.net_km2).toBeGreaterThan(1000);
  });
});
