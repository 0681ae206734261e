import type { IsoDate } from '../model/dates.js';
import type { Transition } from '../model/transition.js';
import type { Content, Source } from './proposal.js';

/** What a different noding of the same ground may make, m². */
export const SAME_M2 = 10;

/** What a change made: the day and the revision that holds on it, and the ground that passed, m² by class pair. */
export interface Made {
  date: IsoDate;
  revision: number | null;
  notes: string[];
  effect: Transition[];
  /** Of reference data: the digest of the rows that it replaced. */
  replaced?: string;
}

/** What a proposal did. `partisan`: the side by whose partisan sources alone it stands, although it gains by it; null: none. */
export interface Applied extends Made {
  partisan: string | null;
}

/** A change to be made: its content, the file of a proposed map, its reason and sources, and who answers for it. */
export interface Change {
  content: Content;
  file: Uint8Array | null;
  why: string;
  sources: readonly Source[];
  by: string;
}
