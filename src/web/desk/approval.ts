import { d } from './text/language.js';

/** One person's approval. `lapsed`: why it counts no longer. */
export interface Approval {
  by: string;
  why: string;
  at: string;
  lapsed?: string | null;
}

export const counts = ({ lapsed }: Approval): boolean => !lapsed;

/** That somebody approves, and why that counts no longer. */
export const approvesWords = ({ lapsed }: Approval): string =>
  lapsed ? `${d.approves} (${d.countsNoMore}${d.comma}${d.lapses[lapsed] ?? lapsed})` : d.approves;
