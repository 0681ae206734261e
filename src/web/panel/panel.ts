import { movedOnGround } from '../../model/classes.js';
import type { Change, CitedChange, Claim, Party, Post, Series, Source } from '../api.js';
import type { Parts } from '../day-answer.js';
import { type Child, h, svg, swatch, table } from '../dom.js';
import { figuresOf } from '../figures.js';
import { PARTY_MARKS, postMark } from '../map/icons.js';
import { NOBODY } from '../map/palette.js';
import type { Selection } from '../state.js';
import { type Day, inWords } from '../text/calendar.js';
import { onward, placeName, t } from '../text/language.js';
import {
  claimantOf,
  claimWords,
  className,
  headline,
  placesSentence,
  redrawnSentences,
  STANDINGS,
  standingOf,
  standingWords,
  withoutReport,
} from '../text/words.js';

/** What the panel needs to name and colour things, and whom to tell when something is chosen. */
export interface Frame {
  series: Series;
  choose(selection: Selection): void;
}

export const colourOf = (id: string | null, parties: readonly Party[]): string =>
  parties.find((party) => party.id === (claimantOf(id) ?? id))?.colour ?? NOBODY;

/**
 * What the current map changed against the one before it, and on whose word. `turned` are the posts whose standing is
 * another one now, once that is known. A series that knows no places says nothing of them.
 */
export function changedSection(frame: Frame, change: CitedChange, turned: readonly Turned[]): Node[] {
  const { parties } = frame.series;
  const places = change.knows_places ? (change.places ?? []) : [];
  const sentences = [
    change.knows_places && change.places ? placesSentence({ ...change, places: change.places }, parties) : '',
    turned.length > 0 ? t.postsTurned(turned.length) : '',
    redrawnSentences(change),
  ];
  return [
    h('p', { class: 'kicker' }, t.changedBetween(inWords(change.to), inWords(change.from))),
    h('h2', {}, headline(change, parties)),
    h('p', { class: 'lede' }, sentences.filter((sentence) => sentence !== '').join(' ')),
    ...turnedList(frame, turned),
    places.length > 0 &&
      h(
        'ul',
        { class: 'places' },
        places.map((place) => placeItem(frame, place, change.cited)),
      ),
  ].filter((node) => node !== false);
}

/** Posts whose standing is another one than on the map before. */
function turnedList(frame: Frame, turned: readonly Turned[]): Node[] {
  if (turned.length === 0) return [];
  return [
    h(
      'ul',
      { class: 'turned' },
      turned.map(({ was, is }) =>
        h(
          'li',
          {},
          postButton(frame, is),
          h(
            'span',
            {},
            `${standingWords(standingOf(was))} ${onward()} `,
            h('strong', {}, standingWords(standingOf(is))),
          ),
        ),
      ),
    ),
  ];
}

/** How ground is distinguished without its colour: parties by their marks, contested and unknown by how they are hatched, claimed by none. */
export function swatchClass(id: string | null, parties: readonly Party[]): string {
  if (claimantOf(id) !== null) return 'claimed';
  const index = parties.findIndex((party) => party.id === id);
  if (index >= 0) return `marks-${PARTY_MARKS[index % PARTY_MARKS.length]}`;
  return id === 'contested' ? 'hatched' : 'hatched faint';
}

export const groundSwatch = (id: string | null, parties: readonly Party[]): HTMLElement =>
  swatch(colourOf(id, parties), swatchClass(id, parties));

/** A post whose standing changed. */
export interface Turned {
  was: Post;
  is: Post;
}

function placeItem(frame: Frame, place: Change['places'][number], cited: readonly Claim[]): HTMLElement {
  const { parties } = frame.series;
  const claims = place.claims.flatMap((id) => cited.find((claim) => claim.id === id) ?? []);
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: 'name', onclick: () => frame.choose({ kind: 'place', id: place.id }) },
      placeName(place),
    ),
    h(
      'span',
      { class: 'passed' },
      groundSwatch(place.from, parties),
      onward(),
      groundSwatch(place.to, parties),
      ` ${t.fromTo(className(place.from, parties), className(place.to, parties))}`,
    ),
    onWhoseWord(frame, place, claims),
  );
}

/** Claims of a place that changed hands, or why there are none. */
function onWhoseWord(
  { series: { kind, parties } }: Frame,
  place: Change['places'][number],
  claims: readonly Claim[],
): HTMLElement[] {
  const words = !movedOnGround(place) ? t.placeRedrawn : claims.length === 0 ? withoutReport(kind) : null;
  if (words !== null) return [h('p', { class: 'word' }, words)];
  return claims.map((claim) =>
    h('p', { class: 'word' }, `${claimWords(claim, parties)}. `, sourceLinks(claim.sources)),
  );
}

/** Who said it, each with a link to where; a second page of the same publisher is only numbered. */
export function sourceLinks(sources: readonly Source[] | null): HTMLElement {
  const named = new Set<string>();
  const links = (sources ?? []).map((source, i): Child => {
    const name = source.via ? t.via(source.publisher, source.via) : source.publisher;
    const text = named.has(name) ? `(${i + 1})` : name;
    named.add(name);
    const title = [name, source.title, source.published_on && inWords(source.published_on)].filter(Boolean).join(', ');
    const web = source.url && /^https?:\/\//i.test(source.url) ? source.url : null;
    const { reliability, archive, copies = [] } = source;
    const out = { rel: 'noopener noreferrer', target: '_blank' };
    const kept = copies.map(({ sha256, at }) => `${inWords(at.slice(0, 10))}, SHA-256 ${sha256}`).join('\n');
    return [
      web ? h('a', { href: web, title, ...out }, text) : h('span', { title }, text),
      reliability ? h('span', { class: 'grade', title: t.grades[reliability] ?? '' }, ` (${reliability})`) : null,
      archive && /^https?:\/\//i.test(archive)
        ? [' ', h('a', { href: archive, title: kept, ...out }, t.archived)]
        : null,
    ];
  });
  return h(
    'span',
    { class: 'sources' },
    links.flatMap((link, i) => (i === 0 ? [link] : [', ', link])),
  );
}

/** The posts whose standing became another with the map in force; what came after its day is not of it. */
export function turnedPosts({ before, on_map, after }: Parts['posts']): Turned[] {
  return (on_map ?? after).posts.flatMap((is) => {
    const was = before.posts.find((post) => post.operator === is.operator && post.number === is.number);
    return was && standingOf(was) !== standingOf(is) ? [{ was, is }] : [];
  });
}

/** Who holds how much, and what came and went; of the first map nothing is known of the latter. */
export function balanceSection({ series: { parties } }: Frame, change: Change, heading = t.holds): Node[] {
  const shown = figuresOf(change);
  const begins = change.from === change.to;
  const unsure = (id: string) => !parties.some((party) => party.id === id);
  const there = change.parties.filter(({ before_km2, after_km2 }) => before_km2 > 0 || after_km2 > 0);
  const rows = [...there.filter(({ party }) => !unsure(party)), ...there.filter(({ party }) => unsure(party))];
  return [
    h('h3', {}, heading),
    h(
      'div',
      { class: 'bar', 'aria-hidden': 'true' },
      rows.map(({ party, after_km2 }) =>
        h('span', {
          class: swatchClass(party, parties),
          style: `--colour:${colourOf(party, parties)};flex-grow:${after_km2 / change.theatre_km2}`,
        }),
      ),
    ),
    table(
      begins ? [t.ground, t.area] : [t.ground, t.area, t.change],
      rows.map(({ party, after_km2, gained_km2, lost_km2 }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, groundSwatch(party, parties), className(party, parties)),
          h('td', {}, shown.words(shown.after(party), after_km2)),
          begins
            ? null
            : h(
                'td',
                { class: gained_km2 === lost_km2 ? 'still' : '' },
                shown.signed(shown.net(party), gained_km2 - lost_km2),
              ),
        ),
      ),
    ),
    ...claimants(change, parties),
  ];
}

/** Whose claims are in what the table has as contested. */
function claimants({ claimed = {} }: Change, parties: readonly Party[]): Node[] {
  const names = Object.keys(claimed).map((id) => className(id, parties));
  return names.length === 0 ? [] : [h('p', { class: 'fine' }, t.withClaimed(names.join(', ')))];
}

/**
 * Every post as a button: the way to them without a pointer. `turned` are reported here, with the days `between` which they
 * did, where they became known only after the change was reported: put in above, they would push away what is being read.
 */
export function postsSection(
  frame: Frame,
  posts: readonly Post[],
  turned: readonly Turned[],
  between: { from: Day; to: Day } | null,
  heading = t.observationPosts,
): Node[] {
  if (posts.length === 0) return [];
  const count = (standing: string) => posts.filter((post) => standingOf(post) === standing).length;
  const sums = STANDINGS.filter((standing) => count(standing) > 0).map(
    (standing) => `${count(standing).toLocaleString(t.locale)} ${standingWords(standing).toLocaleLowerCase(t.locale)}`,
  );
  return [
    h('h3', {}, heading),
    h('p', { class: 'lede' }, `${sums.join('; ')}.`),
    between &&
      turned.length > 0 &&
      h(
        'p',
        { class: 'lede' },
        `${t.differenceOf(inWords(between.from), inWords(between.to))}: ${t.postsTurned(turned.length)}`,
      ),
    ...turnedList(frame, turned),
    h(
      'ul',
      { class: 'roll' },
      posts.map((post) => h('li', {}, postButton(frame, post))),
    ),
  ].filter((node) => node !== null && node !== false);
}

function postButton({ choose }: Frame, post: Post): HTMLElement {
  const standing = standingOf(post);
  return h(
    'button',
    {
      type: 'button',
      class: 'post',
      title: standingWords(standing),
      'data-post': `${post.operator}/${post.number}`,
      'data-verdict': post.verdict,
      onclick: () => choose({ kind: 'post', id: `${post.operator}/${post.number}` }),
    },
    svg(postMark(standing, post.number, 26)),
    h('span', {}, placeName({ name: post.name })),
    h('span', { class: 'aside' }, `, ${standingWords(standing)}`),
  );
}
