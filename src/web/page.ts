import { type Change, createApi, type Post, type Series } from './api.js';
import { type Day, onOrBefore } from './calendar.js';
import { placeDetail, postDetail } from './detail.js';
import { byId, h } from './dom.js';
import { createMap, type FrontMap } from './map.js';
import { firstMap, legendBody, methodSection, notices } from './notes.js';
import { outlineOf } from './outline.js';
import { balanceSection, changedSection, type Frame, postsSection } from './panel.js';
import { neighbour, type Span, spanOf, within } from './span.js';
import { type PageState, readState, type Selection, writeState } from './state.js';
import { routeStrip } from './strip.js';
import { createTimeline } from './timeline.js';

const SETTLE_MS = 160;
const api = createApi(new URL('../', import.meta.url).href);

const archive = new URLSearchParams(location.search).get('archive');
const started = archive === null ? start() : import('./archive.js').then(({ showArchive }) => showArchive(archive));
started.catch((error: unknown) => {
  byId('notice').replaceChildren(h('p', { class: 'failure' }, `This page could not be shown: ${messageOf(error)}`));
});

async function start(): Promise<void> {
  const series = await chosenSeries();
  const { dates, complete_until, theatre } = await api.dates(series.id);
  const state: PageState = readState(location.hash);
  const span = spanOf({ dates, complete_until }, state.date);
  document.title = `${series.title} — Salient`;
  byId('title').textContent = series.title;
  let day = within(span, state.date ?? span.last);
  state.date = day;

  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  // On a small screen the map is small: the legend waits until it is asked for.
  if (innerWidth < 760) byId('legend-box').removeAttribute('open');
  const [claims, change, places] = await Promise.all([
    api.claims(series.id),
    changeOn(series.id, span, day),
    api.places(series.id, day),
  ]);
  const frame: Frame = {
    series,
    claims: new Map(claims.features.map(({ properties }) => [properties.id, properties])),
    choose,
  };
  byId('method').replaceChildren(...methodSection(frame));
  byId('legend').replaceChildren(
    ...legendBody(series.parties, new Set(change.parties.map(({ party }) => party)), series.kind),
  );

  const timeline = createTimeline({ span, calm, onDay });
  timeline.set(day);
  const panelled = fillPanel();
  const map = await createMap({
    container: byId('map'),
    parties: series.parties,
    tiles: await api.tiles(series.id, day),
    theatre: theatre ?? outlineOf((await api.areas(series.id, span.first)).features.map(({ geometry }) => geometry)),
    view: state.view,
    calm,
    attribution: `${series.title}: ${series.publisher}, ${series.licence}; ${series.method}. Borders: Natural Earth`,
    padding: { top: 24, right: 24, bottom: 32, left: coveredByLegend() + 24 },
    onSelect: select,
    onMove: (view) => {
      state.view = view;
      keep(false);
    },
  });
  map.nameThePlaces(
    places.features.flatMap(({ geometry, properties: { id, name, kind } }) =>
      geometry ? [{ id, name, kind, at: geometry.coordinates }] : [],
    ),
  );
  addEventListener('popstate', () => void goBack(map).catch(report));
  await Promise.all([panelled, fillChosen()]);
  document.body.dataset.shown = day;
  document.body.dataset.ready = 'true';

  /** The day is shown when its tiles are; the rest of the page follows once the reader rests on it. */
  async function onDay(next: Day, settled: boolean): Promise<void> {
    day = next;
    state.date = next;
    if (settled) keep(true);
    later(refill);
    await showTiles().catch(report);
  }

  async function showTiles(): Promise<void> {
    const asked = day;
    const tiles = await api.tiles(series.id, asked);
    if (asked !== day) return;
    await map.show(tiles);
    document.body.dataset.shown = asked;
    const next = neighbour(span, asked, 1);
    if (next && asked === day) {
      const ahead = await api.tiles(series.id, next);
      if (asked === day) map.prepare(ahead);
    }
  }

  async function refill(): Promise<void> {
    await Promise.all([fillPanel(), fillChosen()]).catch(report);
  }

  /** An answer is too late when another map is on show; a later day of the same map can do with it. */
  function passed(asked: Day): boolean {
    return onOrBefore(span.changes, asked) !== onOrBefore(span.changes, day);
  }

  async function fillPanel(): Promise<void> {
    const asked = day;
    byId('panel').setAttribute('aria-busy', 'true');
    const to = onOrBefore(span.changes, asked) ?? span.first;
    const from = neighbour(span, to, -1) ?? to;
    const verdicts = Promise.all([api.posts(series.id, from), api.posts(series.id, asked)]);
    // Awaited below, or not at all when the change could not be had: then that failure is the one to tell.
    verdicts.catch(() => {});
    const changed = await changeOn(series.id, span, asked);
    const routes = await Promise.all(
      [...new Set(changed.route.map(({ route }) => route))].map((id) => api.route(series.id, id, asked)),
    );
    // The first verdicts on a map are computed when asked for, which takes a while: the rest does not wait for them.
    const early = await Promise.race([verdicts, patience(SETTLE_MS)]);
    if (passed(asked)) return;
    byId('notice').replaceChildren(...notices(complete_until, asked));
    byId('balance').replaceChildren(...balanceSection(frame, changed));
    byId('routes').replaceChildren(...routes.flatMap((route) => routeStrip(frame, route)));
    const tell = (before: readonly Post[], after: readonly Post[]) =>
      byId('changed').replaceChildren(...(from === to ? firstMap(to) : changedSection(frame, changed, before, after)));
    if (!early) {
      tell([], []);
      byId('posts').replaceChildren(h('p', { class: 'fine' }, 'The verdicts on the posts are being computed…'));
    }
    const [before, after] = await verdicts;
    if (passed(asked)) return;
    tell(before.posts, after.posts);
    byId('posts').replaceChildren(...postsSection(frame, after.posts));
    byId('panel').setAttribute('aria-busy', 'false');
    byId('panel').dataset.day = asked;
  }

  async function fillChosen(): Promise<void> {
    const [asked, selected] = [day, state.selected];
    const found = selected && (await detailOf(selected, asked));
    if (passed(asked) || selected !== state.selected) return;
    byId('chosen').replaceChildren(...(found ? [found.card] : []));
    map.mark(found?.at ?? null, selected?.kind ?? 'place');
  }

  async function detailOf(
    selected: Selection,
    asked: Day,
  ): Promise<{ card: HTMLElement; at: [number, number] } | null> {
    const close = () => select(null);
    if (selected.kind === 'post') {
      const post = (await api.posts(series.id, asked)).posts.find((row) => idOf(row) === selected.id);
      if (!post) return null;
      return { card: postDetail(post, await api.post(series.id, post), span, asked, close), at: post.position };
    }
    const place = (await api.places(series.id, asked)).features.find(({ properties }) => properties.id === selected.id);
    if (!place?.geometry) return null;
    const said = (await api.claims(series.id, selected.id)).features.map(({ properties }) => properties);
    return { card: placeDetail(frame, place.properties, said, asked, close), at: place.geometry.coordinates };
  }

  function select(selected: Selection | null): void {
    if (!selected && !state.selected) return;
    state.selected = selected;
    keep(true);
    void fillChosen()
      .then(() => selected && byId('panel').scrollTo({ top: 0, behavior: calm ? 'instant' : 'smooth' }))
      .catch(report);
  }

  /** Chosen in the panel rather than on the map: it may be out of sight there. */
  function choose(selected: Selection): void {
    select(selected);
    void detailOf(selected, day)
      .then((found) => found && map.bringIntoView(found.at))
      .catch(report);
  }

  async function goBack(onMap: FrontMap): Promise<void> {
    const { date, view, selected } = readState(location.hash);
    timeline.stop();
    day = within(span, date ?? span.last);
    Object.assign(state, { date: day, selected, view: view ?? state.view });
    timeline.set(day);
    if (view) onMap.moveTo(view);
    await Promise.all([showTiles(), refill()]);
  }

  /** A step that a reader took can be gone back to; a move of the map only refines the address. */
  function keep(settled: boolean): void {
    const hash = writeState(state);
    if (settled && hash !== location.hash && location.hash !== '') history.pushState(null, '', hash);
    else replaceSoon(() => history.replaceState(null, '', writeState(state)));
  }
}

/** On a wide map the legend lies open over its left edge. */
function coveredByLegend(): number {
  const legend = byId('legend-box');
  return legend.hasAttribute('open')
    ? Math.max(0, legend.offsetWidth - Math.max(0, byId('map').clientWidth - 1000))
    : 0;
}

async function chosenSeries(): Promise<Series> {
  const all = await api.series();
  const asked = new URLSearchParams(location.search).get('series');
  const found = asked === null ? all[0] : all.find(({ id }) => id === asked);
  if (found) return found;
  throw new Error(asked === null ? 'there is no series yet' : `there is no series ${asked}`);
}

function changeOn(series: string, span: Span, day: Day): Promise<Change> {
  const to = onOrBefore(span.changes, day) ?? span.first;
  return api.change(series, neighbour(span, to, -1) ?? to, to);
}

const idOf = ({ operator, number }: Post): string => `${operator}/${number}`;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function report(error: unknown): void {
  byId('notice').replaceChildren(
    h('p', { class: 'failure' }, `Part of the page could not be brought up to date: ${messageOf(error)}`),
  );
}

const patience = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));

let settling: ReturnType<typeof setTimeout> | undefined;
function later(task: () => Promise<void>): void {
  clearTimeout(settling);
  settling = setTimeout(() => void task(), SETTLE_MS);
}

let replacing: ReturnType<typeof setTimeout> | undefined;
function replaceSoon(task: () => void): void {
  clearTimeout(replacing);
  replacing = setTimeout(task, 250);
}
