import { createAddressBar } from './address-bar.js';
import { type Answers, createAnswers } from './answers.js';
import type { Api, Boot, Change } from './api.js';
import type { App } from './app-view.js';
import { awaitCards } from './awaited.js';
import { createBanner, reasonOf } from './banner.js';
import { type Arrived, createConductor, isWhole } from './conductor.js';
import { lastMapBefore } from './coverage.js';
import { askPart, type TilesPart } from './day-answer.js';
import { byId, h } from './dom.js';
import { createLegend } from './legend.js';
import { followUpdates } from './live.js';
import { outlineOf } from './map/outline.js';
import { memoUntilRenewed } from './memo.js';
import { createDayPanel } from './panel/day-panel.js';
import { methodSection, notices } from './panel/notes.js';
import type { Frame } from './panel/panel.js';
import { reloadUnlessItStands, renew } from './renewal.js';
import { createSelection } from './selection.js';
import { chosenSeries, showSeriesList } from './series-choice.js';
import { openStage } from './stage.js';
import { readState } from './state.js';
import { type Day, inWords, onOrBefore } from './text/calendar.js';
import { isLanguage, knowPlaces, nameIn, t } from './text/language.js';
import { headline } from './text/words.js';
import { isTheme } from './theme.js';
import { mapInWords, neighbour, spanOf, within } from './timeline/span.js';
import { createTimeline } from './timeline/timeline.js';
import type { Tooling } from './tools/tooling.js';

/** How long a day may be on its way before the page says so, and before it dims what it still shows. */
const SAY_MS = 250;
const VEIL_MS = 900;

/** Opens the page on the series that the address names. */
export async function openApp(api: Api, boot: Boot): Promise<void> {
  const choice = await chosenSeries(api, boot);
  if (choice.series === null) return showSeriesList(api, choice);
  const { series } = choice;
  const all = [...choice.all];
  const dates = boot.chosen === series.id && boot.dates ? boot.dates : await api.dates(series.id);
  const unread: string[] = [];
  const state = readState(location.hash, location.search, (part) => unread.push(part));
  for (const [name, isOne] of [
    ['lang', (text: string) => isLanguage(text.slice(0, 2).toLowerCase())],
    ['theme', isTheme],
  ] as const) {
    const text = new URLSearchParams(location.search).get(name);
    if (text && !isOne(text)) unread.push(`${name}=${text}`);
  }
  const span = spanOf(dates, state.date);
  const requested = state.date;
  state.date = within(span, requested ?? span.last);
  awaitCards(state);
  byId('title').textContent = series.title;

  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const banner = createBanner();
  const frame: Frame = { series, choose: (selection) => app.select(selection) };
  const listeners: ((day: Day) => void)[] = [];
  const postListeners: (() => void)[] = [];
  const renewListeners: (() => void)[] = [];
  const stage = openStage(boot, series, dates, state, calm, banner, async () => {
    const { features } = await api.areas(series.id, span.first);
    return outlineOf(features.map(({ geometry }) => geometry));
  });
  const answers: Answers = createAnswers(api, series.id, span, () => stage.tilesInView());
  const timeline = createTimeline({
    ...{ span, calm, onDay },
    about: (day) => {
      const unknown = lastMapBefore(series, span.changes, day) === null ? [] : [t.dayUnknown(inWords(day))];
      return [...unknown, mapInWords(span, day)].join(' ');
    },
  });

  const current = () => conductor.shown;
  const panel = createDayPanel({
    frame,
    current,
    lastMap: () => lastMapBefore(series, span.changes, app.day()),
    posts: () => app.posts(),
    ask(name) {
      const { answer, day } = current() as Arrived;
      return askPart(api, series.id, { from: answer.from, to: answer.to, date: day }, name) as Promise<never>;
    },
    changed(name, isKnown) {
      legend.write();
      if (name === 'posts' && isKnown) for (const listener of postListeners) listener();
    },
  });

  const legend = createLegend({ series, all, state, span, stage, current });

  /** The displayed day; of one that is not known, the map that stands there, in the words of the page's head. */
  const named = (day: Day) => {
    const map = lastMapBefore(series, span.changes, day);
    return map === null ? inWords(day) : t.lastMapOf(inWords(map), inWords(day));
  };
  let wasUnknown = false;
  let saying: ReturnType<typeof setTimeout> | undefined;
  const conductor = createConductor({
    answer: (day) => answers.of(day),
    leave: (day) => answers.leave(day),
    load: (tiles: TilesPart) => stage.load(tiles),
    mapped: () => stage.mapped(),
    unmapped: (day) => stage.withoutMap(day),
    lettered: () => stage.prepare(),
    waiting(day) {
      clearTimeout(saying);
      const shown = current()?.day;
      if (day === null) return void (stage.complain() || banner.clear());
      if (shown === undefined) return;
      const words = () => t.showing(inWords(shown), inWords(day));
      saying = setTimeout(() => {
        banner.say(words());
        saying = setTimeout(() => banner.say(words(), { veiled: true }), VEIL_MS - SAY_MS);
      }, SAY_MS);
    },
    failed(day, error) {
      void reloadUnlessItStands(api, series.id);
      clearTimeout(saying);
      timeline.stop();
      const shown = current()?.day;
      const anew = [t.again, () => void onDay(day, true)] as const;
      if (shown === undefined) {
        banner.say(`${t.firstFailed} ${reasonOf(error)}`, { actions: [anew] });
        panel.fail(error);
        document.body.dataset.ready = 'true';
        return;
      }
      const back = [t.backTo(inWords(shown)), () => void onDay(shown, true)] as const;
      const words = `${t.dayFailed(inWords(day), inWords(shown))} ${reasonOf(error)}`;
      banner.say(words, { veiled: true, actions: [anew, back] });
    },
    late: panel.fill,
    show(arrived, quiet) {
      const { day, answer, change, map } = arrived;
      // What is still computed for the day before is not waited for any more.
      answers.only([day, state.date ?? day]);
      document.body.dataset.shown = day;
      byId('panel').dataset.day = day;
      timeline.show(day);
      document.title = `${series.title}, ${named(day)} — Salient`;
      byId('notice').replaceChildren(
        ...notices(series, span.changes, day),
        ...(requested !== null && requested < span.first && day === span.first
          ? [h('p', { class: 'stale' }, t.tooEarly(inWords(requested), inWords(span.first)))]
          : []),
        ...unread.map((part) => h('p', { class: 'stale' }, t.wrongAddress(part))),
      );
      if (!quiet) {
        stage.show(day, map, answer.parts.changes, () => conductor.shown?.answer === answer);
        panel.show(arrived);
        stage.tell(change instanceof Error ? [] : (change.places ?? []).map(({ id }) => id));
      }
      clearTimeout(saying);
      if (!stage.complain()) banner.clear();
      // The same state on a day of which nothing is known, or the other way round: its figures are headed otherwise.
      const unknown = lastMapBefore(series, span.changes, day) !== null;
      if (quiet && unknown !== wasUnknown) panel.rewrite(arrived);
      wasUnknown = unknown;
      for (const listener of listeners) listener(day);
      announce(day, change);
      // The map comes first; what may be wanted next must not take the line from it.
      void stage.opened.then(() =>
        later(() => {
          const next = neighbour(span, day, 1);
          if (next && conductor.shown?.day === day && change instanceof Error === false) answers.ahead(next);
        }),
      );
    },
  });

  /** Screen readers hear the day with its headline once it stands still. */
  function announce(day: Day, change: Change | Error): void {
    if (byId('play').getAttribute('aria-pressed') === 'true') return;
    const unsaid = change instanceof Error || change.from === change.to || lastMapBefore(series, span.changes, day);
    const words = unsaid ? '' : headline(change, series.parties);
    byId('live').textContent = [named(day), words].filter((part) => part !== '').join(': ');
  }

  async function onDay(next: Day, settled: boolean): Promise<void> {
    state.date = next;
    timeline.want(next);
    if (settled) app.keep(true);
    answers.only([next, current()?.day ?? next, conductor.loading ?? next]);
    await conductor.go(next);
  }

  // The tools come after the first sentence.
  let startTools: () => void = () => {};
  const tooling = new Promise<void>((resolve) => {
    startTools = resolve;
  })
    .then(() => import('./tools/tooling.js'))
    .then(({ openTooling }): Tooling => openTooling(app));

  const app: App = {
    ...{ api, boot, series, all, span, state, frame, timeline, calm, stage },
    day: () => current()?.day ?? state.date ?? span.last,
    step() {
      const { from, to } = current()?.answer ?? {};
      const on = onOrBefore(span.changes, app.day()) ?? span.first;
      return { from: from ?? neighbour(span, on, -1) ?? on, to: to ?? on };
    },
    change: () => {
      const change = current()?.change;
      return change && !(change instanceof Error) ? change : null;
    },
    posts: () => {
      const posts = current()?.posts;
      return posts && !(posts instanceof Error) ? posts.after.posts : [];
    },
    postsKnown: () => (current()?.posts ?? null) !== null,
    places: memoUntilRenewed(renewListeners, () => api.places(series.id, app.day())),
    claims: memoUntilRenewed(renewListeners, async () =>
      (await api.claims(series.id)).features.map(({ properties }) => properties),
    ),
    answer: (day) => answers.of(day),
    go: (day, settled = true) => {
      timeline.stop();
      return onDay(within(span, day), settled);
    },
    select: (selection) => selecting.select(selection),
    explain: (seen) => legend.write(seen),
    onMap: () => legend.there(),
    keep: createAddressBar(series.id, state),
    onShow: (listener) => listeners.push(listener),
    onPosts: (listener) => postListeners.push(listener),
    onRenew: (listener) => renewListeners.push(listener),
  };
  const selecting = createSelection(app);

  addEventListener('popstate', () => {
    const { date, view, selected, compare } = readState(location.hash, location.search);
    timeline.stop();
    Object.assign(state, { date: within(span, date ?? span.last), selected, compare, view: view ?? state.view });
    timeline.want(state.date ?? span.last);
    if (view) stage.map()?.moveTo(view);
    void conductor.go(state.date ?? span.last);
    void selecting.refresh();
    void tooling.then((tools) => tools.refresh());
  });
  addEventListener('online', () => {
    const shown = current();
    if (state.date && state.date !== shown?.day) void onDay(state.date, false);
    else if (shown && !isWhole(shown) && conductor.loading === null) void conductor.renew(null);
  });

  timeline.want(state.date);
  byId('panel').setAttribute('aria-busy', 'true');
  stage.listen({
    onSelect: (selection, at) =>
      void tooling.then((tools) => {
        if (!tools.onMap(at)) selecting.select(selection);
      }),
    onMove: (view) => {
      state.view = view;
      app.keep(false);
    },
  });
  app.keep(false);
  await conductor.go(state.date);
  // Below what has come by then, so that nothing is pushed away under the reader's eyes.
  byId('method').replaceChildren(...methodSection(frame));
  startTools();

  // What is not needed for the first sentence comes after it, and what is not needed for the map after that.
  await stage.opened;
  await surround();
  document.body.dataset.ready = 'true';
  followUpdates({
    url: `${api.base}series/${encodeURIComponent(series.id)}/updates`,
    epoch: boot.chosen === series.id && boot.epoch !== null ? String(boot.epoch) : null,
    lost: () => void reloadUnlessItStands(api, series.id),
    changed: () =>
      renew(app, answers, async (day) => {
        for (const listener of renewListeners) listener();
        if (day !== null) {
          state.date = day;
          timeline.want(day);
          app.keep(false);
        }
        if (!(await conductor.renew(day))) return false;
        await surround();
        return true;
      }),
  });

  /** Names, the chosen card and the tools: what stands around the day. */
  async function surround(): Promise<void> {
    const places = await app.places().catch(() => null);
    stage.nameThePlaces(
      (places?.features ?? []).flatMap(({ geometry, properties: { id, name, kind, aliases } }) =>
        geometry ? [{ id, name: nameIn(t.code, name, aliases), kind, at: geometry.coordinates }] : [],
      ),
    );
    const shown = current();
    if (knowPlaces((places?.features ?? []).map(({ properties }) => properties)) && shown) panel.rewrite(shown);
    await selecting.refresh();
    (await tooling).refresh();
  }
}

const later = (task: () => void): void => {
  setTimeout(task, 60);
};
