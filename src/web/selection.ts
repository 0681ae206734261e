import type { App } from './app-view.js';
import { hasCome } from './awaited.js';
import { byId, h, reveal } from './dom.js';
import { card, placeDetail, postDetail } from './panel/detail.js';
import { eventDetail } from './panel/event-detail.js';
import type { Selection } from './state.js';
import type { Day } from './text/calendar.js';
import { t } from './text/language.js';

/** What the reader chose: its card in the panel, its ring on the map; the focus moves to it and comes back. */
export function createSelection(app: App) {
  const { api, series, state, span, frame } = app;
  let opener: Element | null = null;

  async function detailOf(selected: Selection, day: Day): Promise<{ card: HTMLElement; at: [number, number] | null }> {
    const close = () => select(null);
    if (selected.kind === 'post') {
      const known = app.posts();
      const posts = known.length > 0 ? known : (await api.posts(series.id, day)).posts;
      const post = posts.find(({ operator, number }) => `${operator}/${number}` === selected.id);
      if (!post) return { card: card(close, h('p', {}, t.noPost)), at: null };
      return { card: postDetail(post, await api.post(series.id, post), span, day, close), at: post.position };
    }
    if (selected.kind === 'event') {
      const event = (await api.events(series.id)).features.find(({ properties }) => properties.id === selected.id);
      if (!event) return { card: card(close, h('p', {}, t.noEvent)), at: null };
      const { properties: named } = event;
      const place = (await app.places()).features.find(({ properties }) => properties.id === named.place);
      const reported = eventDetail(frame, { ...named, place: place?.properties.name ?? named.place }, close);
      return { card: reported, at: event.geometry?.coordinates ?? null };
    }
    const place = (await api.places(series.id, day)).features.find(({ properties }) => properties.id === selected.id);
    if (!place?.geometry) return { card: card(close, h('p', {}, t.noPlace)), at: null };
    const claims = (await api.claims(series.id, selected.id)).features.map(({ properties }) => properties);
    return { card: placeDetail(frame, place.properties, claims, day, close), at: place.geometry.coordinates };
  }

  /** Fills the card for the displayed day. */
  async function refresh(): Promise<{ card: HTMLElement; at: [number, number] | null } | null> {
    const [selected, day] = [state.selected, app.day()];
    if (!selected) {
      byId('chosen').replaceChildren();
      hasCome('chosen');
      app.stage.map()?.mark(null, 'place');
      return null;
    }
    const found = await detailOf(selected, day).catch((error: unknown) => {
      const again = h('button', { type: 'button', class: 'plain', onclick: () => void refresh() }, t.again);
      const message = error instanceof Error ? error.message : String(error);
      return {
        card: card(() => select(null), h('p', { class: 'failure' }, `${t.partFailed} ${message} `, again)),
        at: null,
      };
    });
    if (selected !== state.selected || day !== app.day()) return null;
    const focused = byId('chosen').contains(document.activeElement);
    byId('chosen').replaceChildren(found.card);
    hasCome('chosen');
    if (focused) found.card.focus({ preventScroll: true });
    app.stage.map()?.mark(found.at, selected.kind);
    return found;
  }

  function select(selected: Selection | null): void {
    if (!selected && !state.selected) return;
    if (selected) opener = document.activeElement;
    state.selected = selected;
    app.keep(true);
    void refresh().then((found) => {
      if (!selected) {
        if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
        else byId('panel').focus({ preventScroll: true });
        return;
      }
      if (!found) return;
      reveal(found.card);
      found.card.focus({ preventScroll: true });
      if (found.at) app.stage.map()?.bringIntoView(found.at);
    });
  }

  app.onShow(() => void refresh());
  return { select, refresh };
}
