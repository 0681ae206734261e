import { stateStep } from '../jobs/state-step.js';
import { STEP_KINDS } from '../model/step-kinds.js';
import { date, oneOf, optional, text } from './parameters.js';
import { type Write, write } from './write.js';

const BY = { by: optional(text('who decides, in words; kept')) } as const;

/** The writes of a person who looks maps over. Each is kept with its reason, and none deletes anything. */
export const REVIEW_WRITES: readonly Write[] = [
  write(
    '/series/{id}/steps/{date}',
    'State that the step to the map of a day was movement, correction or redefinition, with the reason',
    { date: date('day of the later map') },
    { kind: oneOf(STEP_KINDS, 'what the step was'), why: text('the reason'), ...BY },
    false,
    (db, series, { date: day, kind, why, by }) => stateStep(db, series, day, { kind, why, by }),
  ),
];
