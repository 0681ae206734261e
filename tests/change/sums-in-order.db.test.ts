import { expect, it } from 'vitest';
import { changeByFace, changeByOverlay } from '../../src/change/overlay.sql.js';
import { classAreasOver } from '../../src/change/region.sql.js';
import { dissolvedControl } from '../../src/series/control.sql.js';
import { currentRevisions } from '../../src/series/revisions.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

onEachDatabase('sums of areas', (db) => {
  it('are the same to the last digit however the rows lie on the disk, as in a restored store', async () => {
    const store = await m5(await db());
    const revisions = await currentRevisions(store, 'm5');
    const [from, to] = [revisions.at(8)?.id ?? 0, revisions.at(-3)?.id ?? 0];
    const undone = new Error('nothing of it is kept');
    const figures: string[] = [];
    await store
      .transaction(async (tx) => {
        // Rows of maps are kept for ever: only with the triggers off can they be laid in another order.
        await tx.query('set local session_replication_role = replica');
        for (const seed of ['', 'a', 'b', 'c']) {
          if (seed !== '') {
            for (const table of ['plane_face', 'area']) {
              await tx.query(
                `create temporary table laid on commit drop as select * from ${table} order by md5($1 || no)`,
                [seed],
              );
              await tx.query(`delete from ${table}`);
              await tx.query(`insert into ${table} select * from laid`);
              await tx.query('drop table laid');
            }
          }
          const control = (await dissolvedControl(tx, to)).map(({ party, confidence }) => [party, confidence]);
          const change = [await changeByFace(tx, from, to), await changeByOverlay(tx, from, to)];
          figures.push(JSON.stringify([control, change, await classAreasOver(tx, [from, to], null)]));
        }
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    expect(new Set(figures).size).toBe(1);
    expect(figures).toHaveLength(4);
  });
});
