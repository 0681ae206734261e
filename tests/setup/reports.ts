import { expect } from 'vitest';
import { isKnown, type ReportContent } from '../../src/reports/content/content.js';
import { makeReport } from '../../src/reports/make.js';

/** A report that has something to say: fails where the series does not cover the period. */
export async function measuredReport(...requested: Parameters<typeof makeReport>): Promise<ReportContent> {
  const made = await makeReport(...requested);
  if (isKnown(made)) return made;
  return expect.fail(`nothing is known of ${made.period.key}: ${made.series.map(({ reason }) => reason).join(', ')}`);
}
