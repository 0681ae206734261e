import { type Static, Type } from '@sinclair/typebox';
import { choice, closed, defineFormat, line, published, readBy } from '../../model/contract.js';
import { ProblemList } from '../../model/problem-list.js';
import { CRON, EMAILS, REPORT_ID, REPORT_LANGUAGES, TIME_ZONE, WEBHOOKS } from '../definition-schema.js';
import { refuseRepeated } from '../recipients.js';

const clockFormat = defineFormat('clock', 'a time of the day such as 22:00', (text) =>
  /^([01]\d|2[0-3]):[0-5]\d$/.test(text),
);
const clock = Type.String({ format: clockFormat });
const days = (description: string) => Type.Integer({ minimum: 1, maximum: 3660, description });

const when = Type.Union(
  [
    closed({
      kind: Type.Literal('verdict', {
        description: 'the verdict on a post becomes another; where the map was put right, it is told as that',
      }),
      post: Type.Optional(line(100, { description: 'operator/number; every post when absent' })),
    }),
    closed({
      kind: Type.Literal('place', { description: 'a place changes hands on the ground' }),
      place: Type.Optional(line(100, { description: 'id of the place; every place when absent' })),
    }),
    closed({
      kind: Type.Literal('route', { description: 'a part of a route changes hands on the ground' }),
      route: Type.Optional(line(100, { description: 'id of the route; every route when absent' })),
      at_least_km: Type.Number({ minimum: 0, maximum: 10_000, default: 1 }),
    }),
    closed({
      kind: Type.Literal('area', {
        description:
          'a party gains or loses more than so much on the ground within so many days, counted from the last map told of',
      }),
      more_than_km2: Type.Number({ exclusiveMinimum: 0 }),
      days: days('length of the period, days'),
    }),
    closed({ kind: Type.Literal('held', { description: 'a map is held for review' }) }),
    closed({
      kind: Type.Literal('old', { description: 'the newest map of the series is older than so many days' }),
      days: days('age, days'),
    }),
  ],
  { description: 'what is to be reported' },
);

/** The form of an alert rule: what is read, what is published, and the type of both. */
const ALERT_RULE = closed(
  {
    id: REPORT_ID,
    title: line(),
    series: line(),
    when,
    language: choice(REPORT_LANGUAGES, { default: 'en' }),
    quiet_hours: Type.Union([Type.Null(), closed({ from: clock, to: clock, time_zone: TIME_ZONE })], {
      description: 'hours of the day in which nothing is sent: it waits for their end',
      default: null,
    }),
    digest: Type.Union([Type.Null(), closed({ cron: CRON, time_zone: TIME_ZONE })], {
      description: 'what happened since the last time is sent as one message at these instants; null: at once',
      default: null,
    }),
    recipients: closed({ webhooks: WEBHOOKS, emails: EMAILS }, { default: { webhooks: [], emails: [] } }),
  },
  { title: 'Salient alert rule' },
);
export type AlertRule = Static<typeof ALERT_RULE>;

/** JSON Schema (2020-12) of an alert rule, as published. */
export const ALERT_RULE_SCHEMA = published(ALERT_RULE);

/**
 * Reads a rule; every problem with its JSON pointer at once.
 * @throws SalientError `invalid_alert`
 */
export function parseAlertRule(value: unknown): AlertRule {
  const problems = new ProblemList();
  const rule = readBy(ALERT_RULE, value, problems);
  if (rule) refuseRepeated(rule.recipients, problems);
  if (problems.all.length > 0 || !rule) throw problems.toError('invalid_alert');
  return rule;
}
