import type { Document, Element } from '@xmldom/xmldom';
import { quote } from '../../model/problem-list.js';
import type { MapReader } from '../map-reader.js';

/** What togeojson reads of styles, with the blanks and line ends around it. */
const TRIMMED = ['color', 'fill', 'outline', 'styleUrl'];
/** Opacity, blue, green, red (OGC 07-147r2, 9.2); some write `#` before it. */
const COLOUR = /^#?[0-9a-f]{8}$/i;
/** Styles whose colours are properties of an area: `fill` and `stroke`. */
const OF_AREAS = ['PolyStyle', 'LineStyle'];
/** So many colours are named. */
const NAMED = 5;

/**
 * Takes the blanks off the values of styles, and out of the document the colours that are none of KML: six digits are red first
 * in one publisher's hands and blue first in another's, and the library takes them for the first.
 */
export function tidyStyles(document: Document, reader: MapReader): void {
  for (const name of TRIMMED) {
    for (const element of elements(document, name)) {
      const text = element.textContent ?? '';
      if (text !== text.trim()) element.textContent = text.trim();
    }
  }
  const unread = new Set<string>();
  for (const style of OF_AREAS.flatMap((name) => elements(document, name))) {
    for (const colour of elements(style, 'color')) {
      const text = colour.textContent ?? '';
      if (text === '' || COLOUR.test(text)) continue;
      unread.add(text);
      colour.parentNode?.removeChild(colour);
    }
  }
  if (unread.size === 0) return;
  const named = [...unread].slice(0, NAMED).map(quote).join(', ');
  const more = unread.size > NAMED ? `, and ${unread.size - NAMED} more` : '';
  reader.note(
    `colours that are not the eight digits of KML (opacity, blue, green, red) are read as none: ${named}${more}; correct them at their source`,
  );
}

const elements = (within: Document | Element, name: string): Element[] => Array.from(within.getElementsByTagName(name));
