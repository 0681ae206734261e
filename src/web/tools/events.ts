import type { Event } from '../api.js';
import type { App } from '../app-view.js';
import { byId, h, svg } from '../dom.js';
import { EVENT_KINDS, eventMark } from '../map/icons.js';
import { point } from '../map/point.js';
import { addDays, type Day, windowInWords } from '../text/calendar.js';
import { placeName, t } from '../text/language.js';
import { claimWords } from '../text/words.js';
import type { Tool } from './sheet.js';

/** An event stays on the map until a week after its latest day, as in the tiles. */
const DAYS = 7;
type Kind = (typeof EVENT_KINDS)[number];

/** An event, or a claim of control as one: both happened somewhere, on some day, on somebody's word. */
export interface Happening {
  kind: Kind;
  id: string;
  /** What opens when it is chosen. */
  choose: { kind: 'event' | 'place'; id: string } | null;
  at: [number, number] | null;
  earliest: Day | null;
  latest: Day | null;
  words: string;
}

export interface Events {
  readonly tool: Tool;
  refresh(): Promise<void>;
  all(): Promise<readonly Happening[]>;
}

/** Events and claims on the map and the timeline, filtered by kind. */
export function openEvents(app: App): Events {
  const on = new Set<Kind>(EVENT_KINDS.filter((kind) => kind !== 'claim'));
  let once: Promise<Happening[]> | null = null;

  function all(): Promise<Happening[]> {
    once ??= load();
    once.catch(() => {
      once = null;
    });
    return once;
  }

  async function load(): Promise<Happening[]> {
    const { features } = await app.api.events(app.series.id);
    const places = await app.places();
    const where = new Map(places.features.map(({ geometry, properties }) => [properties.id, { geometry, properties }]));
    const nameOf = (id: string | null) =>
      id === null ? null : placeName({ id, name: where.get(id)?.properties.name ?? id });
    const events = features
      .filter(({ properties }) => properties.withdrawn_on === null)
      .map(({ geometry, properties }) => happened(properties, geometry?.coordinates ?? null, nameOf(properties.place)));
    const claims = (await app.claims()).flatMap((claim): Happening[] => {
      const place = claim.place === null ? undefined : where.get(claim.place);
      if (claim.withdrawn_on !== null || !place) return [];
      const words = `${placeName(place.properties)}: ${claimWords(claim, app.series.parties)}`;
      const choose = { kind: 'place' as const, id: place.properties.id };
      const { id, earliest, latest } = claim;
      return [{ kind: 'claim', id, choose, at: place.geometry?.coordinates ?? null, earliest, latest, words }];
    });
    return [...events, ...claims];
  }

  function happened(event: Event, at: [number, number] | null, place: string | null): Happening {
    const kind = EVENT_KINDS.find((known) => known === event.kind) ?? 'statement';
    const { id, earliest, latest } = event;
    const words = [t.eventKinds[event.kind] ?? event.kind, event.location ?? place].filter(Boolean).join(', ');
    return { kind, id, choose: { kind: 'event', id }, at, earliest, latest, words };
  }

  /** Those that may have happened on the day or in the week before it. */
  const near = (happenings: readonly Happening[], day: Day) =>
    happenings.filter(
      ({ kind, earliest, latest }) =>
        on.has(kind) && earliest !== null && earliest <= day && day <= addDays(latest ?? earliest, DAYS),
    );

  async function refresh(): Promise<void> {
    const happenings = await all();
    const day = app.day();
    const shown = near(happenings, day);
    const ticks = happenings.filter(({ kind }) => on.has(kind)).flatMap(({ earliest }) => earliest ?? []);
    app.timeline.markEvents([...new Set(ticks)]);
    app.stage.map()?.put(
      'events',
      shown.flatMap(({ at, id, kind, words, choose }) =>
        at ? [point(at, { id: choose?.id ?? id, kind, name: words, opens: choose?.kind ?? 'event' })] : [],
      ),
    );
    // Of a series that keeps no events nothing is said here: the tool says it to whoever asks.
    byId('happened').replaceChildren(...(happenings.some(({ kind }) => kind !== 'claim') ? section(shown) : []));
  }

  function section(shown: readonly Happening[]): Node[] {
    return [
      h('h3', {}, t.events),
      h('p', { class: 'lede' }, shown.length === 0 ? t.noEventsNow : t.eventsOn(shown.length)),
      ...(shown.length > 0 ? [list(shown)] : []),
    ];
  }

  const list = (shown: readonly Happening[]) =>
    h(
      'ul',
      { class: 'happenings' },
      [...shown]
        .sort((a, b) => ((b.latest ?? '') < (a.latest ?? '') ? -1 : 1))
        .map(({ kind, words, earliest, latest, choose }) =>
          h(
            'li',
            {},
            h(
              'button',
              { type: 'button', class: 'happening', onclick: () => choose && app.select(choose) },
              svg(eventMark(kind, 22)),
              h('span', {}, words, h('small', {}, windowInWords(earliest, latest))),
            ),
          ),
        ),
    );

  const tool: Tool = {
    open() {
      const body = h('div', {}, h('p', { class: 'fine' }, t.working));
      void fill(body).catch((error: unknown) => body.replaceChildren(h('p', { class: 'failure' }, String(error))));
      return [body];
    },
  };

  async function fill(body: HTMLElement): Promise<void> {
    const happenings = await all();
    const kinds = EVENT_KINDS.filter((kind) => happenings.some((one) => one.kind === kind));
    if (kinds.length === 0) return body.replaceChildren(h('p', {}, t.noEvents));
    const found = h('div', {}, list(near(happenings, app.day())));
    body.replaceChildren(
      h(
        'fieldset',
        {},
        h('legend', {}, t.eventsShow),
        kinds.map((kind) =>
          h(
            'label',
            {},
            h('input', {
              type: 'checkbox',
              checked: on.has(kind),
              onchange: (event) => {
                if ((event.target as HTMLInputElement).checked) on.add(kind);
                else on.delete(kind);
                void refresh().then(() => found.replaceChildren(list(near(happenings, app.day()))));
              },
            }),
            svg(eventMark(kind, 20)),
            ` ${t.eventKinds[kind] ?? kind} (${happenings.filter((one) => one.kind === kind).length})`,
          ),
        ),
      ),
      found,
    );
  }

  app.onShow(() => void refresh().catch(() => {}));
  app.onRenew(() => {
    once = null;
  });
  return { tool, refresh: () => refresh().catch(() => {}), all };
}
