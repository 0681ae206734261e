import { SalientError } from '../errors.js';
import { withoutBrokenTexts } from '../model/contract.js';
import type { Instant } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { isHidden } from '../store/sight.js';
import { eachOnce } from './recipients.js';

/** One version of a definition. */
export interface DefinitionVersion {
  version: number;
  /** As it was given, without what its contract came to refuse later (`asStored`). */
  definition: unknown;
  withdrawn_why: string | null;
  recorded_at: Instant;
  /** When the first version was recorded. */
  first_recorded_at: Instant;
  /** The series that this version or an earlier one names: what was made of each is still there. */
  about: string[];
}

/** A definition about a series that the caller may not know of is none to them. */
const isSeen = ({ about }: DefinitionVersion) => !about.some(isHidden);

const isText = (value: unknown) => typeof value === 'string';

/**
 * An escape that the store takes in JSON and does not read: of NUL, or of a surrogate, which may be without the other. Versions before
 * the contract refused them may be stored; of those nothing is read in SQL, for one would break off the statement over all.
 */
const BROKEN = '\\\\u(0000|[dD][89a-fA-F])';

/** The series of a definition: the member alone, or in the whole of one that cannot be read in SQL. */
const seriesIn = (named: unknown): unknown[] => {
  const series = named !== null && typeof named === 'object' && 'series' in named ? named.series : named;
  return [series].flat();
};

/**
 * A definition or rule as it was stored, without what its contract came to refuse later: text that no store can hold is U+FFFD, a webhook that
 * is there twice is taken once.
 */
function asStored(definition: unknown): unknown {
  const whole = withoutBrokenTexts(definition) as { recipients?: { webhooks?: unknown } } | null;
  const webhooks = whole?.recipients?.webhooks;
  if (!Array.isArray(webhooks) || !webhooks.every((one) => typeof one === 'string')) return whole;
  return { ...whole, recipients: { ...whole?.recipients, webhooks: eachOnce(webhooks) } };
}

/** The definitions of a table, whose ids are in the column `key`. */
export function definitionsIn<Row extends DefinitionVersion>(table: string, key: string) {
  const newest = async (db: Queryable, where = '', values: string[] = []): Promise<Row[]> => {
    const rows = await db.query<Row & { named: unknown[] }>(
      `select distinct on (${key}) d.*, (select min(recorded_at) from ${table} f where f.${key} = d.${key}) as first_recorded_at,
              (select json_agg(case when f.definition::text ~ '${BROKEN}' then f.definition else f.definition -> 'series' end)
               from ${table} f where f.${key} = d.${key}) as named
       from ${table} d ${where} order by ${key}, version desc`,
      values,
    );
    return rows.map(({ named, ...row }) => {
      const about = [...new Set(named.flatMap(seriesIn).filter(isText))];
      return { ...row, definition: asStored(row.definition), about } as unknown as Row;
    });
  };
  const find = async (db: Queryable, id: string) => (await newest(db, `where ${key} = $1`, [id]))[0];
  return {
    /** The newest version of each, withdrawn ones too, by id. */
    all: async (db: Queryable): Promise<Row[]> => (await newest(db)).filter(isSeen),
    /** The newest version of one; null when there is none. */
    async one(db: Queryable, id: string): Promise<Row | null> {
      const row = await find(db, id);
      return row && isSeen(row) ? row : null;
    },
    /** Records the next version. Two that are recorded at once: the second is refused by the unique (id, version). */
    async insert(db: Queryable, id: string, definition: unknown, withdrawnWhy: string | null): Promise<number> {
      const last = await find(db, id);
      if (last && !isSeen(last)) throw new SalientError('not_allowed', `${id}: this id is not free`);
      const [row] = await db.query<{ version: number }>(
        `insert into ${table} (${key}, version, definition, withdrawn_why)
         select $1::text, coalesce(max(version), 0) + 1, $2::json, $3 from ${table} where ${key} = $1::text
         returning version`,
        [id, JSON.stringify(definition), withdrawnWhy],
      );
      return (row as { version: number }).version;
    },
  };
}
