import { h } from '../dom.js';
import type { Proposal } from './calls.js';

/** The Admiralty scale of reliability. */
const GRADES: Record<string, string> = {
  A: 'completely reliable',
  B: 'usually reliable',
  C: 'fairly reliable',
  D: 'not usually reliable',
  E: 'unreliable',
  F: 'reliability cannot be judged',
};

/** A source of a proposal: who, how reliable, where it is archived, and what was kept of it. */
export function sourceEntry({
  url,
  publisher,
  archive,
  reliability,
  copies = [],
}: Proposal['sources'][number]): HTMLElement {
  const link = (href: string, words: string) => h('a', { href, rel: 'noreferrer' }, words);
  const kept = copies.map(
    ({ sha256, bytes, at }) => `copy of ${at.slice(0, 10)}, ${bytes} bytes, SHA-256 ${sha256.slice(0, 12)}…`,
  );
  return h(
    'li',
    {},
    link(url, publisher),
    reliability ? ` (${reliability}: ${GRADES[reliability] ?? ''})` : '',
    archive ? ' · ' : '',
    archive ? link(archive, 'archived') : '',
    kept.length > 0 ? h('small', {}, kept.join('; ')) : '',
  );
}
