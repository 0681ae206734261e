import { expect, it } from 'vitest';
import { openJobQueue } from '../../src/store/job-queue.js';
import { onEachDatabase } from '../setup/databases.js';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean, ms = 20_000) {
  for (const end = Date.now() + ms; Date.now() < end && !condition(); ) await later(50);
  expect(condition()).toBe(true);
}

onEachDatabase('the job queue', (db) => {
  it('gives each piece of work to one worker, and of one key only one waits', async () => {
    const name = `test-${process.pid}-${Date.now().toString(36)}`;
    const errors: string[] = [];
    const store = await db();
    const queue = await openJobQueue(store, [name], (error) => errors.push(error.message));
    const done: string[] = [];
    for (const key of ['a', 'a', 'b', 'a']) await queue.put(name, key, { key });
    await queue.work<{ key: string }>(name, async ({ key }) => {
      done.push(key);
    });
    await until(() => done.length >= 2);
    await queue.put(name, 'a', { key: 'a again' });
    await until(() => done.length >= 3);
    await later(1500);
    expect(done.toSorted()).toEqual(['a', 'a again', 'b']);
    await queue.close();
    expect(errors).toEqual([]);
    // The store is as free as before: nothing of the queue holds the embedded engine's one connection.
    expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('lets work wait until its time, and goes on when some of it fails', async () => {
    const name = `test-late-${process.pid}-${Date.now().toString(36)}`;
    const queue = await openJobQueue(await db(), [name], () => {});
    const done: { key: string; at: number }[] = [];
    await queue.work<{ key: string }>(name, async ({ key }) => {
      done.push({ key, at: Date.now() });
      if (key === 'fails') throw new Error('on purpose');
    });
    const begun = Date.now();
    await queue.put(name, 'late', { key: 'late' }, 3);
    await queue.put(name, 'fails', { key: 'fails' });
    await until(() => done.length === 2);
    expect(done.map(({ key }) => key)).toEqual(['fails', 'late']);
    expect((done[1]?.at ?? 0) - begun).toBeGreaterThan(2500);
    await queue.close();
  });
});
