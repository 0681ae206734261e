import type { Agreement, Change } from '../api.js';
import type { App } from '../app-view.js';
import { byId, h } from '../dom.js';
import { balanceSection, groundSwatch } from '../panel/panel.js';
import { COMPARE_MODES, type Comparison } from '../state.js';
import { type Day, inWords, isDay } from '../text/calendar.js';
import { onward, t } from '../text/language.js';
import { className, headline, km2 } from '../text/words.js';
import { neighbour, within } from '../timeline/span.js';
import { openSecondMap, type SecondMap } from './second-map.js';
import { openSecondPicture } from './second-picture.js';
import type { Tool } from './sheet.js';

export interface Comparing {
  readonly tool: Tool;
  compare(comparison: Comparison | null): void;
  refresh(): void;
}

/** Two days of a series, or two series on a day: by swiping, side by side, or as what is different. */
export function openComparing(app: App): Comparing {
  const { api, state, series, span } = app;
  let second: SecondMap | null = null;
  let turn = 0;

  function compare(comparison: Comparison | null): void {
    state.compare = comparison;
    app.keep(true);
    void refresh();
  }

  async function refresh(): Promise<void> {
    const own = ++turn;
    const { compare: requested } = state;
    const day = app.day();
    if (!requested) return stop();
    const other = 'day' in requested ? within(span, requested.day) : day;
    try {
      const section = 'series' in requested ? await ofSeries(requested.series, day) : await ofDays(other, day);
      if (own !== turn) return;
      byId('compared').replaceChildren(...section);
      app.explain();
      await onMap(requested, other, day, () => own === turn);
    } catch (error) {
      if (own !== turn) return;
      const again = h('button', { type: 'button', class: 'plain', onclick: () => void refresh() }, t.again);
      const message = error instanceof Error ? error.message : String(error);
      byId('compared').replaceChildren(
        h('p', { class: 'failure', role: 'alert' }, `${t.partFailed} ${message} `, again),
      );
    }
  }

  function stop(): void {
    byId('compared').replaceChildren();
    app.explain();
    app.stage.compareWith(null);
    app.stage.map()?.put('differences', []);
    closeSecond();
  }

  function closeSecond(): void {
    second?.close();
    second = null;
  }

  async function onMap(requested: Comparison, other: Day, day: Day, current: () => boolean): Promise<void> {
    await app.stage.opened;
    const [map, drawn] = [app.stage.map(), app.stage.drawnByService()];
    if (!(map || drawn) || !current()) return;
    if (requested.mode === 'difference') {
      closeSecond();
      if (!map) return;
      if ('series' in requested) {
        const { features } = await api.differences(series.id, requested.series, day);
        if (current()) map.put('differences', features);
        return;
      }
      map.put('differences', []);
      const [from, to] = other < day ? [other, day] : [day, other];
      const json = from === to ? null : await api.changeTiles(series.id, from, to);
      if (current()) app.stage.compareWith(json);
      return;
    }
    map?.put('differences', []);
    app.stage.compareWith(null);
    const theirs = 'series' in requested ? app.all.find(({ id }) => id === requested.series) : series;
    if (!theirs) throw new Error(t.unknownSeries('series' in requested ? requested.series : ''));
    const json = map && (await api.tiles(theirs.id, other));
    if (!current()) return;
    const caption = 'series' in requested ? [theirs.title, series.title] : [inWords(other), inWords(day)];
    const key = `${requested.mode} ${theirs.id} ${JSON.stringify(theirs.parties)}`;
    if (second?.key !== key) {
      closeSecond();
      if (drawn) second = openSecondPicture(drawn, theirs.id, requested.mode, key);
      else if (map) {
        const { createMap } = await import('../map/moving.js');
        if (!current()) return;
        second = await openSecondMap(createMap, app, map, theirs, requested.mode, key);
      }
    }
    await second?.show(other, json, caption as [string, string]);
  }

  async function ofDays(other: Day, day: Day): Promise<Node[]> {
    const [from, to] = other < day ? [other, day] : [day, other];
    const frame = [h('p', { class: 'kicker' }, `${t.compareDates}: ${t.differenceOf(inWords(from), inWords(to))}`)];
    if (from === to) return [...frame, h('p', { class: 'lede' }, t.sameDay), ending()];
    const change = await api.change(series.id, from, to);
    return [
      ...frame,
      h('h2', {}, headline(change, series.parties)),
      ...passed(change),
      ...balanceSection(app.frame, change),
      ending(),
    ];
  }

  /** Who gained what from whom, largest first. */
  function passed(change: Change): Node[] {
    const rows = change.matrix.filter(({ from, to, km2: size }) => from !== to && size >= 0.05);
    if (rows.length === 0) return [h('p', { class: 'lede' }, t.nothingBetween)];
    const { parties } = series;
    return [
      h('h3', {}, t.byWhom),
      h(
        'ul',
        { class: 'matrix' },
        [...rows]
          .sort((a, b) => b.km2 - a.km2)
          .map(({ from, to, km2: size }) =>
            h(
              'li',
              {},
              groundSwatch(from, parties),
              `${onward()} `,
              groundSwatch(to, parties),
              h('span', {}, t.passedTo(className(from, parties), className(to, parties))),
              h('strong', {}, km2(size)),
            ),
          ),
      ),
    ];
  }

  async function ofSeries(id: string, day: Day): Promise<Node[]> {
    const theirs = app.all.find((one) => one.id === id);
    if (!theirs) return [h('p', { class: 'failure' }, t.unknownSeries(id)), ending()];
    const { agree_share, differ_km2 }: Agreement = await api.agreement(series.id, id, day);
    const percent = agree_share.toLocaleString(t.locale, { style: 'percent', maximumFractionDigits: 1 });
    return [
      h('p', { class: 'kicker' }, `${inWords(day)}: ${series.title} · ${theirs.title}`),
      h('h2', {}, t.agreement(percent)),
      h('p', { class: 'lede' }, `${t.disagree}: ${km2(differ_km2)}.`),
      ending(),
    ];
  }

  const ending = () =>
    h(
      'p',
      {},
      h(
        'span',
        { class: 'choices' },
        COMPARE_MODES.map((mode) =>
          h(
            'button',
            {
              type: 'button',
              class: 'plain',
              'aria-pressed': String(state.compare?.mode === mode),
              onclick: () => state.compare && compare({ ...state.compare, mode }),
            },
            t.modes[mode],
          ),
        ),
        h('button', { type: 'button', class: 'plain', onclick: () => compare(null) }, t.stopComparing),
      ),
    );

  const tool: Tool = {
    open(close) {
      const day = app.day();
      const set = state.compare;
      const other = set && 'day' in set ? set.day : (neighbour(span, day, -1) ?? span.first);
      const field = h('input', { type: 'date', min: span.first, max: span.last, value: other, id: 'other-day' });
      const choose = (mode: Comparison['mode']) => () => {
        if (!isDay(field.value)) return field.focus();
        compare({ mode, day: field.value });
        close();
      };
      const end = () => {
        compare(null);
        close();
      };
      return [
        h('p', { class: 'fine' }, `${t.compareDates}: ${inWords(day)}`),
        h('p', {}, h('label', { for: 'other-day' }, `${t.otherDay} `), field),
        h(
          'p',
          { class: 'choices' },
          COMPARE_MODES.map((mode) =>
            h('button', { type: 'button', class: 'plain', onclick: choose(mode) }, t.modes[mode]),
          ),
          set && h('button', { type: 'button', class: 'plain', onclick: end }, t.stopComparing),
        ),
      ];
    },
  };
  let shown: Day | null = null;
  app.onShow((day) => {
    if (day !== shown && state.compare) void refresh();
    shown = day;
  });
  return { tool, compare, refresh: () => void refresh() };
}
