import { askEncirclement, askPostHistory } from '../../encirclement/ask.js';
import { askPostEvidence } from '../../encirclement/ask-post.js';
import { askTimeline } from '../../encirclement/timeline.js';
import { knownAt, metres, optional, series, text, wholeNumber } from '../parameters.js';
import { type Route, route } from '../route.js';

import { asOf, requested } from './as-of.js';

/** Verdicts on posts. */
export const ENCIRCLEMENT_ROUTES: readonly Route[] = [
  route(
    '/encirclement',
    'The verdict on every post, with states, margins, since when, and a summary in a sentence',
    {},
    asOf,
    ({ db }, values) => askEncirclement(db, requested(values)),
  ),
  route(
    '/posts/{number}/encirclement',
    'The verdicts on one post over the whole series, as half-open intervals',
    { number: wholeNumber('number of the post') },
    { series, operator: optional(text('operator of the post, where numbers repeat')), 'known-at': knownAt },
    ({ db }, values) =>
      askPostHistory(db, { series: values.series, knownAt: values['known-at'] }, values.number, values.operator),
  ),
  route(
    '/timeline',
    'The verdicts on every post over the whole series, each with the evidence of its first day',
    {},
    { series, 'known-at': knownAt },
    ({ db }, values) => askTimeline(db, { series: values.series, knownAt: values['known-at'] }),
  ),
  route(
    '/posts/{number}/evidence',
    'The verdict on one post on a day with all evidence, in a sentence and in figures',
    { number: wholeNumber('number of the post') },
    {
      ...asOf,
      operator: optional(text('operator of the post, where numbers repeat')),
      radius: optional(metres('how far open bearings are swept, metres; 20000 when absent')),
    },
    ({ db }, values) =>
      askPostEvidence(db, requested(values), {
        number: values.number,
        operator: values.operator,
        radiusM: values.radius,
      }),
  ),
];
