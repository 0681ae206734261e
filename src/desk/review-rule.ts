import { SalientError } from '../errors.js';
import { standingSeries } from '../series/as-of.js';
import type { Db } from '../store/pool.js';
import { within } from '../store/rehearsal.js';
import { appendAudit } from './audit.sql.js';
import { approvalsStated } from './held-maps.sql.js';
import { insertRule, rulesByKind } from './proposals.sql.js';

/** Kinds of change that a rule of review may be about; `held`: maps under review. */
export const RULED_KINDS = [
  'edit',
  'map',
  'claim',
  'event',
  'withdrawal',
  'restoration',
  'parties',
  'places',
  'posts',
  'routes',
  'held',
] as const;
export type RuledKind = (typeof RULED_KINDS)[number];

/**
 * States how many people other than the author approve a change of the series; with `kinds` of those alone. The newest rule that is about
 * a kind holds for it.
 */
export function stateRule(
  db: Db,
  series: string,
  {
    approvals,
    kinds = null,
    why,
    by,
  }: { approvals: number; kinds?: readonly RuledKind[] | null; why: string; by: string },
) {
  return db.transaction(async (tx) => {
    await standingSeries(tx, series);
    await insertRule(tx, series, approvals, kinds, why, by);
    const entry = { principal: by, action: 'rule', subject: series, detail: { approvals, kinds, why } };
    await appendAudit(within(tx), entry);
    return { series, approvals, kinds };
  });
}

/**
 * What one person does to the public record at once would leave a rule of the series out that is about it.
 * @throws SalientError `not_allowed`
 */
export async function refuseUnreviewed(db: Db, series: string, kind: 'withdrawal' | 'restoration'): Promise<void> {
  if ((await approvalsStated(db, series, kind)) === null) return;
  throw new SalientError(
    'not_allowed',
    `a rule of series ${series} is about the ${kind} of a map: propose it (POST /series/${series}/proposals), and others approve it`,
  );
}

/** How many people other than the author approve each kind of change; `held` null: no rule is about it, and one person decides. */
export async function neededByKind(db: Db, series: string): Promise<Record<RuledKind, number | null>> {
  const stated = await rulesByKind(db, series, RULED_KINDS);
  const needed = RULED_KINDS.map((kind) => [kind, stated.get(kind) ?? (kind === 'held' ? null : 1)]);
  return Object.fromEntries(needed) as Record<RuledKind, number | null>;
}
