import { expect, it } from 'vitest';
import { verifyAudit } from '../../src/desk/audit.sql.js';
import { seededRandom } from '../coverage/random.js';
import { onEachDatabase } from '../setup/databases.js';
import { playHistory } from '../setup/desk-histories.js';

/* A few random histories of a desk against a simple model; `tests/prove/desk-histories.test.ts` plays 300. */

onEachDatabase('random histories of a desk', (db) => {
  it('show the public what the model says, and members what was approved, at every moment and as known at every earlier one', async () => {
    const store = await db();
    const random = seededRandom(18);
    let released = 0;
    for (let n = 0; n < 3; n++) released += (await playHistory(store, `desk-history-${n}`, random, 8)).released;
    expect(released).toBeGreaterThan(3);
    expect(await verifyAudit(store)).toMatchObject({ broken_at: null });
  }, 300_000);
});
