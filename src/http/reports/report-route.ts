import { SalientError } from '../../errors.js';
import { addDays, type Instant } from '../../model/dates.js';
import { parseReportDefinition, REPORT_LANGUAGES } from '../../reports/definition.js';
import { makeReport } from '../../reports/make.js';
import { type Period, type PeriodRule, periodContaining } from '../../reports/periods.js';
import type { Db } from '../../store/pool.js';
import { date, knownAt, oneOf, optional, series, text, type Values } from '../parameters.js';
import { regionParameters, requestedRegion } from '../region-parameters.js';

/** What `/report` takes: a definition in a query, for one period. */
export const REPORT_QUERY = {
  series,
  compare: optional(text('id of a second series to compare')),
  from: date('first day of the period'),
  to: date('day after the last'),
  every: optional(
    oneOf(['day', 'week', 'month'], 'the period is one of the calendar: earlier ones are stated beside it'),
  ),
  'time-zone': optional(text('time zone of the period, stated in the report; UTC when absent')),
  id: optional(text('id of the report, for names of files')),
  title: optional(text('title of the report')),
  region: optional(text('name of the polygon')),
  language: optional(oneOf(REPORT_LANGUAGES, 'language that its forms are written in; en when absent')),
  'known-at': knownAt,
  ...regionParameters,
};

/**
 * A report of one period. Without `known-at` it is as known now, and states at which instant that was.
 * @throws SalientError as `makeReport`, and `invalid_report`
 */
export async function answerReport(db: Db, values: Values<typeof REPORT_QUERY>) {
  const { from, to } = values;
  if (to <= from) throw new SalientError('invalid_parameter', `to: the day after the last, later than from, ${from}`);
  const region = requestedRegion(values);
  const named = region.kind === 'polygon' ? { ...region, name: values.region ?? region.name } : region;
  const time_zone = values['time-zone'] ?? 'UTC';
  const ids = [values.series, ...(values.compare === null ? [] : [values.compare])];
  const definition = parseReportDefinition({
    id: values.id ?? ids.join('-'),
    title: values.title ?? ids.join(', '),
    series: ids,
    ...(values.language && { language: values.language }),
    period: values.every ? { every: values.every, time_zone } : { every: 'custom', from, to, time_zone },
  });
  const period = periodRequested(definition.period, { key: '', from, to });
  const at = values['known-at'] ?? (new Date().toISOString() as Instant);
  return makeReport(db, { ...definition, region: named }, period, at);
}

function periodRequested(rule: PeriodRule, { from, to }: Period): Period {
  const period = periodContaining(rule, from);
  if (period?.from === from && period.to === to) return period;
  throw new SalientError('invalid_parameter', `every: ${from} to ${addDays(to, -1)} is no whole ${rule.every}`);
}
