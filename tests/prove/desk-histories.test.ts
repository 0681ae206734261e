import { expect, it } from 'vitest';
import { verifyAudit } from '../../src/desk/audit.sql.js';
import { seededRandom } from '../coverage/random.js';
import { onEachDatabase } from '../setup/databases.js';
import { playHistory, type Tally } from '../setup/desk-histories.js';

/*
 * HISTORIES (300) random histories of proposals, decisions, embargoes (until released, and until an instant), withdrawals and their
 * restorations, and corrections of the map under what waits, half of them on each
 * database: after each act the public map is that of the model, and the members' one the public one with all that was approved; the
 * matrix balances, no two areas overlap; at the end every answer as known at an earlier moment is the same to the byte, to the public and
 * to members, and the audit log verifies.
 */
const HISTORIES = Number(process.env.HISTORIES ?? 300);
const ACTS = 10;

onEachDatabase('random histories of a desk', (db) => {
  it('are those of the model', async () => {
    const store = await db();
    const total: Tally = { acts: 0, released: 0, stopped: 0, refused: 0, corrected: 0, ahead: 0 };
    for (let n = 0; n < HISTORIES / 2; n++) {
      const { acts, released, refused, corrected, ahead } = await playHistory(
        store,
        `history-${n}`,
        seededRandom(1800 + n),
        ACTS,
      );
      total.acts += acts;
      total.released += released;
      total.refused += refused;
      total.corrected += corrected;
      total.ahead += ahead;
    }
    console.log(JSON.stringify({ engine: store.engine, histories: HISTORIES / 2, ...total }));
    expect(total.released).toBeGreaterThan(HISTORIES / 2);
    expect(total.ahead).toBeGreaterThan(HISTORIES / 4);
    expect(await verifyAudit(store)).toMatchObject({ broken_at: null });
  }, 3_600_000);
});
