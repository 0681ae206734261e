import { askFront } from '../../front/ask.js';
import { askFrontMovement, askSalients } from '../../front/movement.js';
import { date, knownAt, metres, optional, series, text } from '../parameters.js';
import { type Route, route } from '../route.js';

import { asOf, requested } from './as-of.js';

/** The front line, its movement, salients. */
export const FRONT_ROUTES: readonly Route[] = [
  route(
    '/front',
    'Where opposing parties meet: GeoJSON lines with left and right, and gray strips, with lengths and their ruler',
    {},
    asOf,
    ({ db }, values) => askFront(db, requested(values)),
  ),
  route(
    '/front/movement',
    'How the front moved between two days: area per length by sector, signed offsets',
    {},
    { series, from: date('first day'), to: date('second day'), 'known-at': knownAt },
    ({ db }, values) =>
      askFrontMovement(db, { series: values.series, from: values.from, to: values.to, knownAt: values['known-at'] }),
  ),
  route(
    '/front/salients',
    'Bulges and pockets of one party: GeoJSON',
    {},
    {
      ...asOf,
      party: text('id of the party'),
      width: optional(metres('ground narrower than this is a bulge, metres')),
    },
    ({ db }, values) => askSalients(db, requested(values), values.party, values.width),
  ),
];
