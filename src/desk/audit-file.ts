import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { SalientError } from '../errors.js';
import type { AuditEntry, AuditHead } from './audit.sql.js';

/** What an exported log is: where it begins and ends, and the first entry that does not follow from the one before it. */
export interface FileVerdict {
  entries: number;
  /** Number of the first entry; what was before it is not in the file. Null: the file has none. */
  first: number | null;
  last: number | null;
  last_hash: string | null;
  /** Number of the first entry that was changed, moved, put in, or is missing; null: the chain holds. */
  broken_at: number | null;
  why: string | null;
}

const NOTHING = '0'.repeat(64);

/**
 * Verifies an exported log without a database. The hash of an entry is that of the hash before it and of its `text`, which says
 * the same as its fields. What was cut off the end shows by `head`: the last entry as the file states it, and as somebody noted it.
 * @param noted a hash that the log is known to have had; null: none is known
 * @throws SalientError `invalid_parameter` when the text is no exported log
 */
export function verifyExported(text: string, noted: string | null): FileVerdict {
  const { entries, head } = readExport(text);
  const broken = brokenLink(entries) ?? missingEnd(entries, head, noted);
  const last = entries.at(-1);
  return {
    entries: entries.length,
    first: entries[0]?.no ?? null,
    last: last?.no ?? null,
    last_hash: last?.hash ?? null,
    broken_at: broken?.at ?? null,
    why: broken?.why ?? null,
  };
}

interface Broken {
  at: number;
  why: string;
}

function brokenLink(entries: readonly AuditEntry[]): Broken | null {
  let before: { no: number; hash: string } | null = null;
  for (const entry of entries) {
    const { no, hash, previous } = entry;
    const expected: number = before ? before.no + 1 : no;
    if (no > expected) return { at: no, why: `entry ${expected} is missing: ${no} stands in its place` };
    if (no < expected) return { at: no, why: `entry ${no} stands after ${before?.no}: it was moved, or put in` };
    const link = before?.hash ?? (no === 1 ? NOTHING : previous);
    if (previous !== link) return { at: no, why: `entry ${no} does not hold the hash of the one before it` };
    const problem = contentProblem(entry);
    if (problem) return { at: no, why: `entry ${no} ${problem}` };
    before = { no, hash };
  }
  return null;
}

function contentProblem({ no, recorded_us, principal, action, subject, detail, previous, hash, text }: AuditEntry) {
  const sum = createHash('sha256').update(Buffer.from(previous, 'hex')).update(text, 'utf8').digest('hex');
  if (sum !== hash) return 'was changed: its hash is another';
  const said = [no, recorded_us, principal, action, subject, detail];
  return isDeepStrictEqual(parsed(text), said) ? null : 'was changed: its fields are not those of its text';
}

function missingEnd(entries: readonly AuditEntry[], head: AuditHead | null, noted: string | null): Broken | null {
  const last = entries.at(-1);
  if (head && (last?.no ?? 0) < head.no)
    return {
      at: (last?.no ?? 0) + 1,
      why: `the file says that the log ends with entry ${head.no}: the rest was cut off`,
    };
  if (head && last && head.no === last.no && head.hash !== last.hash)
    return { at: last.no, why: 'the file states another hash of the last entry' };
  if (noted !== null && !entries.some(({ hash }) => hash === noted.toLowerCase()))
    return {
      at: (last?.no ?? 0) + 1,
      why: `no entry has the hash ${noted}: what came before it was cut off or changed`,
    };
  return null;
}

function readExport(text: string): { entries: AuditEntry[]; head: AuditHead | null } {
  const read = parsed(text) as { entries?: unknown; head?: AuditHead | null } | null;
  const entries = read && typeof read === 'object' ? read.entries : undefined;
  const isEntry = (value: unknown): value is AuditEntry => {
    const entry = value as Partial<AuditEntry> | null;
    const texts = [entry?.previous, entry?.hash, entry?.text];
    return Number.isSafeInteger(entry?.no) && texts.every((each) => typeof each === 'string');
  };
  if (!Array.isArray(entries) || !entries.every(isEntry)) {
    const what = 'entries, each with no, text, previous and hash (salient audit export)';
    throw new SalientError('invalid_parameter', `the file is no exported audit log: it has no ${what}`);
  }
  return { entries, head: read?.head ?? null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
