import type { CitedSource } from '../../content/content.js';
import type { Voice } from '../voice.js';
import { type Cell, cell, type Piece } from './section.js';

/** Its sources, each once. */
export function cited({ texts, words }: Voice, sources: readonly CitedSource[]): Cell {
  const pieces = new Map<string, Piece>();
  for (const { publisher, via, title: headline, url, published_on } of sources) {
    const who = via ? texts.notes.via(publisher, via) : publisher;
    const text = [who, headline && `“${headline}”`, published_on && words.day(published_on)].filter(Boolean).join(', ');
    pieces.set(text, { text, href: url && /^https?:\/\//.test(url) ? url : null });
  }
  return pieces.size === 0
    ? cell(texts.notes.noSource)
    : [...pieces.values()].flatMap((piece, i) => (i === 0 ? [piece] : [{ text: '; ' }, piece]));
}
