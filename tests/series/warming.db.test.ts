import { expect, it } from 'vitest';
import { warmVerdicts } from '../../src/open-store.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { valley } from '../setup/valley.js';

const OWN = ['warming-broken', 'warming-sound'];

/** The store as if it held these series alone, and nothing could be read of the first of them. */
const broken = (store: Db): Db => ({
  ...store,
  async query<Row extends object>(text: string, values: readonly unknown[] = [], often?: 'prepared') {
    if (values.includes(OWN[0])) throw new Error('a page of it cannot be read');
    const rows = await store.query<Row>(text, values, often);
    return text.includes('from series_statement s join series') && values.length === 1
      ? rows.filter((row) => OWN.includes((row as { series?: string }).series ?? ''))
      : rows;
  },
});

onEachDatabase('warming up', (db) => {
  it('names the series of which it fails, and computes the verdicts of all others', async () => {
    const store = await db();
    for (const id of OWN) {
      await loadBundle(store, parseBundle(valley(id)), () => {});
      await deriveSeries(store, id, {}, () => {});
    }
    const kept = () =>
      store.query(
        `select r.series, count(*) > 0 as any from kept_encirclement k join revision r on r.id = k.revision
         where r.series = any($1) group by r.series`,
        [OWN],
      );
    expect(await kept()).toEqual([]);
    expect(await warmVerdicts(broken(store))).toEqual([{ series: OWN[0], why: 'a page of it cannot be read' }]);
    expect(await kept()).toEqual([{ series: OWN[1], any: true }]);
  });
});
