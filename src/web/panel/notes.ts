import { CRUMB_KM2 } from '../../model/shown-area.js';
import type { Change, Party, Post, Series } from '../api.js';
import { lastMapBefore } from '../coverage.js';
import { h, svg, swatch } from '../dom.js';
import { postMark } from '../map/icons.js';
import { type Day, inWords, windowInWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { asSentence, claimedBy, className, STANDINGS, standingOf, standingWords } from '../text/words.js';
import { type Frame, groundSwatch } from './panel.js';

/* What stays the same on every date: how to read the map, and its legend. */

export function methodSection({ series }: Frame): Node[] {
  const { title, publisher, licence, method, kind, first_date, complete_until } = series;
  const complete = t.complete(windowInWords(first_date, null), complete_until ? inWords(complete_until) : '');
  return [
    h('h3', {}, t.howToRead),
    h('p', {}, h('strong', {}, `${asSentence(method)} — ${t.notSurveyed} `), `${t.grounds[kind]} ${t.hatched}`),
    h('p', { class: 'fine' }, `${title}, ${publisher}, ${licence}. ${complete} ${t.rounded} ${t.borders}`),
  ];
}

/** What there is on a map to be explained: nothing else gets into the legend. */
export interface OnMap {
  /** Classes of ground that have any. */
  classes: ReadonlySet<string>;
  posts: readonly Pick<Post, 'verdict' | 'grade'>[];
  front: boolean;
  changedSince: Day | null;
  /** Where two series differ is marked. */
  differences?: boolean;
}

/** Of what the answer does not say there is nothing to explain. */
export function onMap(change: Change | null, posts: readonly Post[] | null, parties: readonly Party[]): OnMap {
  const held = Object.fromEntries(change?.parties.map(({ party, after_km2 }) => [party, after_km2]) ?? []);
  const there = groundOn(classesOf(held, change?.claimed), posts ?? [], parties);
  return { ...there, changedSince: change && change.from !== change.to ? change.from : null };
}

/** The classes that have any ground, with claimed ground told from what is contested otherwise, as the map draws it. */
export function classesOf(km2: Record<string, number>, claimed: Record<string, number> = {}): Set<string> {
  const sum = Object.values(claimed).reduce((total, size) => total + size, 0);
  const apart = { ...km2, ...(km2.contested !== undefined && { contested: km2.contested - sum }) };
  const least = (id: string) => (id === 'contested' && sum > 0 ? CRUMB_KM2 : 0);
  const known = Object.entries(apart).flatMap(([id, size]) => (size > least(id) ? [id] : []));
  return new Set([...known, ...Object.keys(claimed).map(claimedBy)]);
}

/** What of it the legend has, in its order. */
export const groundInOrder = (classes: ReadonlySet<string>, parties: readonly Party[]): string[] => {
  const ids = parties.map(({ id }) => id);
  return [...ids, ...ids.map(claimedBy), 'contested', 'unknown'].filter((id) => classes.has(id));
};

/** A front needs two who hold ground. */
export function groundOn(classes: ReadonlySet<string>, posts: OnMap['posts'], parties: readonly Party[]): OnMap {
  const front = parties.filter(({ id }) => classes.has(id)).length > 1;
  return { classes, posts, front, changedSince: null };
}

/** The legend of a map, and of another beside it: one list where both have the same parties, else one for each series. */
export function legendOf(series: Series, there: OnMap, beside: { series: Series; there: OnMap } | null): Node[] {
  if (beside === null) return legendBody(series.parties, there, series.kind);
  if (JSON.stringify(beside.series.parties) !== JSON.stringify(series.parties)) {
    return [{ series, there }, beside].flatMap((one) => [
      h('p', { class: 'whose' }, one.series.title),
      ...legendBody(one.series.parties, one.there, one.series.kind),
    ]);
  }
  const both = {
    ...there,
    classes: new Set([...there.classes, ...beside.there.classes]),
    posts: [...there.posts, ...beside.there.posts],
    front: there.front || beside.there.front,
  };
  return legendBody(series.parties, both, beside.series.kind === series.kind ? series.kind : null);
}

export function legendBody(
  parties: readonly Party[],
  { classes, posts, front, changedSince, differences = false }: OnMap,
  kind: Series['kind'] | null = null,
): Node[] {
  const standings = STANDINGS.filter((standing) => posts.some((post) => standingOf(post) === standing));
  return [
    h(
      'ul',
      {},
      groundInOrder(classes, parties).map((id) =>
        h(
          'li',
          {},
          groundSwatch(id, parties),
          id === 'unknown' && kind === 'derived' ? t.tooFar : className(id, parties),
        ),
      ),
      front && h('li', {}, h('span', { class: 'front-key', 'aria-hidden': 'true' }), t.frontLine),
      changedSince !== null &&
        h(
          'li',
          { class: 'changed' },
          swatch('transparent', 'changed-key'),
          t.changedSince(inWords(changedSince, { short: true })),
        ),
      differences && h('li', {}, swatch('#d99a00', 'differ-key'), t.disagree),
    ),
    ...(standings.length > 0
      ? [
          h('p', {}, t.observationPosts),
          h(
            'ul',
            {},
            standings.map((standing) => h('li', {}, svg(postMark(standing, null, 20)), standingWords(standing))),
          ),
        ]
      : []),
  ];
}

export function firstMap(day: Day): Node[] {
  return [
    h('p', { class: 'kicker' }, inWords(day)),
    h('h2', {}, t.seriesBegins),
    h('p', { class: 'lede' }, t.seriesBeginsHow),
  ];
}

/** What must be said before anything else: that nothing is known of the day, or that it is later than the series reaches. */
export function notices(series: Series, changes: readonly Day[], day: Day): Node[] {
  const reach = reachInWords(series, changes, day);
  return reach === null ? [] : [h('p', { class: 'stale' }, h('strong', {}, `${reach[0]} `), reach[1])];
}

/**
 * Two sentences on a day that is not known, or that is later than the series reaches; null: it reaches the day. A series that does not
 * state how far it reaches is complete up to its last map.
 */
export function reachInWords(
  series: Series,
  changes: readonly Day[],
  day: Day,
): readonly [first: string, then: string] | null {
  const map = lastMapBefore(series, changes, day);
  if (map !== null) return [t.dayUnknown(inWords(day)), t.lastMapStands(inWords(map))];
  const { complete_until } = series;
  const until = complete_until ?? changes.at(-1) ?? null;
  if (until === null || day <= until) return null;
  return [t.stale, complete_until === null ? t.staleAfter(inWords(until)) : t.staleUntil(inWords(until))];
}
