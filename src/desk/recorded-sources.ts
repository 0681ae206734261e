import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SalientError } from '../errors.js';
import { FetchFailure, type FetchSettings, fetchFile } from '../outbound/fetch-file.js';
import { standingSeries } from '../series/as-of.js';
import { recordingInstant } from '../series/reference/editions.sql.js';
import type { Db } from '../store/pool.js';
import {
  insertCopyFailure,
  insertRecordedCopy,
  type RecordedSource,
  recordedContent,
  recordedSources,
} from './recorded-sources.sql.js';
import { fetchedSource } from './sources.js';

/*
 * Copies of the sources of claims and events that are recorded already, those of bundles among them. An address that fails is
 * not asked again before a pause that doubles; two requests to one host are a second apart.
 */

const BETWEEN_REQUESTS_MS = 1000;
/** The first pause after a failure, and the longest, seconds. */
const FIRST_PAUSE_S = 3600;
const LONGEST_PAUSE_S = 7 * 86_400;

export interface CopySettings {
  fetch: FetchSettings;
  /** Up to so many bytes are kept; of larger sources the hash alone. */
  keepBytes: number;
  by: string;
}

/** The sources of the claims and events of the theatre of a series, with grades, archives, copies and failures. */
export async function askRecordedSources(db: Db, series: string) {
  const { theatre } = await standingSeries(db, series);
  const sources = await recordedSources(db, theatre, null);
  return { series, theatre, sources };
}

/**
 * Copies one recorded source: the given bytes, or what its archive or its address holds. `archive` states where it is archived.
 * @throws SalientError `unknown_source`, `no_data` where it has no address, `not_pulled`
 */
export async function copyRecordedSource(
  db: Db,
  series: string,
  id: string,
  { archive: stated, bytes, fetch, ...settings }: CopySettings & { archive: string | null; bytes: Uint8Array | null },
) {
  const { theatre } = await standingSeries(db, series);
  const { source, url } = await sourceNamed(db, theatre, id);
  const archive = stated ?? source.archive;
  const content = bytes ?? (await fetchedSource(fetch, archive ?? url));
  return {
    series,
    source: id,
    archive,
    ...(await keepCopy(db, { theatre, url, archive, content, fetched: bytes === null, ...settings })),
  };
}

/**
 * Copies the recorded sources that have no copy yet, at most `limit` of them: what is copied already is left, and so is what
 * failed a short time ago. Run again, it goes on.
 */
export async function copyRecordedSources(
  db: Db,
  series: string,
  { limit, ...settings }: CopySettings & { limit: number },
) {
  const { theatre } = await standingSeries(db, series);
  const now = new Date().toISOString();
  const all = (await recordedSources(db, theatre, null)).filter(hasAddress);
  // Of several that have one address, the one that says where it is archived.
  const archivedFirst = (a: RecordedSource, b: RecordedSource) =>
    Number(b.archive !== null) - Number(a.archive !== null);
  const uncopied = all.filter(({ copies }) => copies.length === 0).sort(archivedFirst);
  const missing = uncopied.filter(({ url }, i) => uncopied.findIndex((other) => other.url === url) === i);
  const waiting = missing.filter(({ failure }) => failure !== null && Date.parse(failure.not_before) > Date.parse(now));
  const due = missing.filter((source) => !waiting.includes(source));
  const copied: { source: string; url: string; sha256: string; bytes: number; stored: boolean }[] = [];
  const failed: { source: string; url: string; error: string; not_before: string }[] = [];
  const asked = new Map<string, number>();
  for (const { id, url, archive, failure } of due.slice(0, limit)) {
    const address = archive ?? url;
    await politely(asked, address);
    try {
      const content = (await fetchFile(settings.fetch, address, { etag: null, lastModified: null })).bytes;
      const kept = { theatre, url, archive, content: content ?? new Uint8Array(), fetched: true };
      const { sha256, bytes, stored } = await keepCopy(db, { ...kept, keepBytes: settings.keepBytes, by: settings.by });
      copied.push({ source: id, url, sha256, bytes, stored });
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error;
      const pauseS = pauseAfter(failure?.failures ?? 0, error.retryAfterS);
      await insertCopyFailure(db, { theatre, url, error: error.message, pauseS });
      const notBefore = new Date(Date.now() + 1000 * pauseS).toISOString();
      failed.push({ source: id, url, error: error.message, not_before: notBefore });
    }
  }
  return {
    ...{ series, theatre, copied, failed },
    /** Failed before, and not asked again yet. */
    waiting: waiting.map(({ id, url, failure }) => ({
      ...{ source: id, url },
      ...{ error: failure?.error ?? '', not_before: failure?.not_before ?? '' },
    })),
    copied_before: new Set(all.filter(({ copies }) => copies.length > 0).map(({ url }) => url)).size,
    remaining: Math.max(0, due.length - limit),
  };
}

/** A kept copy of a recorded source, in base 64. @throws SalientError `unknown_source`, `no_data` */
export async function askRecordedCopy(db: Db, series: string, id: string, sha256: string) {
  const { theatre } = await standingSeries(db, series);
  const { url } = await sourceNamed(db, theatre, id);
  const content = await recordedContent(db, theatre, url, sha256);
  if (!content) throw new SalientError('no_data', `source ${id} keeps no bytes of a copy ${sha256}`);
  return { series, source: id, sha256, bytes: content.length, base64: Buffer.from(content).toString('base64') };
}

const hasAddress = (source: RecordedSource): source is RecordedSource & { url: string } =>
  source.url !== null && /^https?:/i.test(source.url);

async function sourceNamed(db: Db, theatre: string, id: string) {
  const [source] = await recordedSources(db, theatre, id);
  if (!source)
    throw new SalientError('unknown_source', `no claim or event of ${theatre} cites a source ${JSON.stringify(id)}`);
  if (source.url === null)
    throw new SalientError('no_data', `source ${id} has no address of which a copy could be kept`);
  return { source, url: source.url };
}

async function keepCopy(
  db: Db,
  {
    content,
    keepBytes,
    ...given
  }: {
    theatre: string;
    url: string;
    archive: string | null;
    content: Uint8Array;
    fetched: boolean;
    keepBytes: number;
    by: string;
  },
) {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const stored = content.length <= keepBytes;
  const copy = { ...given, sha256, bytes: content.length, content: stored ? content : null };
  await db.transaction(async (tx) => insertRecordedCopy(tx, { ...copy, at: await recordingInstant(tx) }));
  return { url: given.url, sha256, bytes: content.length, stored, fetched: given.fetched };
}

/** Seconds until a failing address is asked again: doubled with every failure, or as long as the host asks for. */
const pauseAfter = (failures: number, retryAfterS: number | null) =>
  Math.min(LONGEST_PAUSE_S, Math.max(FIRST_PAUSE_S * 2 ** Math.min(failures, 20), retryAfterS ?? 0));

/** Waits until the host of an address was not asked for a second. */
async function politely(asked: Map<string, number>, address: string): Promise<void> {
  const host = URL.canParse(address) ? new URL(address).host : '';
  const wait = (asked.get(host) ?? Number.NEGATIVE_INFINITY) + BETWEEN_REQUESTS_MS - performance.now();
  if (wait > 0) await sleep(wait);
  asked.set(host, performance.now());
}
