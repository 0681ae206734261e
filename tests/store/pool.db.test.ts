import pg from 'pg';
import { expect, it } from 'vitest';
import { atWork, LANES } from '../../src/store/cancellation.js';
import { databaseName } from '../../src/store/database-url.js';
import { openPool, type Queryable } from '../../src/store/pool.js';
import { rehearse } from '../../src/store/rehearsal.js';
import { freshDatabase, onEachDatabase, onServer, SERVER_URL } from '../setup/databases.js';

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

  it('does statements of a transaction that are given at once one after the other, and none after one that failed', async () => {
    const store = await db();
    const counted = await store.transaction((tx) =>
      Promise.all([
        tx.query('create temporary table counted (n int) on commit drop'),
        tx.query('insert into counted values (1)'),
        tx.query('select n from counted'),
      ]),
    );
    expect(counted.at(-1)).toEqual([{ n: 1 }]);
    const failing = store.transaction((tx) =>
      Promise.allSettled([tx.query('select 1 / 0'), tx.query(`insert into theatre (id) values ('never')`)]).then(
        ([first]) => {
          if (first?.status === 'rejected') throw first.reason;
        },
      ),
    );
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    const abandoned = store.transaction((tx) =>
      Promise.all([
        tx.query('select 1 / 0'),
        ...[1, 2, 3].map(() => tx.query(`insert into theatre (id) values ('never')`)),
      ]),
    );
    await expect(abandoned).rejects.toMatchObject({ code: '22012' });
    expect(await store.query(`select * from theatre where id = 'never'`)).toEqual([]);
  });

  it('does transactions of a rehearsal one after the other, each with temporary tables of one name, and keeps nothing', async () => {
    const listed = (n: number) => async (tx: Queryable) => {
      await tx.query('create temporary table listed (n int)');
      await tx.query('insert into listed values ($1)', [n]);
      const found = await tx.query('select n from listed');
      await tx.query('drop table listed');
      return found;
    };
    const found = await rehearse(await db(), async (inside) => {
      await inside.query(`insert into theatre (id) values ('never')`);
      return Promise.all([1, 2, 3].map((n) => inside.transaction(listed(n))));
    });
    expect(found).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
    expect(await (await db()).query(`select * from theatre where id = 'never'`)).toEqual([]);
  });
});

onEachDatabase('a statement that is prepared', (db) => {
  const sum = 'select $1::int + 1 as n';

  it('is parsed once a connection and answers as any other; others are not kept', async () => {
    const store = await db();
    const kept = await store.transaction(async (tx) => {
      for (const n of [1, 2, 3]) expect(await tx.query(sum, [n], 'prepared')).toEqual([{ n: n + 1 }]);
      expect(await tx.query('select $1::int + 2 as n', [1])).toEqual([{ n: 3 }]);
      return tx.query<{ text: string }>(
        `select statement as text from pg_prepared_statements where statement like '%::int + _ as n'`,
      );
    });
    expect(kept).toEqual(store.engine === 'server' ? [{ text: sum }] : []);
  });

  it('whose table got another column fails once at most on a connection, and then answers with it', async () => {
    const store = await db();
    await store.query('create table widened (a int)');
    await store.query('insert into widened values (1)');
    const ask = () => store.query('select * from widened where a = $1', [1], 'prepared');
    for (let i = 0; i < 6; i++) await ask();
    await store.query('alter table widened add b int default 2');
    await ask().catch((error) => expect(error).toMatchObject({ code: '0A000' }));
    expect(await ask()).toEqual([{ a: 1, b: 2 }]);
    await store.query('drop table widened');
  });
});

const BOW_TIE = '0 0,10 10,10 0,0 10,0 0';
const SQUARE = '0 0,10 0,10 10,0 10,0 0';

onEachDatabase('after an error', (db) => {
  it('every answer still belongs to its own question', async () => {
    const store = await db();
    await expect(store.query('select 1 / $1::int', [0])).rejects.toThrow('division by zero');
    expect(await store.query('select $1::int as first', [1])).toEqual([{ first: 1 }]);
    expect(await store.query('select $1::int as second', [2])).toEqual([{ second: 2 }]);
  });

  it('an exception of GEOS is an error, never an empty answer, and its transaction leaves nothing', async () => {
    const store = await db();
    const bowTie = `st_geomfromtext('POLYGON((${BOW_TIE}))')`;
    const overlay = `select st_area(st_union(${bowTie}, 'POLYGON((0 0,10 9.9,10 0,0 10.1,0 0))'::geometry)) + $1::int as m2`;
    await expect(store.query(overlay, [1])).rejects.toThrow();
    const failing = store.transaction(async (tx) => {
      await tx.query(`insert into theatre (id) values ('lost')`);
      await tx.query(overlay, [1]);
    });
    await expect(failing).rejects.toThrow();
    expect(await store.query(`select id from theatre where id = 'lost'`)).toEqual([]);
    expect(await store.query('select $1::int as third', [3])).toEqual([{ third: 3 }]);
  });

  it('so is one that comes after the first rows', async () => {
    const store = await db();
    const shapes = [SQUARE, BOW_TIE].map((ring) => `POLYGON((${ring}))`);
    const overlay = `select st_area(st_union(geom::geometry, 'POLYGON((0 0,10 9.9,10 0,0 10.1,0 0))')) as m2 from unnest($1::text[]) geom`;
    const stated = store.engine === 'embedded' ? { code: 'beyond_embedded' } : { message: /Topology|side location/ };
    await expect(store.query(overlay, [shapes])).rejects.toMatchObject(stated);
    expect(await store.query('select $1::int as one', [1])).toEqual([{ one: 1 }]);
  });
});

it('never shows a password, in whatever form the address is written', () => {
  expect(databaseName('postgres://me:secret@db:5433/salient?sslmode=require')).toBe('db:5433/salient as me');
  expect(databaseName('postgres://db/salient?user=me&password=secret')).toBe('db/salient as me');
  expect(databaseName('postgres://me:p@ss@db/salient')).toBe('db/salient as me');
  for (const odd of [
    'host=db user=me password=secret',
    'postgres://me:se/cret@db/salient',
    'mysql://me:secret@db/x',
    'secret',
  ]) {
    expect(() => databaseName(odd)).toThrow(/^DATABASE_URL: expected(?!.*se.?cret)/);
  }
});

onServer('a database with settings of its own', () => {
  it('answers as any other: every setting that an answer rests on is ours', async () => {
    const url = await freshDatabase(SERVER_URL);
    const name = new URL(url).pathname.slice(1);
    const strange = [
      "datestyle = 'German, DMY'",
      'extra_float_digits = -2',
      "timezone = 'Asia/Kathmandu'",
      "intervalstyle = 'sql_standard'",
      "bytea_output = 'escape'",
      'jit = on',
      "default_transaction_isolation = 'serializable'",
    ];
    const outside = new pg.Client(SERVER_URL);
    await outside.connect();
    for (const setting of strange) await outside.query(`alter database "${name}" set ${setting}`);
    await outside.end();
    const store = openPool({ connectionString: url }, 'server');
    const requested = `select date '2020-02-29' as day, timestamptz '2020-02-29 23:30:00.5+03' as at, (0.1::float8 + 0.2)::text as sum, '\\x01ff'::bytea::text as bytes, (interval '1 day 2 hours')::text as span, current_setting('transaction_isolation') as level`;
    const expected = {
      day: '2020-02-29',
      at: '2020-02-29T20:30:00.5Z',
      sum: '0.30000000000000004',
      bytes: '\\x01ff',
      span: '1 day 02:00:00',
      level: 'read committed',
    };
    try {
      for (const lane of [undefined, ...LANES]) {
        const [row] = await atWork(lane ? { lane } : {}, () => store.query(requested));
        expect([lane, row]).toEqual([lane, expected]);
      }
      expect(await store.query(requested, [], 'prepared')).toEqual([expected]);
    } finally {
      await store.close();
    }
  });
});
