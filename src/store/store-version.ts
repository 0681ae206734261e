/*
 * Where one process alone writes to the store (the embedded engine: its folder is locked), every commit passes through its pool,
 * so that the pool knows whether anything computed before still holds, without a question to the database.
 */

/** What writes, and the name of the table that it writes to. Statements that define something count as well. */
const WRITE =
  /\b(?:insert\s+into|update(?!\s+(?:of|set|skip)\b)|delete\s+from|merge\s+into|truncate(?:\s+table)?|copy|alter|(?<!on commit )drop|create|purge_\w+)\b\s*(?:only\s+)?"?(\w*)/gi;

/**
 * Tables of results that can be computed anew, those that live no longer than their transaction, indexes, and what the scheduler
 * notes at each tick.
 */
const CHANGES_NOTHING =
  /^(?:(?:report|alert)_watch|report_due|delivery_lease|kept_\w+|mask_\w+|barrier_(?:buffer|simplified)|staged|temp|temporary|index|unique)$/i;

/** Whether a statement may change what the store answers. One that is not understood counts as if it did. */
export function mayChangeAnswers(text: string): boolean {
  for (const [, table = ''] of text.matchAll(WRITE)) if (!CHANGES_NOTHING.test(table)) return true;
  return false;
}

/** A number that is another after each commit that may have changed an answer. */
export interface StoreVersion {
  now(): number;
  raise(): void;
}

export function openStoreVersion(): StoreVersion {
  let version = 0;
  return { now: () => version, raise: () => void version++ };
}
