import type { Party, Series } from './api.js';
import { type Day, inWords, windowInWords } from './calendar.js';
import { NOBODY } from './dated-layers.js';
import { h, svg, swatch } from './dom.js';
import { postMark } from './icons.js';
import type { Frame } from './panel.js';
import { STANDING_WORDS, STANDINGS } from './words.js';

/* What stays the same on every date: how to read the map, and its legend. */

const GROUND: Readonly<Record<Series['kind'], string>> = {
  derived:
    'Ground between reported places is given to the nearest report, so a front may be off by that much, and by more where reports are few.',
  imported: 'Ground is as its publisher drew it, so a front may be off by that much; what is in no area is left empty.',
};

export function methodSection({ series }: Frame): Node[] {
  return [
    h('h3', {}, 'How to read this map'),
    h(
      'p',
      {},
      h('strong', {}, `${series.method.charAt(0).toUpperCase()}${series.method.slice(1)} — not a surveyed line. `),
      `${GROUND[series.kind]} Contested ground is hatched; it counts for neither side.`,
    ),
    h(
      'p',
      { class: 'fine' },
      `${series.title}, ${series.publisher}, ${series.licence}. Complete ${windowInWords(series.first_date, null)}${series.complete_until ? ` until ${inWords(series.complete_until)}` : ''}. Coasts and borders: Natural Earth, as they are administered; no position on any claim.`,
    ),
  ];
}

export function legendBody(
  parties: readonly Party[],
  holders: ReadonlySet<string>,
  kind: Series['kind'] | null = null,
): Node[] {
  return [
    h(
      'ul',
      {},
      parties.filter(({ id }) => holders.has(id)).map(({ name, colour }) => h('li', {}, swatch(colour), name)),
      h('li', {}, swatch('#4b5257', true), 'Contested'),
      h(
        'li',
        {},
        h('span', { class: 'swatch hatched faint', style: `--colour:${NOBODY}`, 'aria-hidden': 'true' }),
        kind === 'derived' ? 'Too far from any report' : 'Unknown',
      ),
      h('li', {}, h('span', { class: 'front-key', 'aria-hidden': 'true' }), 'Front line'),
    ),
    h('p', {}, 'Observation posts'),
    h(
      'ul',
      {},
      STANDINGS.map((standing) => h('li', {}, svg(postMark(standing, null, 20)), STANDING_WORDS[standing])),
    ),
  ];
}

export function firstMap(day: Day): Node[] {
  return [
    h('p', { class: 'kicker' }, inWords(day)),
    h('h2', {}, 'The series begins here'),
    h('p', { class: 'lede' }, 'Move the slider, or play, to see what changed.'),
  ];
}

/** What must be said before anything else: that the day is later than the series reaches. */
export function notices(completeUntil: Day | null, day: Day): Node[] {
  if (completeUntil === null || day <= completeUntil) return [];
  return [
    h(
      'p',
      { class: 'stale' },
      h('strong', {}, 'Not up to date. '),
      `The series is complete until ${inWords(completeUntil)}; later days show its last state.`,
    ),
  ];
}
