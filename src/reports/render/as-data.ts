import { stringify } from 'csv-stringify/sync';
import { movedOnGround } from '../../model/classes.js';
import type { AnyReport, Figure, PlaceFact, ReportContent, SeriesPart, UnknownReport } from '../content/content.js';
import { taken } from './fact-sentences.js';
import { happened } from './ground-sentences.js';

/** The report as published JSON (`report-schema.ts`): everything but what only pictures need. */
export function asJson({ pictures: _, patches: __, ...report }: ReportContent): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The ground that changed its class in the period, and by what kind of step, CRS84, largest first: one feature a patch. */
export function asGeoJson({ patches, series, period, known_at, definition, withdrawn }: ReportContent): string {
  const [main] = series;
  const features = (main?.patches ?? []).map(({ id, ...properties }, i) => ({
    type: 'Feature',
    id,
    geometry: patches[i],
    properties: { id, kind: 'movement', ...properties },
  }));
  const head = {
    report: definition.id,
    withdrawn,
    series: main?.id,
    period: period.key,
    from: main?.compared.before,
    to: main?.compared.after,
    known_at,
    method: main?.method,
    licence: main?.licence,
  };
  return `${JSON.stringify({ type: 'FeatureCollection', ...head, features }, null, 1)}\n`;
}

const COLUMNS = [
  'series',
  'period',
  'measure',
  'subject',
  'from',
  'to',
  'value',
  'unit',
  'low',
  'high',
  'query',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>> & { measure: string };

/** Every figure as one row (tidy data): tables of several reports can be put under one another. */
export function asCsv(content: ReportContent): string {
  const { period, events, comparison } = content;
  const rows = [
    ...content.series.flatMap((part) => seriesRows(part).map((row) => ({ series: part.id, ...row }))),
    ...(comparison
      ? [
          of('agreed', comparison.agreed),
          ...comparison.differing.map(({ first, second, km2 }) => of('differing', km2, { from: first, to: second })),
        ].map((row) => ({ series: content.series.map(({ id }) => id).join(' '), ...row }))
      : []),
    ...events.totals.map(({ measure, value, qualifier, query }) => ({
      series: content.series[0]?.id ?? '',
      ...{ measure: 'event_total', subject: measure, from: null, to: qualifier, value, unit: 'people', query },
    })),
  ].map((row) => ({ period: period.key, ...row }));
  return csvOf([...withdrawnRows(content), ...rows]);
}

export const csvOf = (rows: readonly Row[]): string =>
  stringify(rows.map(guarded), { header: true, columns: [...COLUMNS] });

/** One row for each series that is withdrawn, before every figure: its title, and why where that may be told. */
export const withdrawnRows = ({ withdrawn = [], period }: AnyReport): Row[] =>
  withdrawn.map(({ id, title, why }) => ({
    series: id,
    period: period.key,
    measure: 'withdrawn',
    subject: why ?? title,
    value: 1,
    unit: 'series',
  }));

/** One row for each series that knows nothing of the period, and why: a file without figures is no file of zeros. */
export const unknownRows = ({ series, period, gaps }: UnknownReport): Row[] =>
  series.map(({ id, reason }) => ({
    series: id,
    period: period.key,
    measure: 'nothing_known',
    subject: reason,
    value: null,
    query: gaps.find((gap) => gap.series === id)?.query ?? null,
  }));

/** A figure; without a value where it is not known. */
type Stated = Pick<Figure, 'unit'> & { [of in 'value' | 'low' | 'high' | 'query']: Figure[of] | null };
const UNKNOWN_KM: Stated = { value: null, low: null, high: null, unit: 'km', query: null };

const of = (measure: string, { value, unit, low, high, query }: Stated, rest: Omit<Row, 'measure'> = {}): Row => ({
  measure,
  ...rest,
  value,
  unit,
  low,
  high,
  query,
});

/** What became of a place: on the ground, or on a map alone that was put right or drawn by other rules. */
function placeMeasure(part: SeriesPart, place: PlaceFact): string {
  if (!happened(part)(place, place.on.latest)) return 'place_redrawn';
  return taken(part)(place) ? 'place_changed_hands' : 'place_became';
}

function seriesRows(part: SeriesPart): Row[] {
  const { matrix } = part;
  const real = happened(part);
  return [
    ...matrix.cells.map(({ from, to, km2 }) => ({
      measure: 'transition',
      from,
      to,
      value: km2,
      unit: 'km2',
      query: matrix.query,
    })),
    ...part.changes.flatMap((row) =>
      (['before', 'after', 'gained', 'lost', 'net'] as const).map((measure) =>
        of(measure, row[measure], { subject: row.party }),
      ),
    ),
    ...part.pairs.flatMap(({ a, b, won_by_a, won_by_b, net }) => [
      of('won', won_by_a, { from: b, to: a }),
      of('won', won_by_b, { from: a, to: b }),
      of('net_won', net, { from: b, to: a }),
    ]),
    ...part.kinds.flatMap(({ kind, changed, net }) => [
      of('changed_by_kind', changed, { subject: kind }),
      ...net.map(({ party, figure }) => of('net_by_kind', figure, { subject: kind, to: party })),
    ]),
    // A map put right, or ground that became known or unknown, is in it: no rate is stated, as in the text.
    ...part.rate.periods.flatMap(({ key, net, unknown, redrawn }) =>
      net.map(({ party, per_day }) => {
        const row = of('net_per_day', per_day, { subject: party, period: key });
        return unknown || redrawn ? { ...row, value: null, low: null, high: null } : row;
      }),
    ),
    ...(part.places ?? []).map((place) => ({
      measure: placeMeasure(part, place),
      subject: place.id,
      from: place.from,
      to: place.to,
      value: 1,
      unit: 'places',
      query: place.query,
    })),
    ...(part.routes ?? []).flatMap(({ route, changed }) =>
      changed.map((row) =>
        of(movedOnGround(row) ? 'road' : 'road_redrawn', row.km, { subject: route, from: row.from, to: row.to }),
      ),
    ),
    ...(part.posts ?? []).map(({ operator, number, before, after, steps, query }) => ({
      measure: steps.some((step) => real(step, step.on)) ? 'post_verdict' : 'post_verdict_redrawn',
      subject: `${operator}/${number}`,
      from: before,
      to: after,
      value: 1,
      unit: 'posts',
      query,
    })),
    ...(part.front?.pairs ?? []).flatMap(({ left, right, before, after }) => [
      of('front_before', before ?? UNKNOWN_KM, { from: left, to: right }),
      of('front_after', after ?? UNKNOWN_KM, { from: left, to: right }),
    ]),
    of('noise_each_way', part.noise.each_way),
  ];
}

/** A text that a spreadsheet would run as a formula is marked as text. Numbers are numbers. */
function guarded(row: Row): Row {
  const cells = Object.entries(row).map(([name, cell]) => [
    name,
    typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell,
  ]);
  return Object.fromEntries(cells) as Row;
}
