import { randomBytes, randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Instant } from '../model/dates.js';
import { makeFolder } from '../store/make-folder.js';
import type { Db } from '../store/pool.js';
import { type AlertRow, alertRule, alertsIn } from './alerts/alerts.sql.js';
import { parseAlertRule } from './alerts/rule-schema.js';
import type { AnyReport } from './content/content.js';
import { insertAttempt, type Outcome, openDelivery } from './deliveries.sql.js';
import { editionOf, purgedEdition } from './editions.sql.js';
import { definedReport, THIS_PROCESS } from './issue.js';
import { alertLetter, type Envelope, type Letter, reportLetter } from './mail/compose.js';
import { subscription } from './mail/recipients.sql.js';
import { type MailSettings, sendMail } from './mail/send.js';
import { renderReport } from './render/render.js';
import { standingHeadline } from './render/withdrawn.js';
import { databaseClock } from './runs.sql.js';
import { sendWebhook, type WebhookSettings } from './webhook.js';
import { withdrawnOf } from './withdrawn-series.js';

/** Where finished reports go. A further way is one more `kind` of `DELIVER` below and of the table. */
export interface DeliverySettings extends WebhookSettings, MailSettings {
  /** Folder under which recipients' folders lie; null: none is written. */
  folder: string | null;
  /** Address of this service as others reach it, for links. */
  publicUrl: string;
}

/** After so many failed tries (a day and a half with the pauses below) a delivery is given up. */
export const MOST_ATTEMPTS = 16;
/** Seconds to wait after the nth failed try: 5, 10, 20 … four hours at most. */
export function pauseAfter(attempts: number): number {
  return Math.min(5 * 2 ** (attempts - 1), 4 * 3600);
}
/** All of them. */
export const PAUSES = Array.from({ length: MOST_ATTEMPTS }, (_, n) => pauseAfter(n + 1));

type Open = NonNullable<Awaited<ReturnType<typeof openDelivery>>>;

const DELIVER: Record<Open['kind'], (db: Db, settings: DeliverySettings, delivery: Open) => Promise<string>> = {
  webhook: callWebhook,
  folder: writeFolder,
  email: mailLetter,
};

/**
 * Tries one delivery once, which this process has taken (`takeDelivery`), and logs how it ended.
 * @param clock the time, for the log: the next try follows from it
 * @returns how it ended; null when it had ended before
 */
export async function deliverReport(
  db: Db,
  settings: DeliverySettings,
  no: number,
  clock: () => Promise<Instant> = () => databaseClock(db),
): Promise<Outcome | null> {
  const delivery = await openDelivery(db, no);
  if (!delivery) return null;
  const log = { delivery: no, process: THIS_PROCESS, started_at: await clock() };
  const end = async (outcome: Outcome, reason: string) => {
    await insertAttempt(db, { ...log, outcome, reason, ended_at: await clock() });
    return outcome;
  };
  let reason: string;
  try {
    reason = await DELIVER[delivery.kind](db, settings, delivery);
  } catch (error) {
    if (error instanceof NotSent) return end('not_sent', error.message);
    const why = error instanceof Error ? error.message : String(error);
    return end(delivery.attempts + 1 >= MOST_ATTEMPTS ? 'given_up' : 'failed', why);
  }
  return end('delivered', reason);
}

/** There is nobody to send to any more, or nothing: no further try helps. */
class NotSent extends Error {}

async function callWebhook(db: Db, settings: DeliverySettings, delivery: Open): Promise<string> {
  const body =
    delivery.report === null ? await alertsBody(db, settings, delivery) : await reportBody(db, settings, delivery);
  const status = await sendWebhook(settings, { url: delivery.target, key: delivery.key, body: JSON.stringify(body) });
  return `status ${status}`;
}

async function reportBody(db: Db, { publicUrl }: DeliverySettings, delivery: Open): Promise<object> {
  const edition = await stored(db, delivery);
  const url = `${publicUrl}/reports/${delivery.report}/${delivery.period}`;
  return {
    report: delivery.report,
    period: { key: edition.period, from: edition.from, to: edition.to },
    edition: edition.edition,
    known_at: edition.known_at,
    headline: edition.headline,
    changed: edition.changed,
    url: `${url}?edition=${edition.edition}`,
    json: `${url}.json?edition=${edition.edition}`,
  };
}

async function alertsBody(db: Db, { publicUrl }: DeliverySettings, { message }: Open): Promise<object> {
  const rows = await standingAlerts(db, message);
  return {
    rule: rows[0].rule,
    alerts: rows.map(({ content, fired_at }) => ({ ...content, query: publicUrl + content.query, fired_at })),
  };
}

async function mailLetter(db: Db, settings: DeliverySettings, delivery: Open): Promise<string> {
  const { publicUrl: base } = settings;
  if (base === '') throw new Error('SALIENT_PUBLIC_URL is not set: the link to unsubscribe would lead nowhere');
  const scope = delivery.report === null ? `alerts/${await ruleOf(db, delivery)}` : `reports/${delivery.report}`;
  const token = await subscription(db, scope, delivery.target, randomBytes(24).toString('base64url'));
  if (token === null) throw new NotSent('the address has unsubscribed');
  const unsubscribe = `${base}/unsubscribe?token=${token}`;
  const letter = await letterOf(db, delivery, { base, unsubscribe });
  return sendMail(settings, delivery.target, delivery.key, letter, unsubscribe);
}

async function letterOf(db: Db, delivery: Open, at: Pick<Envelope, 'base' | 'unsubscribe'>): Promise<Letter> {
  if (delivery.report === null) {
    const rows = await standingAlerts(db, delivery.message);
    const { id, title, language } = parseAlertRule((await alertRule(db, rows[0].rule))?.definition);
    const envelope = { ...at, title, language, address: `${at.base}/alerts/${id}` };
    return alertLetter(
      rows.map(({ content }) => content),
      envelope,
    );
  }
  const edition = await stored(db, delivery);
  const report = edition.content;
  const address = `${at.base}/reports/${delivery.report}/${delivery.period}?edition=${edition.edition}`;
  const { title } = report.definition;
  return reportLetter(report, { ...at, address, title, language: report.language });
}

const ruleOf = async (db: Db, { message }: Open) => (await standingAlerts(db, message))[0].rule;

/** The alerts of a message, but for those that rested on a map which was removed for good. @throws NotSent when that leaves none */
async function standingAlerts(db: Db, message: number | null): Promise<[AlertRow, ...AlertRow[]]> {
  const [first, ...more] = await alertsIn(db, message as number);
  if (!first) throw new NotSent('what it told rested on a map that was removed for good');
  return [first, ...more];
}

/** Writes every format beside its final name first, so that nobody ever reads half a file. */
async function writeFolder(db: Db, settings: DeliverySettings, delivery: Open): Promise<string> {
  if (settings.folder === null) throw new Error('SALIENT_REPORTS_FOLDER is not set: no files are written');
  const { content, ...edition } = await stored(db, delivery);
  const around = { base: settings.publicUrl };
  if (delivery.report === null) throw new Error('alerts are not written as files');
  const { definition } = await definedReport(db, delivery.report);
  const stem = join(settings.folder, delivery.target, delivery.report, fileStem(edition.period, edition.edition));
  makeFolder(dirname(stem));
  for (const format of definition.formats) {
    const unfinished = `${stem}.${randomUUID()}.part`;
    await writeFile(unfinished, await renderReport(content, format, around));
    await rename(unfinished, `${stem}.${format}`);
  }
  return `${definition.formats.length} files as ${fileStem(edition.period, edition.edition)}.*`;
}

/** `2020-W06` for the first edition, `2020-W06-edition-2` for a corrected one. */
function fileStem(period: string, edition: number): string {
  return edition === 1 ? period : `${period}-edition-${edition}`;
}

async function stored(db: Db, { report, period, number }: Open) {
  if (report === null) throw new Error('it carries no report');
  const edition = await editionOf(db, report, period, number);
  if (!edition) throw new Error(`edition ${number} of ${report} ${period} is not there`);
  if (edition.purged) throw new NotSent(purgedEdition(report, edition).message);
  const content = JSON.parse(edition.content) as AnyReport;
  const withdrawn = await withdrawnOf(
    db,
    content.series.map(({ id }) => id),
  );
  const headline = standingHeadline(edition.headline, content.language, withdrawn);
  return { ...edition, headline, content: withdrawn.length > 0 ? { ...content, withdrawn } : content };
}
