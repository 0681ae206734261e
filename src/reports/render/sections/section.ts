import type { Voice } from '../voice.js';

/** A piece of a cell: words, that may lead somewhere. Relative addresses are questions of our API. */
export interface Piece {
  text: string;
  href?: string | null;
  /** Which party's colour stands before it. */
  party?: string;
}

export type Cell = Piece[];

/** A part of a report under a heading, the same in every form that is read. */
export interface Section {
  id: string;
  title: string;
  /** What must be known to read it. */
  intro: string[];
  table: { head: string[]; numeric: boolean[]; rows: Cell[][]; foot?: Cell[] } | null;
  notes: string[];
}

/** A table of the rows; null where there are none. */
export const tableOf = (head: string[], numeric: boolean[], rows: Cell[][]): Section['table'] =>
  rows.length === 0 ? null : { head, numeric, rows };

export const cell = (text: string, href?: string | null): Cell => [{ text, ...(href ? { href } : {}) }];

export const titleOf = ({ texts }: Voice, id: keyof Voice['texts']['sections']) => ({ id, title: texts.sections[id] });
