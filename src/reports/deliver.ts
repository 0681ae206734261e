import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Db } from '../store/pool.js';
import type { AnyReport } from './content.js';
import { insertAttempt, leaseDelivery, openDelivery, releaseDelivery } from './deliveries.sql.js';
import { editionOf } from './editions.sql.js';
import { definedReport, THIS_PROCESS } from './issue.js';
import { renderReport } from './render/render.js';
import { databaseClock } from './runs.sql.js';
import { sendWebhook, type WebhookSettings } from './webhook.js';

/** Where finished reports go. A further way (e-mail, an alert) is one more `kind` of `DELIVER` below and of the table. */
export interface DeliverySettings extends WebhookSettings {
  /** Folder under which recipients' folders lie; null: none is written. */
  folder: string | null;
  /** Address of this service as others reach it, for links. */
  publicUrl: string;
}

/** After so many failed tries (a day and a half with the pauses below) a delivery is given up. */
export const MOST_ATTEMPTS = 16;
const LEASE_S = 60;

/** Seconds to wait after the nth failed try: 5, 10, 20 … four hours at most. */
export function pauseAfter(attempts: number): number {
  return Math.min(5 * 2 ** (attempts - 1), 4 * 3600);
}

type Open = NonNullable<Awaited<ReturnType<typeof openDelivery>>>;

const DELIVER: Record<Open['kind'], (db: Db, settings: DeliverySettings, delivery: Open) => Promise<string>> = {
  webhook: callWebhook,
  folder: writeFolder,
};

/**
 * Tries one delivery once and logs how it ended.
 * @returns seconds until it should be tried again; null when it has ended (arrived, or given up)
 */
export async function deliverReport(db: Db, settings: DeliverySettings, no: number): Promise<number | null> {
  if (!(await leaseDelivery(db, no, LEASE_S))) return LEASE_S;
  try {
    const delivery = await openDelivery(db, no);
    if (!delivery) return null;
    const startedAt = await databaseClock(db);
    const log = { delivery: no, process: THIS_PROCESS, started_at: startedAt };
    try {
      const reason = await DELIVER[delivery.kind](db, settings, delivery);
      await insertAttempt(db, { ...log, outcome: 'delivered', reason });
      return null;
    } catch (error) {
      const attempts = delivery.attempts + 1;
      const last = attempts >= MOST_ATTEMPTS;
      const reason = error instanceof Error ? error.message : String(error);
      await insertAttempt(db, { ...log, outcome: last ? 'given_up' : 'failed', reason });
      return last ? null : pauseAfter(attempts);
    }
  } finally {
    await releaseDelivery(db, no);
  }
}

async function callWebhook(db: Db, settings: DeliverySettings, delivery: Open): Promise<string> {
  const edition = await stored(db, delivery);
  const url = `${settings.publicUrl}/reports/${delivery.report}/${delivery.period}`;
  const body = JSON.stringify({
    report: delivery.report,
    period: { key: edition.period, from: edition.from, to: edition.to },
    edition: edition.edition,
    known_at: edition.known_at,
    changed: edition.changed,
    url: `${url}?edition=${edition.edition}`,
    json: `${url}.json?edition=${edition.edition}`,
  });
  const status = await sendWebhook(settings, { url: delivery.target, key: delivery.key, body });
  return `status ${status}`;
}

/** Writes every format beside its final name first, so that nobody ever reads half a file. */
async function writeFolder(db: Db, settings: DeliverySettings, delivery: Open): Promise<string> {
  if (settings.folder === null) throw new Error('SALIENT_REPORTS_FOLDER is not set: no files are written');
  const edition = await stored(db, delivery);
  const content = JSON.parse(edition.content) as AnyReport;
  const { definition } = await definedReport(db, delivery.report);
  const stem = join(settings.folder, delivery.target, delivery.report, fileStem(edition.period, edition.edition));
  await mkdir(dirname(stem), { recursive: true });
  for (const format of definition.formats) {
    const unfinished = `${stem}.${randomUUID()}.part`;
    await writeFile(unfinished, await renderReport(content, format));
    await rename(unfinished, `${stem}.${format}`);
  }
  return `${definition.formats.length} files as ${fileStem(edition.period, edition.edition)}.*`;
}

/** `2020-W06` for the first edition, `2020-W06-edition-2` for a corrected one. */
function fileStem(period: string, edition: number): string {
  return edition === 1 ? period : `${period}-edition-${edition}`;
}

async function stored(db: Db, { report, period, number }: Open) {
  const edition = await editionOf(db, report, period, number);
  if (!edition) throw new Error(`edition ${number} of ${report} ${period} is not there`);
  return edition;
}
