import { SalientError } from '../../errors.js';
import { statementAt } from '../../series/series.sql.js';
import type { Db } from '../../store/pool.js';
import type { WithdrawnSeries } from '../content/content.js';
import type { ReportLanguage } from '../definition.js';
import { attemptsOfRule } from '../deliveries.sql.js';
import { standingHeadline } from '../render/withdrawn.js';
import { withdrawnOf } from '../withdrawn-series.js';
import { alertRule, alertRules, alertsOf, insertRule, type RuleRow } from './alerts.sql.js';
import type { AlertContent } from './content.js';
import { type AlertRule, parseAlertRule } from './rule-schema.js';

const ALERTS = 100;
const LOG_LINES = 500;

/** Every rule with its newest alert. */
export async function askAlerts(db: Db) {
  const rows = await alertRules(db);
  return Promise.all(
    rows.map(async (row) => {
      const { rule, version, withdrawn_why, about } = row;
      const { title, series, when, language } = ruleHead(row);
      const [[newest], withdrawn] = await Promise.all([alertsOf(db, rule, 1), withdrawnOf(db, [series])]);
      const last = newest ? { fired_at: newest.fired_at, ...asItStands(newest.content, language, withdrawn) } : null;
      const series_withdrawn = withdrawn.map(({ id }) => id);
      return { id: rule, title, series, series_withdrawn, when, version, withdrawn_why, about, newest: last };
    }),
  );
}

/** What a rule is called and about. */
export type RuleHead = Pick<AlertRule, 'title' | 'series' | 'language'> & { when: AlertRule['when'] | null };

/** The head of a rule; of one that this version cannot read, its name and its series: it hides no other rule. */
export function ruleHead({ rule, definition, about }: Pick<RuleRow, 'rule' | 'definition' | 'about'>): RuleHead {
  return readOr(definition, { title: rule, series: about[0] ?? '', language: 'en', when: null });
}

/** A rule as it was stored; where this version refuses it, something else. */
function readOr<T>(definition: unknown, otherwise: T): AlertRule | T {
  try {
    return parseAlertRule(definition);
  } catch {
    return otherwise;
  }
}

/**
 * One rule as given and its head, and what happened by it, the last first.
 * @throws SalientError `unknown_alert`
 */
export async function askAlert(db: Db, rule: string) {
  const row = await known(db, rule);
  const { version, definition, withdrawn_why, first_recorded_at, about } = row;
  const head = ruleHead(row);
  const [rows, withdrawn] = await Promise.all([alertsOf(db, rule, ALERTS), withdrawnOf(db, [head.series])]);
  const alerts = rows.map(({ no, fired_at, content }) => ({
    no,
    fired_at,
    ...asItStands(content, head.language, withdrawn),
  }));
  return {
    id: rule,
    version,
    withdrawn_why,
    withdrawn,
    about,
    defined_at: first_recorded_at,
    definition,
    head,
    alerts,
  };
}

/**
 * The same for a feed, with who publishes the maps it rests on.
 * @throws SalientError `unknown_alert`
 */
export async function askAlertFeed(db: Db, rule: string) {
  const alert = await askAlert(db, rule);
  const { series } = alert.head;
  return { ...alert, publisher: (await statementAt(db, series, null))?.publisher ?? series };
}

const asItStands = (
  content: AlertContent,
  language: ReportLanguage,
  withdrawn: readonly WithdrawnSeries[],
): AlertContent =>
  content.purged ? content : { ...content, headline: standingHeadline(content.headline, language, withdrawn) };

/**
 * Every try to deliver the alerts of a rule, the last first.
 * @throws SalientError `unknown_alert`
 */
export async function askAlertLog(db: Db, rule: string) {
  const { about } = await known(db, rule);
  return { id: rule, about, deliveries: await attemptsOfRule(db, rule, LOG_LINES) };
}

/**
 * Records a rule, or its next version when it differs from the newest; the same again changes nothing. What happened before it
 * was first defined is history and fires nothing.
 * @throws SalientError `invalid_alert`, `unknown_series`
 */
export async function defineAlert(db: Db, given: unknown) {
  const rule = parseAlertRule(given);
  if (!(await statementAt(db, rule.series, null))) {
    const message = `there is no series ${JSON.stringify(rule.series)}; GET /series lists them`;
    throw new SalientError('unknown_series', message, [{ code: 'unknown_series', at: '/series', message }]);
  }
  const current = await alertRule(db, rule.id);
  const same =
    current?.withdrawn_why === null && JSON.stringify(readOr(current.definition, null)) === JSON.stringify(rule);
  if (current && same) return { alert: rule.id, version: current.version, result: 'unchanged' as const };
  const version = await insertRule(db, rule.id, given, null);
  return { alert: rule.id, version, result: current ? ('changed' as const) : ('created' as const) };
}

/**
 * Withdraws a rule with a reason: nothing more fires by it; what fired stays.
 * @throws SalientError `unknown_alert`
 */
export async function withdrawAlert(db: Db, rule: string, why: string) {
  const current = await known(db, rule);
  if (current.withdrawn_why !== null) return { alert: rule, version: current.version };
  return { alert: rule, version: await insertRule(db, rule, current.definition, why) };
}

async function known(db: Db, rule: string): Promise<RuleRow> {
  const row = await alertRule(db, rule);
  if (row) return row;
  throw new SalientError('unknown_alert', `there is no alert rule ${JSON.stringify(rule)}; GET /alerts lists them`);
}
