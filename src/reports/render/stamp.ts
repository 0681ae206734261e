import type { Voice } from './voice.js';

/** Where a report comes from, how it was made and as of which knowledge. */
export function stampOf({ content, texts }: Voice): string[] {
  return [
    ...content.series.flatMap((part) => [
      texts.stamp.source(part.publisher === part.title ? part.title : `${part.title}, ${part.publisher}`, part.licence),
      texts.stamp.method(part.method),
      ...(part.accuracy_note ? [part.accuracy_note] : []),
    ]),
    texts.notes.query,
    texts.stamp.knownAt(content.known_at),
    texts.stamp.edition,
  ];
}
