import type { Instant, IsoDate } from '../../model/dates.js';
import { grouped } from '../../model/grouped.js';
import type { Queryable } from '../../store/pool.js';
import { type DefinitionVersion, definitionsIn } from '../definition-versions.sql.js';
import type { AlertContent, ToldArea } from './content.js';

/** One version of a rule; `parseAlertRule` reads it. */
export interface RuleRow extends DefinitionVersion {
  rule: string;
}

export const { all: alertRules, one: alertRule, insert: insertRule } = definitionsIn<RuleRow>('alert_rule', 'rule');

/** Every version of a rule in order, with the series that it is about. */
export async function ruleVersions(
  db: Queryable,
  rule: string,
): Promise<{ version: number; recorded_at: Instant; series: string }[]> {
  const rows = await db.query<{ version: number; recorded_at: Instant; definition: { series: string } }>(
    'select version, recorded_at, definition from alert_rule where rule = $1 order by version',
    [rule],
  );
  return rows.map(({ version, recorded_at, definition: { series } }) => ({ version, recorded_at, series }));
}

/** Up to where a rule has been judged. */
export interface AlertWatch {
  rule: string;
  version: number;
  through: Instant;
  /** The newest map when the rule was made: what lies up to it is history. */
  from_day: IsoDate | null;
}

export async function alertWatches(db: Queryable): Promise<Map<string, AlertWatch>> {
  const rows = await db.query<AlertWatch>('select rule, version, through, from_day from alert_watch');
  return new Map(rows.map((row) => [row.rule, row]));
}

export function setAlertWatch(tx: Queryable, { rule, version, through, from_day }: AlertWatch): Promise<object[]> {
  return tx.query(
    `insert into alert_watch (rule, version, through, from_day) values ($1, $2, $3, $4)
     on conflict (rule) do update set version = excluded.version, through = excluded.through, from_day = excluded.from_day`,
    [rule, version, through, from_day],
  );
}

/** Days of the maps of a series that were recorded since an instant and count, in order. */
export async function mapDaysSince(db: Queryable, series: string, since: Instant): Promise<IsoDate[]> {
  const rows = await db.query<{ day: IsoDate }>(
    `select valid_on as day from revision where series = $1 and superseded_at is null and recorded_at > $2 order by valid_on`,
    [series, since],
  );
  return rows.map(({ day }) => day);
}

/**
 * Records what happened; what was reported before of the same series under the same key is none of it. Returns the numbers of the new
 * ones. The key that is stored names the series, as a rule may be defined anew for another; those of older versions do not.
 */
export async function insertAlerts(
  tx: Queryable,
  rule: string,
  alerts: readonly AlertContent[],
  at: Instant,
): Promise<number[]> {
  const rows = await tx.query<{ no: number }>(
    `insert into alert (rule, key, content, fired_at)
     select $1::text, (found->>'series') || '/' || (found->>'key'), found, $3 from json_array_elements($2::json) with ordinality as listed (found, nth)
     where not exists (select from alert a where a.rule = $1::text and a.key = found->>'key' and a.content->>'series' = found->>'series')
     order by nth
     on conflict (rule, key) do nothing returning no`,
    [rule, JSON.stringify(alerts), at],
  );
  return rows.map(({ no }) => no);
}

export interface AlertRow {
  no: number;
  rule: string;
  key: string;
  content: AlertContent;
  fired_at: Instant;
}

/** The alerts of a rule, the last first. */
export function alertsOf(db: Queryable, rule: string, most: number): Promise<AlertRow[]> {
  return db.query('select no, rule, key, content, fired_at from alert where rule = $1 order by no desc limit $2', [
    rule,
    most,
  ]);
}

/** An alert that is in no message yet. */
export interface UntoldAlert {
  rule: string;
  no: number;
  fired_at: Instant;
}

/** Alerts that are in no message yet and are not purged, by rule, in order. */
export async function untoldAlerts(db: Queryable): Promise<Map<string, UntoldAlert[]>> {
  const rows = await db.query<UntoldAlert>(
    `select rule, no, fired_at from alert a
     where content->>'purged' is null and not exists (select from alert_in_message m where m.alert = a.no) order by no`,
  );
  return grouped(rows, ({ rule }) => rule);
}

/** What the alerts of a rule on the areas of a series told, by the days of the maps that they compared. */
export function toldAreas(db: Queryable, rule: string, series: string): Promise<ToldArea[]> {
  return db.query(
    `select split_part(content->>'key', '/', 2) as subject, coalesce(content->'figures'->>'from', content->>'on') as from, content->>'on' as on
     from alert where rule = $1 and content->>'series' = $2 and content->>'kind' = 'area'`,
    [rule, series],
  );
}

/** What the alerts of a rule on a series told by day, in order, and of which day each stands in place of another. */
export function toldThings(
  db: Queryable,
  rule: string,
  series: string,
): Promise<{ key: string; on: IsoDate; instead_of: IsoDate | null }[]> {
  return db.query(
    `select content->>'key' as key, content->>'on' as on, content->'figures'->>'instead_of' as instead_of
     from alert where rule = $1 and content->>'series' = $2 and content->>'on' is not null order by no`,
    [rule, series],
  );
}

/** Puts alerts into one message, which waits until an instant. */
export async function insertMessage(
  tx: Queryable,
  rule: string,
  alerts: readonly number[],
  notBefore: Instant,
): Promise<number> {
  const [row] = await tx.query<{ no: number }>(
    'insert into alert_message (rule, not_before) values ($1, $2) returning no',
    [rule, notBefore],
  );
  const { no } = row as { no: number };
  await tx.query('insert into alert_in_message (alert, message) select unnest($1::bigint[]), $2', [alerts, no]);
  return no;
}

/** The alerts of a message that are not purged, in order. */
export function alertsIn(db: Queryable, message: number): Promise<AlertRow[]> {
  return db.query(
    `select a.no, a.rule, a.key, a.content, a.fired_at from alert_in_message m join alert a on a.no = m.alert
     where m.message = $1 and a.content->>'purged' is null order by a.no`,
    [message],
  );
}
