import { expect, it } from 'vitest';
import { forgetAll, openMemo } from '../../src/store/memo.js';

const memoOf = (maxBytes: number) => openMemo<{ bytes: number }>({ maxBytes, bytesOf: ({ bytes }) => bytes });

it('a memo stays under its bound, whatever the size of keys and values, and lets go of one after another, never of all', async () => {
  const memo = memoOf(100_000);
  let most = 0;
  for (let i = 0; i < 5000; i++) {
    await memo.once(`${'k'.repeat(i % 500)} ${i}`, async () => ({ bytes: (i * 7919) % 5000 }));
    expect(memo.bytes()).toBeLessThanOrEqual(100_000);
    // Once it is full it stays nearly so.
    if (i > 200) expect(memo.bytes()).toBeGreaterThan(85_000);
    most = Math.max(most, memo.bytes());
  }
  expect(most).toBeGreaterThan(95_000);
});

it('what is larger than the whole memo is answered and not kept', async () => {
  const memo = memoOf(1000);
  await memo.once('small', async () => ({ bytes: 10 }));
  expect(await memo.once('large', async () => ({ bytes: 5000 }))).toEqual({ bytes: 5000 });
  expect(memo.peek('large')).toBeUndefined();
  expect(memo.peek('small')).toEqual({ bytes: 10 });
});

it('a value that could not be computed is not kept: all who waited hear of it, the next one tries again', async () => {
  const memo = memoOf(1000);
  const failing = () => Promise.reject(new Error('gone'));
  const both = [memo.once('a', failing), memo.once('a', failing)];
  for (const one of both) await expect(one).rejects.toThrow('gone');
  expect(await memo.once('a', async () => ({ bytes: 1 }))).toEqual({ bytes: 1 });
});

it('what was begun before everything was forgotten is for those who waited then, and is not kept', async () => {
  const memo = openMemo<{ of: string }>({ maxBytes: 1 << 20, bytesOf: () => 10 });
  let end = (_: { of: string }) => {};
  const before = memo.once(
    'map',
    () =>
      new Promise<{ of: string }>((resolve) => {
        end = resolve;
      }),
  );
  expect(memo.isUnderWay('map')).toBe(true);
  forgetAll();
  expect(memo.isUnderWay('map')).toBe(false);
  expect(await memo.once('map', async () => ({ of: 'what stands now' }))).toEqual({ of: 'what stands now' });
  end({ of: 'what was purged' });
  expect(await before).toEqual({ of: 'what was purged' });
  expect(memo.peek('map')).toEqual({ of: 'what stands now' });
});
