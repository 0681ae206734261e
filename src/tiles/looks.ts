/* What the map looks like outside our page: the same colours, in the plainest terms, because clients differ in what they understand. */

/** The colour of ground where nobody is named; a test holds it to that of the page (web/map/palette.ts). */
export const NOBODY = '#7b7f82';
export const INK = '#1c2226';
export const PAPER = '#fffdf8';
/** What changed hands is edged with it. */
export const CHANGED = '#d99a00';

/** How much of a colour shows over ground of a status. */
export const OPACITY = { controlled: 0.44, claimed: 0.2, contested: 0.26, unknown: 0.12 } as const;

/** The colours of a post by its standing; a test holds them to those of the page's marks. */
export const POST_INKS = {
  open: '#1f6b5c',
  narrow: '#a8640a',
  uncertain: '#6d4c9f',
  encircled: '#14181b',
  inactive: '#7d868c',
} as const;

/** Of the number in its mark. */
export const NUMBER_INKS: Readonly<Record<keyof typeof POST_INKS, string>> = {
  open: '#1f6b5c',
  narrow: '#ffffff',
  uncertain: '#ffffff',
  encircled: '#ffffff',
  inactive: '#5c656b',
};

/** The kinds of events that have a mark; a test holds them to those of the page. */
export const EVENT_KINDS = ['strike', 'attack', 'displacement', 'casualties', 'statement', 'population'] as const;
