import { expect, it } from 'vitest';
import { reportDifferences } from '../../src/reports/differences.js';

const figure = (value: number) => ({
  value,
  low: value - 1,
  high: value + 1,
  unit: 'km2',
  query: `/change?v=${value}`,
});
const report = (gained: number, places: string[], at = '2026-11-22T00:00:00Z') => ({
  known_at: at,
  series: [
    {
      id: 'm5',
      changes: [
        { party: 'government', gained: figure(gained) },
        { party: 'opposition', gained: figure(0) },
      ],
      places: places.map((id) => ({ id, from: 'opposition', to: 'government' })),
    },
  ],
  pictures: { places },
});

it('the same report known at another moment differs in nothing', () => {
  expect(reportDifferences(report(5, ['saraqib']), report(5, ['saraqib'], '2026-11-23T00:00:00Z'))).toEqual([]);
});

it('a corrected figure and a place more are two differences, wherever they stand', () => {
  expect(reportDifferences(report(5, ['saraqib']), report(6.5, ['afis', 'saraqib']))).toEqual([
    { what: 'series/m5/changes/government/gained', before: 5, after: 6.5 },
    ...['id', 'from', 'to'].map((field) => ({
      what: `series/m5/places/afis opposition government/${field}`,
      before: null,
      after: { id: 'afis', from: 'opposition', to: 'government' }[field],
    })),
  ]);
});

it('what is no longer said is told too', () => {
  const differences = reportDifferences(report(5, ['saraqib']), report(5, []));
  expect(differences.map(({ before, after }) => [before, after])).toEqual([
    ['saraqib', null],
    ['opposition', null],
    ['government', null],
  ]);
});

it('a report that still says nothing is corrected by a map that its sentences name, and by no other', () => {
  const silent = (last_map: string, reason = 'map_too_old', next_map: string | null = null) => ({
    known: false,
    series: [{ id: 'm5', coverage: { last_map, next_map, max_age_days: 14 }, reason }],
    gaps: [{ code: 'nothing_known', series: 'm5', figures: { reason, last_map } }],
  });
  expect(reportDifferences(silent('2024-01-08'), silent('2024-01-08', 'map_too_old', '2024-03-01'))).toEqual([]);
  expect(reportDifferences(silent('2024-01-08'), silent('2024-02-05'))).toEqual([
    { what: 'gaps/nothing_known/figures/last_map', before: '2024-01-08', after: '2024-02-05' },
  ]);
  expect(reportDifferences(silent('2024-01-08', 'no_map'), silent('2024-01-08')).map(({ after }) => after)).toEqual([
    'map_too_old',
  ]);
  expect(reportDifferences(silent('2024-01-08'), report(5, [])).length).toBeGreaterThan(0);
  expect(reportDifferences(report(5, []), silent('2024-01-08')).length).toBeGreaterThan(0);
});
