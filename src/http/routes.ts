import { askPublished } from '../change/as-published.js';
import { askChange, askPatches } from '../change/ask.js';
import { askChangeIn, askPatchesIn } from '../change/ask-region.js';
import { askComparison, askComparisonOverTime, askDifferences } from '../change/two-series.js';
import { askEncirclement, askPostHistory } from '../encirclement/ask.js';
import { askPostEvidence } from '../encirclement/ask-post.js';
import { askTimeline } from '../encirclement/timeline.js';
import { SalientError } from '../errors.js';
import { MAPPING_SCHEMA } from '../formats/mapping-schema.js';
import { askFront } from '../front/ask.js';
import { askFrontMovement, askSalients } from '../front/movement.js';
import { askMapping } from '../maps/mappings.js';
import { askHeld, askHeldMap } from '../maps/review.js';
import { askSnapshots } from '../maps/withdraw.js';
import { REPORT_SCHEMA } from '../reports/render/report-schema.js';
import { askRoute, askRouteHistory } from '../routes/ask.js';
import { resolveSeries } from '../series/as-of.js';
import { askClaims, askEvents } from '../series/claims-and-events.js';
import { askControl, askPlaces } from '../series/control.js';
import { askSeries } from '../series/list.js';
import { snapshotDates } from '../series/series.sql.js';
import { theatreBoundary } from '../tiles/layers.sql.js';
import {
  date,
  flag,
  instant,
  knownAt,
  metres,
  oneOf,
  optional,
  series,
  text,
  type Values,
  wholeNumber,
} from './parameters.js';
import { regionAsked, regionParameters } from './region-parameters.js';
import { answerReport, REPORT_QUERY } from './report-route.js';
import { REPORT_ROUTES } from './report-routes.js';
import { type Route, route } from './route.js';

const asOf = { series, date: date(), 'known-at': knownAt };
const asked = (values: Values<typeof asOf>) => ({
  series: values.series,
  date: values.date,
  knownAt: values['known-at'],
});

/** The one table of routes; OpenAPI and the README's table are made of it. Tiles and the import have doors of their own. */
export const ROUTES: readonly Route[] = [
  route('/health', 'Whether tiles can be served', {}, {}, async ({ db }) => {
    await db.query('select 1');
    return { status: 'ok' };
  }),
  route(
    '/series',
    'Every series with its parties, accuracy and reach',
    {},
    { withdrawn: flag('true: withdrawn ones too') },
    ({ db }, values) => askSeries(db, { withdrawn: values.withdrawn ?? false }),
  ),
  route('/series/{id}/mapping', 'How the maps of a series are read', { id: series }, {}, ({ db }, { id }) =>
    askMapping(db, id),
  ),
  route('/mapping.schema.json', 'JSON Schema of a mapping file', {}, {}, async () => MAPPING_SCHEMA),
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
    '/series/{id}/snapshots',
    'Every map a series has or had: revisions, withdrawals, and what was said of its steps',
    { id: series },
    {},
    ({ db }, values) => askSnapshots(db, values.id),
  ),
  route(
    '/series/{id}/held',
    'The maps of a series that wait for a person, with why',
    { id: series },
    { decided: flag('true: those that a person has decided too') },
    ({ db }, values) => askHeld(db, values.id, values.decided ?? false),
  ),
  route(
    '/series/{id}/held/{held}',
    'A held map as it was sent: GeoJSON, with what was judged and measured',
    { id: series, held: wholeNumber('number of the held map', 999_999_999) },
    {},
    ({ db }, values) => askHeldMap(db, values.id, values.held),
  ),
  route(
    '/control',
    'Who controlled the ground: GeoJSON, one MultiPolygon per party and status',
    {},
    { ...asOf, cells: flag('true: the undissolved areas, each with its claims') },
    ({ db }, values) => askControl(db, asked(values), { cells: values.cells ?? false }),
  ),
  route('/places', 'Who held each place, since when and on which claims: GeoJSON points', {}, asOf, ({ db }, values) =>
    askPlaces(db, asked(values)),
  ),
  route(
    '/change',
    'What passed from whom to whom between two days, balanced; f=geojson gives the patches',
    {},
    {
      series,
      from: date('first day'),
      to: date('second day'),
      'known-at': knownAt,
      f: optional(oneOf(['json', 'geojson'], 'form of the answer')),
      filter: flag('true: the matrix without slivers beside the raw one'),
      opening: optional(metres('radius of the filter, metres; 2σ when absent')),
      'compared-with': optional(
        instant('an earlier recording time: beside the answer, what it was as known then, and why it differs'),
      ),
      ...regionParameters,
    },
    async ({ db }, values) => {
      const change = { series: values.series, from: values.from, to: values.to, knownAt: values['known-at'] };
      const region = regionAsked(values);
      const earlier = values['compared-with'];
      if (earlier !== null && (region.kind !== 'theatre' || values.f === 'geojson')) {
        throw new SalientError(
          'invalid_parameter',
          'compared-with is of the whole theatre and of figures, not patches',
        );
      }
      if (region.kind !== 'theatre') return (values.f === 'geojson' ? askPatchesIn : askChangeIn)(db, change, region);
      if (values.f === 'geojson') return askPatches(db, change);
      const published = earlier === null ? {} : { published: await askPublished(db, change, earlier) };
      return { ...(await askChange(db, change, values.filter ? { openingM: values.opening } : null)), ...published };
    },
  ),
  route('/report/schema.json', 'JSON Schema of a report as JSON', {}, {}, async () => REPORT_SCHEMA),
  route(
    '/report',
    'What changed in [from, to), as everything that a report says and is drawn from; `salient report` writes it in any form',
    {},
    REPORT_QUERY,
    ({ db }, values) => answerReport(db, values),
  ),
  route(
    '/compare',
    'Two series side by side: agreement in km² and share on a day (`date`; f=geojson: where they differ) or over days (`from`, `to`)',
    {},
    {
      series,
      with: text('id of the other series'),
      date: optional(date()),
      from: optional(date('first day')),
      to: optional(date('last day')),
      match: optional(
        text('theirs:ours,…: which party of the other series is which; those of the same id when absent'),
      ),
      'known-at': knownAt,
      f: optional(oneOf(['json', 'geojson'], 'form of the answer about a day')),
    },
    ({ db }, { series: id, with: other, date: day, from, to, match, 'known-at': instant, f }) => {
      const asked = { series: id, with: other, match, knownAt: instant };
      if (day !== null && from === null && to === null) {
        return f === 'geojson' ? askDifferences(db, asked, day) : askComparison(db, asked, day);
      }
      if (day === null && from !== null && to !== null && f !== 'geojson')
        return askComparisonOverTime(db, asked, from, to);
      throw new SalientError('invalid_parameter', 'give either date, or from and to (f=geojson is of a date)');
    },
  ),
  route(
    '/encirclement',
    'The verdict on every post, with states, margins, since when, and a summary in a sentence',
    {},
    asOf,
    ({ db }, values) => askEncirclement(db, asked(values)),
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
      askPostEvidence(db, asked(values), { number: values.number, operator: values.operator, radiusM: values.radius }),
  ),
  route(
    '/front',
    'Where opposing parties meet: GeoJSON lines with left and right, and gray strips, with lengths and their ruler',
    {},
    asOf,
    ({ db }, values) => askFront(db, asked(values)),
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
    ({ db }, values) => askSalients(db, asked(values), values.party, values.width),
  ),
  route(
    '/routes/{id}/history',
    'Who held each stretch of a route over the whole series',
    { id: text('id of the route') },
    { series, 'known-at': knownAt },
    ({ db }, values) => askRouteHistory(db, { series: values.series, knownAt: values['known-at'] }, values.id),
  ),
  route('/routes/{id}', 'Who held each stretch of a route', { id: text('id of the route') }, asOf, ({ db }, values) =>
    askRoute(db, asked(values), values.id),
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
  ...REPORT_ROUTES,
];
