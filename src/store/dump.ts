import type { Queryable } from './pool.js';

/** A table of the store as a backup names it: its columns, and the type that each one's text is read as. */
export interface DumpedTable {
  name: string;
  columns: { name: string; type: string }[];
}

/**
 * Every table but the lists of what was applied (`migrate.ts`), what the store makes again by itself, and the tokens and sessions (a
 * restored store must not revive one that was ended since), those that others refer to first. What extensions brought is not ours.
 */
export async function dumpedTables(db: Queryable): Promise<DumpedTable[]> {
  const tables = await db.query<DumpedTable & { needs: string[] }>(
    `select c.relname as name,
            (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
             from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
            array(select distinct r.relname::text from pg_constraint f join pg_class r on r.oid = f.confrelid
                  where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
     from pg_class c
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not in ('migration', 'function_file', 'series_epoch', 'kept_coverage', 'token', 'browser_session')
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.relname collate "C"`,
  );
  const ordered: DumpedTable[] = [];
  const waiting = new Map(tables.map((table) => [table.name, table]));
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ needs }) => needs.every((need) => !waiting.has(need)));
    if (ready.length === 0) throw new Error(`tables refer to one another in a ring: ${[...waiting.keys()].join(', ')}`);
    for (const { name, columns } of ready) {
      ordered.push({ name, columns });
      waiting.delete(name);
    }
  }
  return ordered;
}

/** What is read from now on in this transaction is the store at one moment. To be called first. */
export async function readOneMoment(tx: Queryable): Promise<void> {
  await tx.query('set transaction isolation level repeatable read, read only');
}

const ROWS_AT_ONCE = 100;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * The rows of a table, each a JSON array of the columns' text or null, as PostgreSQL writes it: the same on any engine,
 * and exact (floats in full, instants to the microsecond, geometry as EWKB). In batches, never the whole table.
 */
export async function* dumpRows(tx: Queryable, { name, columns }: DumpedTable): AsyncGenerator<string[]> {
  const texts = columns.map((column) => `${quoted(column.name)}::text`).join(', ');
  await tx.query(
    `declare dump no scroll cursor for select json_build_array(${texts})::text as line from ${quoted(name)}`,
  );
  for (;;) {
    const rows = await tx.query<{ line: string }>(`fetch ${ROWS_AT_ONCE} from dump`);
    if (rows.length > 0) yield rows.map((row) => row.line);
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await tx.query('close dump');
}

/** Stores rows as `dumpRows` returned them, numbers of identity columns included. */
export async function restoreRows(tx: Queryable, table: DumpedTable, lines: readonly string[]): Promise<void> {
  const names = table.columns.map((column) => quoted(column.name)).join(', ');
  const values = table.columns.map(({ type }, index) => `(r.value->>${index})::${type}`).join(', ');
  await tx.query(
    `insert into ${quoted(table.name)} (${names}) overriding system value
     select ${values} from jsonb_array_elements($1::jsonb) r`,
    [`[${lines.join(',')}]`],
  );
}

/** Where the numbering of an identity column has come to. */
export interface SequenceState {
  table: string;
  column: string;
  last: number;
  called: boolean;
}

export async function sequenceStates(tx: Queryable): Promise<SequenceState[]> {
  const found = await tx.query<{ table: string; column: string; sequence: string }>(
    `select c.relname as "table", a.attname as "column", pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attidentity <> '' and c.relname <> 'token'
     order by c.relname collate "C"`,
  );
  const states: SequenceState[] = [];
  for (const { table, column, sequence } of found) {
    const [row] = await tx.query<{ last: number; called: boolean }>(
      `select last_value as last, is_called as called from ${sequence}`,
    );
    states.push({ table, column, last: row?.last ?? 1, called: row?.called ?? false });
  }
  return states;
}

export async function setSequence(tx: Queryable, { table, column, last, called }: SequenceState): Promise<void> {
  await tx.query('select setval(pg_get_serial_sequence(quote_ident($1), $2), $3, $4)', [table, column, last, called]);
}

/** The name of a table that holds a row; null when the store is empty. Other writers wait until the transaction ends. */
export async function filledTable(tx: Queryable, tables: readonly DumpedTable[]): Promise<string | null> {
  await tx.query('lock table revision, theatre in share row exclusive mode');
  for (const { name } of tables) {
    const [row] = await tx.query<{ filled: boolean }>(`select exists (select from ${quoted(name)}) as filled`);
    if (row?.filled) return name;
  }
  return null;
}
