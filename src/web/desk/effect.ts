import type { Party } from '../api.js';
import { h } from '../dom.js';
import { className, km2 } from '../text/words.js';
import type { Preview } from './calls.js';

/** Lines beyond this many are folded away. */
const MOST = 8;

function rows(title: string, lines: string[]): Node[] {
  if (lines.length === 0) return [];
  const list = (some: string[]) =>
    h(
      'ul',
      {},
      some.map((line) => h('li', {}, line)),
    );
  const [first, rest] = [lines.slice(0, MOST), lines.slice(MOST)];
  const folded = rest.length > 0 ? [h('details', {}, h('summary', {}, `and ${rest.length} more`), list(rest))] : [];
  return [h('h4', {}, title), list(first), ...folded];
}

/** Km²: a smaller exchange is an artefact of noding a border and is not listed. */
const TOLD_KM2 = 1e-3;

/** What a proposal would do, in words. */
export function effectSection(preview: Preview, parties: readonly Party[]): HTMLElement {
  const change = preview.change.filter(({ km2: size }) => size >= TOLD_KM2);
  const name = (id: string | null) => className(id, parties);
  if (preview.refused)
    return h('section', {}, h('p', { class: 'failure' }, `It would be refused: ${preview.refused.message}`));
  return h(
    'section',
    { 'aria-label': 'What it would do' },
    h('h3', {}, 'What it would do'),
    preview.conflict
      ? h('p', { class: 'stale' }, `The map under it has changed since it was made: ${preview.conflict}`)
      : null,
    ...rows(
      'Ground',
      change.map(({ from, to, km2: size }) => `${km2(size)} from ${name(from)} to ${name(to)}`),
    ),
    ...rows(
      'Places',
      preview.places.map(({ name: place, from, to }) => `${place}: ${name(from)}, then ${name(to)}`),
    ),
    ...rows(
      'Roads',
      preview.routes.map(
        (row) => `${row.route}, ${name(row.class)}: ${row.before_km.toFixed(1)} km, then ${row.after_km.toFixed(1)} km`,
      ),
    ),
    ...rows(
      'Posts',
      preview.posts.map((post) => `${post.name}: ${post.before ?? 'none'}, then ${post.after ?? 'none'}`),
    ),
    ...rows(
      'Reports that would be corrected',
      preview.reports.map(
        ({ title, period, first }) => `${[title, period].filter(Boolean).join(', ')}${first ? `: ${first}` : ''}`,
      ),
    ),
    ...rows('Notes', preview.notes),
    preview.later_maps.length > 0
      ? h('p', { class: 'fine' }, `Later maps do not have it yet: ${preview.later_maps.join(', ')}`)
      : null,
    change.length + preview.places.length + preview.posts.length === 0
      ? h('p', {}, 'No ground, place or post would change.')
      : null,
  );
}
