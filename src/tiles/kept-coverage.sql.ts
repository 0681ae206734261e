import { keepWhereWritable } from '../store/keep.js';
import { lastPurge as numberOfLastPurge } from '../store/memo.sql.js';
import type { Queryable } from '../store/pool.js';
import type { KeptGroups } from './drawing/drawing.js';
import type { PackedLevel } from './drawing/drawing-messages.js';

/** Bytes of simplified coverages in the store; beyond it those made first leave, to be made again on request. */
const MOST_BYTES = 1 << 30;

/** Where a store keeps simplified coverages. They are found by what they are made of, so they are never stale. */
export function keptGroups(db: Queryable): KeptGroups {
  let written = MOST_BYTES;
  return {
    read: (keys, zoom) =>
      db.query<PackedLevel & { key: string }>(
        `select distinct on (key) key, maxzoom, bytes from kept_coverage
         where key = any($1) and maxzoom >= $2 order by key, maxzoom`,
        [keys, zoom],
        'prepared',
      ),
    lastPurge: () => numberOfLastPurge(db),
    async write(key, levels, lastPurge) {
      for (const { maxzoom, bytes } of levels) {
        await keepWhereWritable(() =>
          db.query(
            `insert into kept_coverage (key, maxzoom, bytes) select $1, $2, $3 where not purged_since($4)
             on conflict do nothing`,
            [key, maxzoom, Buffer.from(bytes), lastPurge],
            'prepared',
          ),
        );
        written += bytes.length;
      }
      // Summing up reads every row: done at first, then once in a 32nd of the bound.
      if (written <= MOST_BYTES / 32) return;
      written = 0;
      await dropOldest(db, MOST_BYTES);
    },
  };
}

async function dropOldest(db: Queryable, mostBytes: number): Promise<void> {
  await db.query(
    `delete from kept_coverage where key in (
       select key from (
         select key, sum(sum(octet_length(bytes))) over (order by max(kept_at) desc, key) as held
         from kept_coverage group by key
       ) newest where held > $1)`,
    [mostBytes],
  );
}

/** Which of the keys nothing is kept under. */
export async function missingKeys(db: Queryable, keys: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ key: string }>(
    'select key from unnest($1::text[]) as asked(key) where not exists (select from kept_coverage k where k.key = asked.key)',
    [keys],
  );
  return new Set(rows.map(({ key }) => key));
}
