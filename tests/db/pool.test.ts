import { expect, it } from 'vitest';
import { redacted } from '../../src/db/pool.js';
import { onEachDatabase } from '../setup/databases.js';

onEachDatabase('the pool', (db) => {
  it('carries dates as strings, instants as RFC 3339 in UTC and big integers as numbers', async () => {
    const [row] = await (await db()).query(
      `select date '2020-02-29' as day, timestamptz '2020-02-29 23:30:00.5+03' as at, 12::bigint as id, 1.5::numeric as n`,
    );
    expect(row).toEqual({ day: '2020-02-29', at: '2020-02-29T20:30:00.5Z', id: 12, n: 1.5 });
  });

  it('refuses a second connection inside a transaction, which would wait for ever on the embedded engine', async () => {
    const store = await db();
    await expect(store.transaction(() => store.query('select 1'))).rejects.toThrow('pass its `tx` down');
    expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('rolls a failed transaction back', async () => {
    const store = await db();
    const failing = store.transaction(async (tx) => {
      await tx.query(`insert into theatre (id) values ('never')`);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await store.query(`select * from theatre where id = 'never'`)).toEqual([]);
  });
});

it('never shows a password', () => {
  expect(redacted('postgres://me:secret@db/salient')).toBe('postgres://me:***@db/salient');
});
