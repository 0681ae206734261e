import { approveHeld } from '../../desk/held-maps.js';
import { refuseUnreviewed } from '../../desk/review-rule.js';
import { SalientError } from '../../errors.js';
import { rejectMap } from '../../maps/review/review.js';
import { purge } from '../../maps/withdrawal/purge.js';
import { restoreSnapshot, withdrawSnapshot } from '../../maps/withdrawal/withdraw.js';
import { stateStep } from '../../series/step-kind.js';
import { STEP_KINDS } from '../../series/step-kinds.js';
import { principalName } from '../../store/principal.js';
import { date, flag, oneOf, optional, text, wholeNumber } from '../parameters.js';
import { type Write, write } from '../write.js';

const HELD = { held: wholeNumber('number of the held map', 999_999_999) } as const;
const BY = { by: optional(text('who decides, in words; kept')) } as const;

/** Scope, further scope and role of what changes the public record at once, by one person's word. */
const BY_PUBLISHERS = ['review', () => null, 'publisher'] as const;

/** The refusal of a withdrawal without a reason, in the words of a request and of the command line. */
export const noReason = (what: 'map' | 'series') =>
  new SalientError(
    'invalid_parameter',
    `say why the ${what} is withdrawn (why, --why TEXT), or that its withdrawal is taken back (restore=true, --restore)`,
  );

/** The writes of a person who looks maps over. Each is kept with its reason, and none deletes anything. */
export const REVIEW_WRITES: readonly Write[] = [
  write(
    '/series/{id}/steps/{date}',
    'State that the step to the map of a day was movement, correction or redefinition, with the reason',
    { date: date('day of the later map') },
    { kind: oneOf(STEP_KINDS, 'what the step was'), why: text('the reason'), ...BY },
    false,
    (db, series, { date: day, kind, why, by }) => stateStep(db, series, day, { kind, why, by }),
    ...BY_PUBLISHERS,
  ),
  write(
    '/series/{id}/held/{held}/accept',
    'Accept a held map as movement, correction or redefinition, with the reason; later ones are judged again',
    HELD,
    { kind: oneOf(STEP_KINDS, 'what its step is'), why: text('the reason; kept'), ...BY },
    false,
    (db, series, { held, kind, why, by }) =>
      approveHeld(db, series, held, { kind, why, by, principal: principalName() }),
    'review',
  ),
  write(
    '/series/{id}/held/{held}/refuse',
    'Refuse a held map, with the reason',
    HELD,
    { why: text('the reason; kept'), ...BY },
    false,
    (db, series, { held, why, by }) => rejectMap(db, series, held, { why, by }),
    'review',
  ),
  write(
    '/series/{id}/snapshots/{date}/withdraw',
    'Withdraw the map of a day with a reason; restore=true takes that back. Nothing is deleted',
    { date: date('day of the map') },
    { why: optional(text('the reason; kept')), restore: flag('true: take the withdrawal back'), ...BY },
    false,
    async (db, series, { date: day, why, restore, by }) => {
      if (!restore && why === null) throw noReason('map');
      await refuseUnreviewed(db, series, restore ? 'restoration' : 'withdrawal');
      return restore
        ? restoreSnapshot(db, series, day, { why, by })
        : withdrawSnapshot(db, series, day, { why: why as string, by });
    },
    ...BY_PUBLISHERS,
  ),
  write(
    '/series/{id}/snapshots/{date}/purge',
    'Remove the geometry of a withdrawn map for good, with all that was made of it; a tombstone with the reason stays',
    { date: date('day of the map') },
    { why: text('the reason; kept'), ...BY },
    false,
    (db, series, { date: day, why, by }) => purge(db, series, day, { why, by }),
    'admin',
    () => null,
    'none',
  ),
  write(
    '/series/{id}/purge',
    'Remove the geometry of every map of a withdrawn series for good; a tombstone with the reason stays',
    {},
    { why: text('the reason; kept'), ...BY },
    false,
    (db, series, { why, by }) => purge(db, series, null, { why, by }),
    'admin',
    () => null,
    'none',
  ),
];
