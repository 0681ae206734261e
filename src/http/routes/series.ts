import { resolveSeries } from '../../series/as-of.js';
import { askClaims, askEvents } from '../../series/claims-and-events.js';
import { askControl, askPlaces } from '../../series/control.js';
import { askSeries } from '../../series/list.js';
import { snapshotDates } from '../../series/series.sql.js';
import { theatreBoundary } from '../../tiles/layers.sql.js';
import { date, flag, knownAt, oneOf, optional, series, text } from '../parameters.js';
import { type Route, route } from '../route.js';

import { asOf, requested } from './as-of.js';

/** A series on a day: its control, places, claims and events. */
export const SERIES_ROUTES: readonly Route[] = [
  route(
    '/series',
    'Every series with its parties, accuracy and reach',
    {},
    { withdrawn: flag('true: withdrawn ones too') },
    ({ db }, values) => askSeries(db, { withdrawn: values.withdrawn ?? false }),
    ({ withdrawn }) => (withdrawn === true ? 'read' : null),
  ),
  route(
    '/series/{id}/dates',
    'The days on which the map of a series changes',
    { id: series },
    { 'known-at': knownAt },
    async ({ db }, values) => {
      const { statement, edition } = await resolveSeries(db, values.id, values['known-at']);
      const dates = await snapshotDates(db, values.id, values['known-at']);
      const theatre = await theatreBoundary(db, edition);
      return { series: values.id, dates, complete_until: statement.complete_until, theatre };
    },
  ),
  route(
    '/control',
    'Who controlled the ground: GeoJSON, one MultiPolygon per party and status',
    {},
    { ...asOf, cells: flag('true: the undissolved areas, each with its claims') },
    ({ db }, values) => askControl(db, requested(values), { cells: values.cells ?? false }),
  ),
  route('/places', 'Who held each place, since when and on which claims: GeoJSON points', {}, asOf, ({ db }, values) =>
    askPlaces(db, requested(values)),
  ),
  route(
    '/claims',
    'What was claimed of a place, with sources, contradictions side by side: GeoJSON',
    {},
    { place: optional(text('id of the place')), series: optional(series), 'known-at': knownAt },
    ({ db }, values) => askClaims(db, { place: values.place, series: values.series, knownAt: values['known-at'] }),
  ),
  route(
    '/events',
    'What happened in [from, to), with counts, their qualifiers and sources: GeoJSON',
    {},
    {
      from: optional(date('first day')),
      to: optional(date('day after the last')),
      kind: optional(
        oneOf(['strike', 'attack', 'displacement', 'casualties', 'statement', 'population'], 'kind of event'),
      ),
      series: optional(series),
      'known-at': knownAt,
    },
    ({ db }, values) =>
      askEvents(db, {
        from: values.from,
        to: values.to,
        kind: values.kind,
        series: values.series,
        knownAt: values['known-at'],
      }),
  ),
];
