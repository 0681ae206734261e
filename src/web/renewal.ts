import type { Answers } from './answers.js';
import type { Api, Series } from './api.js';
import type { App } from './app-view.js';
import { byId, h } from './dom.js';
import { methodSection } from './panel/notes.js';
import { type Day, inWords } from './text/calendar.js';
import { t } from './text/language.js';
import { spanOf } from './timeline/span.js';

/** How long the page says that it went on to a newer map. */
const SAID_MS = 12_000;

/**
 * Shows what the series shows now: the reader's day stays, in one frame like every step. Who looked at the newest map and
 * nothing else goes on to a newer one; everybody else is told of it beside the map.
 * @param again loads a day anew, null: the one that is wanted; false: it could not be loaded
 */
export async function renew(
  app: App,
  answers: Answers,
  again: (day: Day | null) => Promise<boolean>,
): Promise<boolean> {
  const { api, series, span, timeline } = app;
  const atEnd = app.day() >= span.last && !isBusy(app);
  const former = span.changes.at(-1) ?? span.last;
  api.forget();
  answers.forget();
  const all = await api.series();
  const dates = all.some(({ id }) => id === series.id) ? await api.dates(series.id) : null;
  // The series was withdrawn, or no map of it is left: the page states it as it does to a reader who opens it now.
  if (dates === null || dates.dates.length === 0) {
    location.reload();
    return true;
  }
  become(app, all);
  app.explain();
  app.stage.renew(dates.theatre ?? null);
  Object.assign(span, spanOf(dates, app.day()));
  timeline.respan();
  const newest = span.changes.at(-1) ?? span.last;
  const follows = newest > former && atEnd;
  if (!(await again(follows ? span.last : null))) return false;
  const since = said?.since ?? former;
  if (follows) say({ day: newest, since: newest }, t.nowNewer(inWords(newest)));
  else if (newest > former || (said !== null && newest < said.day)) {
    const words = t.newer(inWords(newest));
    // A map that was withdrawn meanwhile is no newer one; one between may be.
    if (newest <= since) unsay();
    else say({ day: newest, since }, h('button', { type: 'button', class: 'plain', onclick: to(newest) }, words));
  }
  return true;

  function to(day: Day): () => void {
    return () => {
      unsay();
      void app.go(day);
    };
  }
}

/** What stands in the page of its series, and which others there are, is what the service says now. */
function become(app: App, all: readonly Series[]): void {
  const { series } = app;
  Object.assign(
    series,
    all.find(({ id }) => id === series.id),
  );
  app.all.splice(0, app.all.length, ...all.map((one) => (one.id === series.id ? series : one)));
  byId('title').textContent = series.title;
  byId('method').replaceChildren(...methodSection(app.frame));
}

/** The reader works with the displayed day: a renewal does not replace it. */
function isBusy({ state }: App): boolean {
  const open = byId('tool').childElementCount > 0;
  const playing = byId('play').getAttribute('aria-pressed') === 'true';
  return open || playing || state.selected !== null || state.compare !== null;
}

/** A series that was withdrawn, or is hidden from the reader now, is not shown on: the page opens anew, and says so. */
export async function reloadUnlessItStands(api: Api, series: string): Promise<void> {
  const stands = await api.stands(series).catch(() => true);
  if (!stands) location.reload();
}

let saying: ReturnType<typeof setTimeout> | undefined;
/** The day of the map that the word at the edge is about, and of the newest one before it was said. */
let said: { day: Day; since: Day } | null = null;

/** A word at the edge of the map that covers and moves nothing; what can be chosen stays until it is. */
function say(about: { day: Day; since: Day }, what: string | HTMLElement): void {
  const place = byId('newer');
  clearTimeout(saying);
  said = about;
  place.replaceChildren(what);
  place.hidden = false;
  if (typeof what === 'string') {
    saying = setTimeout(unsay, SAID_MS);
  }
}

function unsay(): void {
  clearTimeout(saying);
  said = null;
  byId('newer').hidden = true;
}
