import type { Change, Claim, Party, Post, Series, Source } from './api.js';
import { inWords } from './calendar.js';
import { NOBODY } from './dated-layers.js';
import { h, svg, swatch } from './dom.js';
import { postMark } from './icons.js';
import type { Selection } from './state.js';
import {
  claimWords,
  className,
  counted,
  headline,
  km2,
  placesSentence,
  STANDING_WORDS,
  STANDINGS,
  signedKm2,
  standingOf,
} from './words.js';

/** What the panel needs to name and colour things, and whom to tell when something is chosen. */
export interface Frame {
  series: Series;
  claims: ReadonlyMap<string, Claim>;
  choose(selection: Selection): void;
}

export const colourOf = (id: string | null, parties: readonly Party[]): string =>
  parties.find((party) => party.id === id)?.colour ?? NOBODY;

/** What the current map changed against the one before it, and on whose word. `before` and `after` are the posts then. */
export function changedSection(frame: Frame, change: Change, before: readonly Post[], after: readonly Post[]): Node[] {
  const { parties } = frame.series;
  const turned = turnedPosts(before, after);
  return [
    h('p', { class: 'kicker' }, `${inWords(change.to)}: what changed since ${inWords(change.from)}`),
    h('h2', {}, headline(change, parties)),
    h(
      'p',
      { class: 'lede' },
      `${placesSentence(change.places, parties)} ${turned.length > 0 ? `${counted(turned.length, 'post')} changed standing.` : ''}`,
    ),
    turned.length > 0 &&
      h(
        'ul',
        { class: 'turned' },
        turned.map(({ was, is }) =>
          h(
            'li',
            {},
            postButton(frame, is),
            h('span', {}, `${STANDING_WORDS[standingOf(was)]} → `, h('strong', {}, STANDING_WORDS[standingOf(is)])),
          ),
        ),
      ),
    change.places.length > 0 &&
      h(
        'ul',
        { class: 'places' },
        change.places.map((place) => placeItem(frame, place)),
      ),
  ].filter((node) => node !== false);
}

function placeItem(frame: Frame, place: Change['places'][number]): HTMLElement {
  const { parties } = frame.series;
  const claims = place.claims.flatMap((id) => frame.claims.get(id) ?? []);
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: 'name', onclick: () => frame.choose({ kind: 'place', id: place.id }) },
      place.name,
    ),
    h(
      'span',
      { class: 'passed' },
      swatch(colourOf(place.from, parties), place.from === 'contested'),
      '→',
      swatch(colourOf(place.to, parties), place.to === 'contested'),
      ` ${className(place.from, parties)} to ${className(place.to, parties)}`,
    ),
    claims.length === 0
      ? h('p', { class: 'word' }, 'Follows from the places around it; no report names it.')
      : claims.map((claim) => h('p', { class: 'word' }, `${claimWords(claim, parties)}. `, sourceLinks(claim.sources))),
  );
}

/** Who said it, each with a link to where; a second page of the same publisher is only numbered. */
export function sourceLinks(sources: readonly Source[] | null): HTMLElement {
  const named = new Set<string>();
  const links = (sources ?? []).map((source, i) => {
    const name = source.via ? `${source.publisher} via ${source.via}` : source.publisher;
    const text = named.has(name) ? `(${i + 1})` : name;
    named.add(name);
    const title = [name, source.title, source.published_on && inWords(source.published_on)].filter(Boolean).join(', ');
    const web = source.url && /^https?:\/\//i.test(source.url) ? source.url : null;
    return web
      ? h('a', { href: web, title, rel: 'noopener noreferrer', target: '_blank' }, text)
      : h('span', { title }, text);
  });
  return h(
    'span',
    { class: 'sources' },
    links.flatMap((link, i) => (i === 0 ? [link] : [', ', link])),
  );
}

export function turnedPosts(before: readonly Post[], after: readonly Post[]): { was: Post; is: Post }[] {
  return after.flatMap((is) => {
    const was = before.find((post) => post.operator === is.operator && post.number === is.number);
    return was && standingOf(was) !== standingOf(is) ? [{ was, is }] : [];
  });
}

/** Who holds how much, and what came and went. */
export function balanceSection({ series: { parties } }: Frame, change: Change): Node[] {
  const unsure = (id: string) => !parties.some((party) => party.id === id);
  const there = change.parties.filter(({ before_km2, after_km2 }) => before_km2 > 0 || after_km2 > 0);
  const rows = [...there.filter(({ party }) => !unsure(party)), ...there.filter(({ party }) => unsure(party))];
  return [
    h('h3', {}, 'Who holds how much'),
    h(
      'div',
      { class: 'bar', 'aria-hidden': 'true' },
      rows.map(({ party, after_km2 }) =>
        h('span', {
          class: unsure(party) ? 'hatched' : '',
          style: `--colour:${colourOf(party, parties)};flex-grow:${after_km2 / change.theatre_km2}`,
        }),
      ),
    ),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Ground'),
          h('th', { scope: 'col' }, 'Area'),
          h('th', { scope: 'col' }, 'Change'),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map(({ party, after_km2, gained_km2, lost_km2 }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, swatch(colourOf(party, parties), unsure(party)), className(party, parties)),
            h('td', {}, km2(after_km2)),
            h('td', { class: gained_km2 === lost_km2 ? 'still' : '' }, signedKm2(gained_km2 - lost_km2)),
          ),
        ),
      ),
    ),
  ];
}

/** Every post as a button: the way to them without a pointer. */
export function postsSection(frame: Frame, posts: readonly Post[]): Node[] {
  if (posts.length === 0) return [];
  const count = (standing: string) => posts.filter((post) => standingOf(post) === standing).length;
  const sums = STANDINGS.filter((standing) => count(standing) > 0).map(
    (standing) => `${count(standing)} ${STANDING_WORDS[standing].toLowerCase()}`,
  );
  return [
    h('h3', {}, 'Observation posts'),
    h('p', { class: 'lede' }, `${sums.join('; ')}.`),
    h(
      'ul',
      { class: 'roll' },
      posts.map((post) => h('li', {}, postButton(frame, post))),
    ),
  ];
}

function postButton({ choose }: Frame, post: Post): HTMLElement {
  const standing = standingOf(post);
  return h(
    'button',
    {
      type: 'button',
      class: 'post',
      title: STANDING_WORDS[standing],
      'data-post': `${post.operator}/${post.number}`,
      'data-verdict': post.verdict,
      onclick: () => choose({ kind: 'post', id: `${post.operator}/${post.number}` }),
    },
    svg(postMark(standing, post.number, 26)),
    h('span', {}, post.name),
    h('span', { class: 'aside' }, `, ${STANDING_WORDS[standing]}`),
  );
}
