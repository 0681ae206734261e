import type { Post, Series } from '../api.js';
import type { App } from '../app-view.js';
import { endHalf, hasCome } from '../awaited.js';
import { byId, h } from '../dom.js';
import type { Seen } from '../legend.js';
import { classesOf } from '../panel/notes.js';
import { COMPARE_MODES, type CompareMode, type Comparison } from '../state.js';
import { type Day, inWords, isDay } from '../text/calendar.js';
import { t } from '../text/language.js';
import { neighbour } from '../timeline/span.js';
import { type Compared, daysCompared, type Other, seriesCompared } from './compared.js';
import { openSecondMap, type SecondMap } from './second-map.js';
import { openSecondPicture } from './second-picture.js';
import type { Tool } from './sheet.js';
import { namedSides, type SideMode } from './sides.js';

export interface Comparing {
  readonly tool: Tool;
  compare(comparison: Comparison | null): void;
  refresh(): void;
  /** The other map as it is seen, with the names of both; null where one map alone is. */
  pictured(): { image: HTMLImageElement; names: readonly [other: string, own: string] } | null;
}

const NOTHING: Seen = { beside: null, differences: false };

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
    const current = () => own === turn;
    let section: Node[] = [];
    const put = (...more: Node[]) => {
      byId('compared').replaceChildren(...section, ...more, ending());
      hasCome('compared');
    };
    const fail = (error: unknown) => {
      if (!current()) return;
      const again = h('button', { type: 'button', class: 'plain', onclick: () => void refresh() }, t.again);
      const message = error instanceof Error ? error.message : String(error);
      put(h('p', { class: 'failure', role: 'alert' }, `${t.partFailed} ${message} `, again));
    };
    try {
      const compared = await ('series' in requested
        ? seriesCompared(app, requested, day)
        : daysCompared(app, requested, day));
      if (!current()) return;
      section = compared.section;
      put();
      await onMap(requested.mode, compared, day, current);
    } catch (error) {
      fail(error);
    }
  }

  function stop(): void {
    byId('compared').replaceChildren();
    hasCome('compared');
    clearMap();
  }

  function clearMap(): void {
    app.explain(NOTHING);
    app.stage.compareWith(null);
    app.stage.map()?.put('differences', []);
    second?.close();
    second = null;
    endHalf();
  }

  async function onMap(mode: CompareMode, compared: Compared, day: Day, current: () => boolean): Promise<void> {
    await app.stage.opened;
    if (!current() || !(app.stage.map() || app.stage.drawnByService())) return;
    if (mode === 'difference') return markDifference(compared, day, current);
    app.stage.map()?.put('differences', []);
    app.stage.compareWith(null);
    if (compared.other === null) return clearMap();
    await layBeside(mode, compared.other, compared.captions, current);
  }

  async function markDifference({ other, known }: Compared, day: Day, current: () => boolean): Promise<void> {
    second?.close();
    second = null;
    const map = app.stage.map();
    if (!map || !other || !known) return clearMap();
    if (other.series !== series) {
      const { features } = await api.differences(series.id, other.series.id, day);
      if (!current()) return;
      map.put('differences', features);
      return app.explain({ beside: null, differences: features.length > 0 });
    }
    map.put('differences', []);
    const [from, to] = other.day < day ? [other.day, day] : [day, other.day];
    const json = from === to ? null : await api.changeTiles(series.id, from, to);
    if (!current()) return;
    app.stage.compareWith(json);
    app.explain(NOTHING);
  }

  async function layBeside(
    mode: SideMode,
    { series: theirs, day: other }: Other,
    captions: Compared['captions'],
    current: () => boolean,
  ) {
    const [map, drawn] = [app.stage.map(), app.stage.drawnByService()];
    const json = map && (await api.tiles(theirs.id, other));
    if (!current()) return;
    const key = `${mode} ${theirs.id} ${JSON.stringify(theirs.parties)}`;
    if (second?.key !== key) {
      second?.close();
      second = null;
      if (drawn) second = openSecondPicture(drawn, theirs.id, mode, key);
      else if (map) {
        const { createMap } = await import('../map/moving.js');
        if (!current()) return;
        second = await openSecondMap(createMap, app, map, theirs, mode, key);
      }
    }
    // Credited from the start, however long its legend takes.
    app.explain({ beside: { series: theirs, classes: new Set(), posts: [] }, differences: false });
    await Promise.all([second?.show(other, json, captions), explainBeside(theirs, other, current)]);
  }

  /** What the other map shows is in the legend too; its posts once they are judged. */
  async function explainBeside(theirs: Series, other: Day, current: () => boolean): Promise<void> {
    const { maps } = await api.history(theirs.id);
    const { km2 = {}, claimed } = maps.findLast(({ date }) => date <= other) ?? {};
    const classes = classesOf(km2, claimed);
    const explain = (posts: readonly Post[]) =>
      current() && app.explain({ beside: { series: theirs, classes, posts }, differences: false });
    explain([]);
    explain((await api.posts(theirs.id, other)).posts);
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
  return {
    tool,
    compare,
    refresh: () => void refresh(),
    pictured: () => {
      const image = second?.picture();
      return image ? { image, names: namedSides() } : null;
    },
  };
}
