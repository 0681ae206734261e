import { afterAll, beforeAll, it } from 'vitest';
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
});
