import { expect, it } from 'vitest';
import { MessageReader } from '../../src/store/embedded/wire.js';

function message(type: string, length: number): Buffer {
  const bytes = Buffer.alloc(1 + 4 + length, 7);
  bytes.write(type);
  bytes.writeInt32BE(4 + length, 1);
  return bytes;
}

it('puts messages together wherever their bytes are cut', () => {
  const messages = [message('P', 10), message('B', 0), message('S', 3)];
  const all = Buffer.concat(messages);
  for (let first = 0; first <= all.length; first++) {
    for (let second = first; second <= all.length; second++) {
      const reader = new MessageReader();
      const pieces = [all.subarray(0, first), all.subarray(first, second), all.subarray(second)];
      expect(pieces.flatMap((piece) => reader.take(piece))).toEqual(messages);
    }
  }
});

it('copies a long message once, however many chunks it comes in', () => {
  const long = message('B', 64 << 20);
  const reader = new MessageReader();
  const began = performance.now();
  const found: Buffer[] = [];
  for (let at = 0; at < long.length; at += 64 << 10) found.push(...reader.take(long.subarray(at, at + (64 << 10))));
  expect(found.map(({ length }) => length)).toEqual([long.length]);
  // Joined anew for each chunk it took 58 s.
  expect(performance.now() - began).toBeLessThan(2000);
});
