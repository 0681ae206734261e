import type { Purged } from '../maps/withdrawal/purge.js';
import { km2, table } from './text.js';

/** What a person who looks maps over reads in a terminal; `--json` gives everything, unrounded. */

export interface ReviewAnswer {
  series: string;
  approvals_needed: number | null;
  held: {
    id: number;
    date: string;
    problems: { message: string }[];
    source: string;
    sent_by: string | null;
    held_at: string;
    approvals: readonly { lapsed: string | null }[];
    decision: { decision: string; why: string; by: string | null } | null;
  }[];
}

/** How many count still. */
const counting = (approvals: readonly { lapsed: string | null }[]) =>
  approvals.filter(({ lapsed }) => lapsed === null).length;

export function heldText({ series, approvals_needed, held }: ReviewAnswer): string {
  if (held.length === 0) return `no map of ${series} waits for a person`;
  const rows = held.map(({ id, date, problems, source, sent_by, held_at, approvals, decision }) => {
    const waits =
      approvals_needed === null ? 'waits' : `waits, ${counting(approvals)} of ${approvals_needed} approvals`;
    const state = decision ? `${decision.decision}: ${decision.why}` : waits;
    return [
      id,
      date,
      held_at.slice(0, 10),
      sent_by ?? source,
      state,
      problems.map(({ message }) => message).join('; '),
    ];
  });
  return table(['held', 'day', 'since', 'sent by', 'decision', 'why it waits'], rows);
}

export interface SnapshotsAnswer {
  snapshots: {
    date: string;
    revision: number;
    areas: number;
    recorded_at: string;
    current: boolean;
    purged: boolean;
    note: string | null;
    withdrawn: { why: string; restored_as: number | null } | null;
    step: { kind: string } | null;
  }[];
}

export function snapshotsText({ snapshots }: SnapshotsAnswer): string {
  const rows = snapshots.map((row) => {
    const withdrawn = row.withdrawn && `withdrawn: ${row.withdrawn.why}`;
    const state = row.purged
      ? 'purged'
      : row.current
        ? 'current'
        : row.withdrawn?.restored_as
          ? `${withdrawn}; restored`
          : withdrawn;
    return [
      row.date,
      row.revision,
      row.areas,
      row.recorded_at.slice(0, 16).replace('T', ' '),
      state ?? 'replaced',
      row.step?.kind,
      row.note,
    ];
  });
  return table(['day', 'revision', 'areas', 'recorded (UTC)', 'state', 'step', 'note'], rows);
}

interface Agreed {
  agree_km2: number;
  agree_share: number;
  differ_km2: number;
  said_agree_share: number | null;
}

export type ComparisonAnswer = { series: string; with: string } & (
  | ({ date: string; matrix: { a: string; b: string; km2: number; agrees: boolean }[] } & Agreed)
  | { days: ({ date: string } & Agreed)[] }
);

const percent = (share: number | null) => (share === null ? null : `${(100 * share).toFixed(1)} %`);
const AGREED = ['day', 'agree km²', 'agree', 'differ km²', 'agree where both say'] as const;

const agreedRow = (row: { date: string } & Agreed) => [
  row.date,
  km2(row.agree_km2),
  percent(row.agree_share),
  km2(row.differ_km2),
  percent(row.said_agree_share),
];

export function comparisonText(answer: ComparisonAnswer): string {
  const days = 'days' in answer ? answer.days : [answer];
  const over = [`${answer.series} and ${answer.with}`, '', table(AGREED, days.map(agreedRow))];
  if ('days' in answer) return over.join('\n');
  const cells = answer.matrix.map(({ a, b, km2: ground, agrees }) => [a, b, km2(ground), agrees ? 'agree' : '']);
  return [...over, '', table([answer.series, answer.with, 'km²', ''], cells)].join('\n');
}

/** What a purge took, and what is left to do by hand. */
export function purgedText(purged: Purged): string {
  const { revisions, held, proposals, report_editions, alerts, shapes, left, cannot_reach, addresses } = purged;
  const counts = `${revisions.length} revisions, ${held.length} maps under review, ${proposals.length} proposals, ${report_editions.length} editions of reports, ${alerts.length} alerts`;
  const undecided = [
    ...left.held.map((id) => `held map ${id} waits for a decision`),
    ...left.proposals.map((id) => `proposal ${id} is open`),
  ].map((line) => `  ${line}: decide, then purge again`);
  return [
    `purge ${purged.purge} of ${purged.series}${purged.date ? `, ${purged.date}` : ''}: ${shapes} polygons are gone for good (${counts})`,
    ...(undecided.length > 0 ? ['Left:', ...undecided] : []),
    'Out of reach:',
    ...cannot_reach.map((line) => `  ${line}`),
    'Addresses to purge at a CDN:',
    ...addresses.map((line) => `  ${line}`),
  ].join('\n');
}
