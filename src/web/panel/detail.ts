import type { Claim, Place, Post, PostHistory } from '../api.js';
import { h, svg, table } from '../dom.js';
import { inkOf, postMark } from '../map/icons.js';
import { type Day, daysBetween, inWords } from '../text/calendar.js';
import { nameIn, placeName, t } from '../text/language.js';
import {
  claimantOf,
  claimedBy,
  claimWords,
  className,
  disputed,
  km,
  marginWords,
  numberWords,
  sinceWords,
  standingOf,
  standingWords,
  stateWords,
  verdictSentence,
} from '../text/words.js';
import type { Span } from '../timeline/span.js';
import { colourOf, type Frame, groundSwatch, sourceLinks } from './panel.js';

/** One post on one day: its verdict, what both readings say, since when, and its whole history. */
export function postDetail(post: Post, history: PostHistory, span: Span, day: Day, close: () => void): HTMLElement {
  const standing = standingOf(post);
  const { state, margin_m: margin } = post;
  const since = [
    [t.isolated, sinceWords(post.since.isolated, history, day)],
    [t.engulfed, sinceWords(post.since.engulfed, history, day)],
  ] as const;
  return card(
    close,
    h(
      'header',
      {},
      svg(postMark(standing, post.number, 44)),
      h('div', {}, h('p', { class: 'kicker' }, t.post(post.number)), h('h2', {}, placeName({ name: post.name }))),
    ),
    h(
      'p',
      { class: 'verdict', style: `--ink:${inkOf(standing)}`, 'data-verdict': post.verdict },
      standingWords(standing),
    ),
    h('p', {}, verdictSentence(post)),
    since.map(([word, when]) => when !== null && h('p', { class: 'since' }, h('strong', {}, word), ` ${when}.`)),
    state &&
      table(
        [t.ifContested, t.state, t.margin],
        (['strict', 'lenient'] as const).map((mask) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, mask === 'strict' ? t.closed : t.open),
            h('td', {}, stateWords(state[mask])),
            h('td', {}, margin ? marginWords(margin[mask], margin.bound[mask]) : ''),
          ),
        ),
      ),
    historyBar(history, span, day),
    h('p', { class: 'fine' }, `${numberWords(post.number_source)} ${t.positionError(km(post.error_m))}`),
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
          style: `inset-inline-start:${share(from)}%;width:${share(to ?? last) - share(from)}%;background:${inkOf(standing(verdict))}`,
          class: verdict,
          title: standingWords(standing(verdict)),
        }),
      ),
      h('i', { style: `inset-inline-start:${share(day)}%` }),
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
            `${standingWords(standing(verdict))} `,
            h(
              'span',
              {},
              to === null || to > last
                ? t.fromDay(inWords(from, { short: true }))
                : t.fromUntil(inWords(from, { short: true }), inWords(to, { short: true })),
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
  // Ground that is only claimed is so by somebody.
  const ground = !contested
    ? place.party
    : place.status === 'claimed' && place.party
      ? claimedBy(place.party)
      : place.status;
  const held =
    contested && claimantOf(ground) === null
      ? `${className(place.status, parties)}${place.party ? `; ${t.claimIt(className(place.party, parties))}` : ''}`
      : className(ground, parties);
  return card(
    close,
    h(
      'header',
      {},
      h(
        'div',
        {},
        h('p', { class: 'kicker' }, t.kinds[place.kind] ?? place.kind),
        h('h2', {}, nameIn(t.code, place.name, place.aliases)),
      ),
    ),
    place.aliases.length > 0 &&
      h(
        'p',
        { class: 'fine' },
        `${t.also} `,
        place.aliases.flatMap((alias, i) => [i === 0 ? '' : ', ', h('bdi', {}, alias)]),
      ),
    h(
      'p',
      { class: 'verdict', style: `--ink:${contested ? '#4b5257' : colourOf(place.party, parties)}` },
      groundSwatch(ground, parties),
      held,
    ),
    h(
      'p',
      { class: 'since' },
      [
        place.since && t.onMapSince(inWords(place.since)),
        place.confidence !== null && t.confidence(Math.round(place.confidence * 100)),
      ]
        .filter(Boolean)
        .join('; '),
      '.',
    ),
    h('h3', {}, t.reported),
    claims.length === 0
      ? h('p', { class: 'word' }, t.noReport)
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
                place.claims.includes(claim.id) && h('span', { class: 'tag' }, t.restsOn),
                (claim.earliest ?? day) > day && h('span', { class: 'tag still-to-come' }, t.laterThan),
                differ.has(claim.id) && h('span', { class: 'tag doubt' }, t.differ),
              ),
              claim.withdrawn_on &&
                h('p', { class: 'word' }, t.withdrawn(inWords(claim.withdrawn_on), claim.withdrawn_why ?? '')),
              claim.note && h('p', { class: 'word' }, claim.note),
              h('p', { class: 'word' }, sourceLinks(claim.sources)),
            ),
          ),
        ),
  );
}

export function card(close: () => void, ...children: Parameters<typeof h>[2][]): HTMLElement {
  return h(
    'section',
    { class: 'card', 'aria-label': t.chosen, tabindex: '-1' },
    h('button', { type: 'button', class: 'close', 'aria-label': t.close, onclick: close }, '×'),
    children,
  );
}
