import { askPublished } from '../../change/as-published.js';
import { askChange, askPatches } from '../../change/ask.js';
import { askChangeIn, askPatchesIn } from '../../change/ask-region.js';
import { askComparison, askComparisonOverTime, askDifferences } from '../../change/two-series.js';
import { SalientError } from '../../errors.js';
import { date, flag, instant, knownAt, metres, oneOf, optional, series, text } from '../parameters.js';
import { regionParameters, requestedRegion } from '../region-parameters.js';
import { type Route, route } from '../route.js';

/** What changed between two days, and where two series differ. */
export const CHANGE_ROUTES: readonly Route[] = [
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
      const region = requestedRegion(values);
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
      const requested = { series: id, with: other, match, knownAt: instant };
      if (day !== null && from === null && to === null) {
        return f === 'geojson' ? askDifferences(db, requested, day) : askComparison(db, requested, day);
      }
      if (day === null && from !== null && to !== null && f !== 'geojson')
        return askComparisonOverTime(db, requested, from, to);
      throw new SalientError('invalid_parameter', 'give either date, or from and to (f=geojson is of a date)');
    },
  ),
];
