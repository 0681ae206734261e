import { CRUMB_KM2 } from '../../model/shown-area.js';
import type { Party } from '../api.js';
import { h } from '../dom.js';
import { t } from '../text/language.js';
import { className, km2 } from '../text/words.js';
import type { Preview } from './calls.js';
import { quoted } from './quoted.js';
import { apart, dayWords, figure } from './text/figures.js';
import { d } from './text/language.js';

/** Lines beyond this many are folded away. */
const MOST = 8;

function rows(title: string, lines: (string | Node)[]): Node[] {
  if (lines.length === 0) return [];
  const list = (some: (string | Node)[]) =>
    h(
      'ul',
      {},
      some.map((line) => h('li', {}, line)),
    );
  const [first, rest] = [lines.slice(0, MOST), lines.slice(MOST)];
  const folded = rest.length > 0 ? [h('details', {}, h('summary', {}, d.more(rest.length)), list(rest))] : [];
  return [h('h4', {}, title), list(first), ...folded];
}

/** Km²: a smaller exchange is an artefact of noding a border and is not listed, unless there is no larger one. */
const TOLD_KM2 = 1e-3;

const kmWords = (km: number) => `${figure(km, 1)} ${t.units.km}`;

/** What a proposal would do, in words. */
export function effectSection(preview: Preview, parties: readonly Party[]): HTMLElement {
  const large = preview.change.filter(({ km2: size }) => size >= TOLD_KM2);
  const change = large.length > 0 ? large : preview.change.filter(({ km2: size }) => size >= CRUMB_KM2);
  const name = (id: string | null) => apart(className(id, parties));
  if (preview.refused) return h('section', {}, h('p', { class: 'failure' }, d.refused(apart(preview.refused.message))));
  return h(
    'section',
    { 'aria-label': d.effect },
    h('h3', {}, d.effect),
    preview.conflict ? h('p', { class: 'stale' }, d.conflict(apart(preview.conflict))) : null,
    ...rows(
      d.ground,
      change.map(({ from, to, km2: size }) => d.groundPasses(km2(size), name(from), name(to))),
    ),
    ...rows(
      d.places,
      preview.places.map(({ name: place, from, to }) => d.beforeAfter(apart(place), name(from), name(to))),
    ),
    ...rows(
      d.roads,
      preview.routes.map((row) =>
        d.beforeAfter(`${apart(row.route)}${d.comma}${name(row.class)}`, kmWords(row.before_km), kmWords(row.after_km)),
      ),
    ),
    ...rows(
      d.posts,
      preview.posts.map((post) => d.beforeAfter(apart(post.name), post.before ?? d.none, post.after ?? d.none)),
    ),
    ...rows(
      d.reports,
      preview.reports.map(({ title, period, first }) => {
        const which = [title, period].filter((part) => part !== null).map(apart);
        return `${which.join(d.comma)}${first ? `: ${apart(first)}` : ''}`;
      }),
    ),
    ...rows(d.notes, preview.notes.map(quoted)),
    preview.later_maps.length > 0
      ? h('p', { class: 'fine' }, d.laterMaps(preview.later_maps.map(dayWords).join(d.semicolon)))
      : null,
    change.length + preview.places.length + preview.posts.length === 0 ? h('p', {}, d.nothingChanges) : null,
  );
}
