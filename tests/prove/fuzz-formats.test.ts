import { expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { FILES, mutated, random } from './mutated-files.js';

/** Files of every format, `FUZZ` of each (default 5,000) with bytes changed, cut out, doubled or cut off. */
const EACH = Number(process.env.FUZZ ?? 5000);
/** A file of a few kilobytes that takes longer hangs, as far as a sender can tell. */
const LONGEST_MS = 2000;
it.each(Object.keys(FILES))(
  '%s with faults is read or refused, at once and in our words',
  { timeout: 3_600_000 },
  async (format) => {
    const next = random(format.length * 7919);
    const wrong: string[] = [];
    for (let number = 0; number < EACH && wrong.length < 5; number++) {
      const source = mutated(FILES[format] as Uint8Array, next);
      const options = { date: parseDate('2020-01-01'), knownParties: null };
      const started = performance.now();
      try {
        await readHere({ source, options, reading: READ_OPTIONS, lenient: false });
      } catch (error) {
        if (!(error instanceof SalientError)) wrong.push(`${number}: ${(error as Error).stack?.slice(0, 400)}`);
      }
      const took = performance.now() - started;
      if (took > LONGEST_MS) wrong.push(`${number}: took ${Math.round(took)} ms`);
    }
    expect(wrong).toEqual([]);
  },
);

it('eight bytes of a FlatGeobuf are refused at once', async () => {
  const source = Uint8Array.from([0x66, 0x67, 0x62, 3, 0x66, 0x67, 0x62, 0]);
  const options = { date: parseDate('2020-01-01'), knownParties: null };
  await expect(readHere({ source, options, reading: READ_OPTIONS, lenient: false })).rejects.toBeInstanceOf(
    SalientError,
  );
});
