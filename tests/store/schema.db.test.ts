import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';

const GOLDEN = join(PROJECT_ROOT, 'tests/golden/schema.sql');
const DUMP = readFileSync(join(PROJECT_ROOT, 'tests/store/dump-schema.sql'), 'utf8');

const HEAD =
  '-- What the migrations yield, on both engines. Written by: UPDATE_GOLDEN=1 npx vitest run tests/store/schema.db.test.ts\n';

const schemaOf = async (db: Db) =>
  `${HEAD}${(await db.query<{ text: string }>(DUMP)).map(({ text }) => text).join('\n')}\n`;

onEachDatabase('the schema', (db) => {
  it('is the one that the golden file describes', async () => {
    const schema = await schemaOf(await db());
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, schema);
    expect(schema).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it('keeps every table for ever: none can be changed or emptied but the figures that can be computed again', async () => {
    const tables = await (await db()).query<{ name: string }>(
      `select c.relname as name from pg_class c
       where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
         and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'kept')
         and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
       order by c.relname collate "C"`,
    );
    const open = tables.map((table) => table.name).filter((name) => !name.startsWith('kept_'));
    // A session ends and is dropped: the audit log holds what was done in it. A lease says who is at a delivery just now, and runs out; what is due is work, not history, and so are how a subscription stands and when an address that failed is asked again; an epoch is raised by whoever writes.
    // What members have beyond the public record goes when that is brought up to date; what they knew at an instant stays.
    expect(open).toEqual([
      'ahead_added_edition',
      'ahead_branch',
      'ahead_held_decision',
      'ahead_reference_addition',
      'ahead_series_continuation',
      'ahead_snapshot_restoration',
      'ahead_snapshot_withdrawal',
      'alert_watch',
      'browser_session',
      'delivery_lease',
      'function_file',
      'mail_recipient',
      'migration',
      'report_due',
      'report_watch',
      'series_epoch',
      'source_copy_failure',
      'subscription_state',
    ]);
  });
});
