import { afterAll, beforeAll, expect, it } from 'vitest';
import { onServer } from '../setup/databases.js';
import { type TwoServices, twoServices } from '../setup/two-services.js';

onServer('two services on one database', () => {
  let both: TwoServices;
  beforeAll(async () => {
    both = await twoServices();
  });
  afterAll(() => both?.end());

  // The long version is tests/prove/two-processes.test.ts.
  it('never show an old tile, ETag or TileJSON once a correction by either has been answered', async () => {
    for (let round = 1; round <= 8; round++) await both.correct(round);
  });

  it('neither shows a series that the other has withdrawn, and both show it once it is restored', async () => {
    await both.withdrawAndRestore(0);
    await both.withdrawAndRestore(1);
  });

  it('a map that one of them purged leaves the memory of the other within its look, of one second', async () => {
    // A look that has just begun sees nothing yet, and the next is a second later; the rest is the load of the machine.
    expect(await both.purge()).toBeLessThan(20_000);
  });
});
