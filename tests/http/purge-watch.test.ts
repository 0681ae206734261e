import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchPurges } from '../../src/http/purge-watch.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { openMemo } from '../../src/store/memo.js';
import { database, onServer } from '../setup/databases.js';
import { valley } from '../setup/valley.js';

const until = async (isSo: () => boolean) => {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
};

onServer('the memory of a process, when another one purges a map', () => {
  const memo = openMemo<{ tile: string }>({ maxBytes: 1 << 20, bytesOf: () => 100 });
  let unwatch = () => {};
  beforeAll(async () => {
    unwatch = watchPurges(await database('server', 'purge watch'));
    // Past its first looks.
    await new Promise((resolve) => setTimeout(resolve, 5000));
  });
  afterAll(() => unwatch());

  it('lets go of what was purged before its first look: nobody knows since when it is there', async () => {
    const early = openMemo<{ tile: string }>({ maxBytes: 1 << 20, bytesOf: () => 100 });
    const end = watchPurges(await database('server', 'purge watch'));
    early.set('early', { tile: 'purged by another within the first second' });
    expect(await until(() => early.peek('early') === undefined)).toBe(true);
    end();
  });

  it('lets go of what is in it, and of what was read before and comes to it late', async () => {
    const store = await database('server', 'purge watch');
    await loadBundle(store, parseBundle(valley('purged-elsewhere', {})), () => {});
    memo.set('before', { tile: 'before' });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(memo.peek('before')).toBeDefined();
    await store.query(
      `insert into purge (series, valid_on, revisions, held, proposals, report_editions, shapes, why, decided_by, recorded_at)
       values ('purged-elsewhere', '2020-01-01', '{}', '{}', '{}', '{}', 0, 'a test', null, clock_timestamp())`,
    );
    expect(await until(() => memo.peek('before') === undefined)).toBe(true);
    memo.set('late', { tile: 'resolved before the purge, drawn after it' });
    expect(await until(() => memo.peek('late') === undefined)).toBe(true);
  });
});
