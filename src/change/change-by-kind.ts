import { type AsOf, resolve } from '../series/as-of.js';
import type { StepKind } from '../series/step-kinds.js';
import { stepsStated } from '../series/steps.sql.js';
import type { Db } from '../store/pool.js';
import type { ClaimedChange } from './disputed.js';
import type { PatchRow } from './overlay.sql.js';
import { measuredGround, type Scope } from './region-matrix.js';

/** What one span of steps of one kind made of the ground, from the map before the first of them to that of the last. */
export interface ChangeOfKind {
  kind: StepKind;
  claimed: ClaimedChange[];
  patches: PatchRow[];
}

/**
 * The change between two days as spans of one kind, in order: successive movement is one, each correction and each redefinition
 * one of its own. What the whole came to, net, is what they came to together.
 * @throws SalientError as `resolve`
 */
export async function changeByKind(db: Db, before: AsOf, after: AsOf, scope: Scope): Promise<ChangeOfKind[]> {
  const { series, knownAt } = after;
  const spans: { kind: StepKind; from: AsOf['date']; to: AsOf['date'] }[] = [];
  for (const { date, kind } of await stepsStated(db, series, before.date, after.date, knownAt)) {
    const last = spans.at(-1);
    if (last?.kind === 'movement' && kind === 'movement') last.to = date;
    else spans.push({ kind, from: last?.to ?? before.date, to: date });
  }
  const measured: ChangeOfKind[] = [];
  for (const { kind, from, to } of spans) {
    const first = await resolve(db, { series, knownAt, date: from });
    const { claimed, patches } = await measuredGround(
      db,
      first,
      await resolve(db, { series, knownAt, date: to }),
      scope,
    );
    measured.push({ kind, claimed, patches });
  }
  return measured;
}
