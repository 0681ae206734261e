import type { Claim, Place, Post, PostHistory } from './api.js';
import { type Day, daysBetween, inWords } from './calendar.js';
import { h, svg, swatch } from './dom.js';
import { inkOf, postMark } from './icons.js';
import { colourOf, type Frame, sourceLinks } from './panel.js';
import type { Span } from './span.js';
import {
  claimWords,
  className,
  disputed,
  km,
  marginWords,
  numberWords,
  STANDING_WORDS,
  sinceWords,
  standingOf,
  stateWords,
  verdictSentence,
} from './words.js';

/** One post on one day: its verdict, what both readings say, since when, and its whole history. */
export function postDetail(post: Post, history: PostHistory, span: Span, day: Day, close: () => void): HTMLElement {
  const standing = standingOf(post);
  const { state, margin_m: margin } = post;
  const since = [
    ['Isolated', sinceWords(post.since.isolated)],
    ['Engulfed', sinceWords(post.since.engulfed)],
  ] as const;
  return card(
    close,
    h(
      'header',
      {},
      svg(postMark(standing, post.number, 44)),
      h('div', {}, h('p', { class: 'kicker' }, `Observation post ${post.number}`), h('h2', {}, post.name)),
    ),
    h(
      'p',
      { class: 'verdict', style: `--ink:${inkOf(standing)}`, 'data-verdict': post.verdict },
      STANDING_WORDS[standing],
    ),
    h('p', {}, verdictSentence(post)),
    since.map(([word, when]) => when !== null && h('p', { class: 'since' }, h('strong', {}, word), ` ${when}.`)),
    state &&
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'If contested ground'),
            h('th', { scope: 'col' }, 'State'),
            h('th', { scope: 'col' }, 'Margin'),
          ),
        ),
        h(
          'tbody',
          {},
          (['strict', 'lenient'] as const).map((mask) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, mask === 'strict' ? 'is closed to it' : 'is open to it'),
              h('td', {}, stateWords(state[mask])),
              h('td', {}, margin ? marginWords(margin[mask], margin.at_least) : ''),
            ),
          ),
        ),
      ),
    historyBar(history, span, day),
    h('p', { class: 'fine' }, `${numberWords(post.number_source)} Position known to ${km(post.error_m)}.`),
  );
}

function historyBar({ intervals }: PostHistory, { first, last }: Span, day: Day): HTMLElement {
  const whole = Math.max(1, daysBetween(first, last));
  const share = (at: Day) => (Math.min(whole, Math.max(0, daysBetween(first, at))) / whole) * 100;
  const shown = intervals.filter(({ from, to }) => from <= last && (to === null || to > first));
  const standing = (verdict: Post['verdict']) => standingOf({ verdict, grade: null });
  return h(
    'figure',
    { class: 'history' },
    h(
      'div',
      { class: 'spans', 'aria-hidden': 'true' },
      shown.map(({ verdict, from, to }) =>
        h('span', {
          style: `left:${share(from)}%;width:${share(to ?? last) - share(from)}%;background:${inkOf(standing(verdict))}`,
          class: verdict,
          title: STANDING_WORDS[standing(verdict)],
        }),
      ),
      h('i', { style: `left:${share(day)}%` }),
    ),
    h(
      'figcaption',
      {},
      h(
        'ol',
        {},
        shown.map(({ verdict, from, to }) =>
          h(
            'li',
            { class: from <= day && (to === null || day < to) ? 'now' : '' },
            `${STANDING_WORDS[standing(verdict)]} `,
            h(
              'span',
              {},
              to === null || to > last
                ? `from ${inWords(from, { short: true })}`
                : `${inWords(from, { short: true })} until ${inWords(to, { short: true })}`,
            ),
          ),
        ),
      ),
    ),
  );
}

/** One place on one day: who holds it, since when, and everything that was said of it, contradictions side by side. */
export function placeDetail(
  { series: { parties } }: Frame,
  place: Place,
  claims: readonly Claim[],
  day: Day,
  close: () => void,
): HTMLElement {
  const differ = disputed(claims);
  const contested = place.status !== null && place.status !== 'controlled';
  const held = contested
    ? `${className(place.status, parties)}${place.party ? `; ${className(place.party, parties)} claim it` : ''}`
    : className(place.party, parties);
  return card(
    close,
    h('header', {}, h('div', {}, h('p', { class: 'kicker' }, place.kind), h('h2', {}, place.name))),
    place.aliases.length > 0 &&
      h(
        'p',
        { class: 'fine' },
        'Also ',
        place.aliases.flatMap((alias, i) => [i === 0 ? '' : ', ', h('bdi', {}, alias)]),
      ),
    h(
      'p',
      { class: 'verdict', style: `--ink:${contested ? '#4b5257' : colourOf(place.party, parties)}` },
      swatch(colourOf(place.party, parties), contested),
      held,
    ),
    h(
      'p',
      { class: 'since' },
      [
        place.since && `On this map since ${inWords(place.since)}`,
        place.confidence !== null && `confidence ${Math.round(place.confidence * 100)} %`,
      ]
        .filter(Boolean)
        .join('; '),
      '.',
    ),
    h('h3', {}, 'What was reported'),
    claims.length === 0
      ? h('p', { class: 'word' }, 'No dated report of this series names the place.')
      : h(
          'ul',
          { class: 'claims' },
          claims.map((claim) =>
            h(
              'li',
              { class: claim.withdrawn_on ? 'withdrawn' : (claim.earliest ?? day) > day ? 'later' : '' },
              h(
                'p',
                {},
                claimWords(claim, parties),
                place.claims.includes(claim.id) && h('span', { class: 'tag' }, 'the map rests on this'),
                (claim.earliest ?? day) > day && h('span', { class: 'tag still-to-come' }, 'after this day'),
                differ.has(claim.id) && h('span', { class: 'tag doubt' }, 'sources differ'),
              ),
              claim.withdrawn_on &&
                h('p', { class: 'word' }, `Withdrawn on ${inWords(claim.withdrawn_on)}: ${claim.withdrawn_why ?? ''}`),
              claim.note && h('p', { class: 'word' }, claim.note),
              h('p', { class: 'word' }, sourceLinks(claim.sources)),
            ),
          ),
        ),
  );
}

function card(close: () => void, ...children: Parameters<typeof h>[2][]): HTMLElement {
  return h(
    'section',
    { class: 'card', 'aria-label': 'Chosen on the map' },
    h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: close }, '×'),
    children,
  );
}
