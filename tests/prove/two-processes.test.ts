import { expect, it } from 'vitest';
import { onServer } from '../setup/databases.js';
import { twoServices } from '../setup/two-services.js';

const CORRECTIONS = Number(process.env.SALIENT_PROVE_CORRECTIONS ?? 300);

onServer('two services on one database', () => {
  it('never show anything old once a correction or a withdrawal by either has been answered', async () => {
    const both = await twoServices();
    const since = performance.now();
    for (let round = 1; round <= CORRECTIONS; round++) {
      await both.correct(round);
      if (round % 10 === 0) await both.withdrawAndRestore(round / 10);
    }
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    console.log(
      `${CORRECTIONS} corrections, ${CORRECTIONS / 10} withdrawals, ${both.answers()} answers, none old; ${seconds} s`,
    );
    expect(both.answers()).toBeGreaterThan(CORRECTIONS * 5);
    await both.end();
  });
});
