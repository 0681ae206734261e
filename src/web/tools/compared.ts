import { CRUMB_KM2, plainUnit } from '../../model/shown-area.js';
import { type Change, Refusal, type Series } from '../api.js';
import type { App } from '../app-view.js';
import { lastMapBefore } from '../coverage.js';
import { h } from '../dom.js';
import { figuresOf } from '../figures.js';
import { type Bounds, boundsOf } from '../map/view.js';
import { notices } from '../panel/notes.js';
import { balanceSection, groundSwatch } from '../panel/panel.js';
import { absenceWords } from '../series-choice.js';
import { writeState } from '../state.js';
import { type Day, inWords, onOrBefore } from '../text/calendar.js';
import { isolated, onward, t } from '../text/language.js';
import { className, headline, km2, movementOf, redrawnSentences } from '../text/words.js';
import { within } from '../timeline/span.js';

/** A day of a series, which the displayed one is compared with. */
export interface Other {
  series: Series;
  day: Day;
}

/** What the panel says of a comparison, and what there is to show of it on the map. */
export interface Compared {
  section: Node[];
  /** What another map can show; null: there is nothing. */
  other: Other | null;
  /** What stands over the other map and over that of the page. */
  captions: readonly [other: string, own: string];
  /** Whether it is known where they differ. */
  known: boolean;
}

/** Two days of a series. A day outside of it is compared as its nearest one, and that is said. */
export async function daysCompared(app: App, { day: requested }: { day: Day }, day: Day): Promise<Compared> {
  const { series, span } = app;
  const other = within(span, requested);
  const [from, to] = other < day ? [other, day] : [day, other];
  const compared = (known: boolean, ...nodes: Node[]): Compared => ({
    section: [
      h('p', { class: 'kicker' }, `${t.compareDates}: ${t.differenceOf(inWords(from), inWords(to))}`),
      ...outside(app, requested, other),
      ...nodes,
    ],
    other: { series, day: other },
    captions: [captionOfDay(series, span.changes, other), captionOfDay(series, span.changes, day)],
    known,
  });
  if (from === to) return compared(true, h('p', { class: 'lede' }, t.sameDay));
  const change = await app.api.change(series.id, from, to);
  if (change.unknown) return compared(false, h('p', { class: 'lede' }, t.changeUnknown));
  return compared(
    true,
    h('h2', {}, headline(change, series.parties)),
    ...lede(redrawnSentences(change)),
    ...passed(movementOf(change), series),
    ...balanceSection(app.frame, change),
  );
}

const lede = (words: string): Node[] => (words === '' ? [] : [h('p', { class: 'lede' }, words)]);

/** As for the displayed day: what the series does not reach is said. */
function outside({ span, series }: App, requested: Day, other: Day): Node[] {
  if (requested < other) return [h('p', { class: 'stale' }, t.tooEarly(inWords(requested), inWords(other)))];
  if (requested > other) return [h('p', { class: 'stale' }, t.tooLate(inWords(requested), inWords(other)))];
  return notices(series, span.changes, other);
}

/** Who gained what from whom, largest first. */
function passed(change: Change, { parties }: Series): Node[] {
  const moved = change.matrix.filter(({ from, to, km2: size }) => from !== to && size >= CRUMB_KM2);
  const shownRows = moved.filter(({ km2: size }) => size >= plainUnit(change.theatre_km2) / 2);
  // What rounds to nothing beside larger figures is left out; where it is all there is, it is told.
  const rows = shownRows.length > 0 ? shownRows : moved;
  if (rows.length === 0) return [h('p', { class: 'lede' }, t.nothingBetween)];
  const shown = figuresOf(change);
  const size = (from: string, to: string) => shown.passed(from, to);
  return [
    h('h3', {}, t.byWhom),
    h(
      'ul',
      { class: 'matrix' },
      [...rows]
        .sort((a, b) => b.km2 - a.km2)
        .map(({ from, to, km2: exact }) =>
          h(
            'li',
            {},
            groundSwatch(from, parties),
            `${onward()} `,
            groundSwatch(to, parties),
            h('span', {}, t.passedTo(className(from, parties), className(to, parties))),
            h('strong', {}, shown.words(size(from, to), exact)),
          ),
        ),
    ),
  ];
}

/** Two series on a day. What one of them does not speak of is said, and is no failure. */
export async function seriesCompared(app: App, { series: id }: { series: string }, day: Day): Promise<Compared> {
  const { api, series } = app;
  const theirs = app.all.find((one) => one.id === id);
  const nothing = (words: string, ...more: Node[]): Compared => ({
    section: [h('p', { class: 'lede' }, words), ...more],
    other: null,
    captions: ['', ''],
    known: false,
  });
  const absent = await api.absence(id);
  if (!theirs || absent) {
    return nothing(absenceWords(absent ?? { id, code: 'unknown_series', why: null }), ...others(app));
  }
  const { dates, theatre } = await api.dates(id);
  const [first] = dates;
  if (first === undefined) return nothing(t.otherEmpty(theirs.title));
  if (day < first) return nothing(t.otherBegins(theirs.title, inWords(first)));
  const both = [
    [series, app.span.changes],
    [theirs, dates],
  ] as const;
  const titles = both.map(([{ title }]) => isolated(title));
  const captions = both.map(([one, maps]) => captionOf(one, maps, day)) as [string, string];
  const compared = (known: boolean, ...nodes: Node[]): Compared => ({
    section: [
      h('p', { class: 'kicker' }, `${inWords(day)}: ${series.title} · ${theirs.title}`),
      ...captions.flatMap((words, i) => (words === titles[i] ? [] : [h('p', { class: 'fine' }, words)])),
      ...nodes,
    ],
    other: { series: theirs, day },
    captions: [captions[1], captions[0]],
    known,
  });
  const apart = () => compared(false, h('p', { class: 'lede' }, t.noCommonGround(theirs.title)));
  const ours = app.stage.theatre();
  if (theatre && ours && !meet(boundsOf(theatre), boundsOf(ours))) return apart();
  const agreement = await api.agreement(series.id, id, day).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'no_data') return null;
    throw error;
  });
  if (agreement === null) return apart();
  const { agree_share, differ_km2, stale, unknown } = agreement;
  if (unknown !== null) {
    const ignorant = both.flatMap(([one, maps], i) =>
      lastMapBefore(one, maps, day) === null ? [] : (titles[i] ?? []),
    );
    return compared(false, h('p', { class: 'lede' }, t.agreementUnknown(ignorant)));
  }
  const percent = agree_share.toLocaleString(t.locale, { style: 'percent', maximumFractionDigits: 1 });
  return compared(
    true,
    h('h2', {}, t.agreement(percent)),
    h('p', { class: 'lede' }, `${t.disagree}: ${km2(differ_km2)}.`),
    ...(stale ? [h('p', { class: 'stale' }, h('strong', {}, `${t.stale} `), t.agreementStale)] : []),
  );
}

/** The displayed day; of one that is not known, the map that stands there. */
function captionOfDay(series: Series, maps: readonly Day[], day: Day): string {
  const last = lastMapBefore(series, maps, day);
  return last === null ? inWords(day) : t.lastMapOf(inWords(last), inWords(day));
}

/** A series by its title, and of which day its map is where that is another than the displayed one. */
function captionOf(series: Series, maps: readonly Day[], day: Day): string {
  const [title, map] = [isolated(series.title), onOrBefore(maps, day)];
  if (map === null || map === day) return title;
  const isKnown = lastMapBefore(series, maps, day) === null;
  return `${title}: ${isKnown ? t.mapOf(inWords(map)) : captionOfDay(series, maps, day)}`;
}

/** The series that this one can be compared with instead, in the same way. */
function others({ all, series, state }: App): Node[] {
  const rest = all.filter(({ id }) => id !== series.id);
  const { compare } = state;
  if (rest.length === 0 || compare === null) return [];
  const there = ({ id }: Series) => writeState({ ...state, compare: { mode: compare.mode, series: id } });
  return [
    h('p', {}, t.thereAre),
    h(
      'ul',
      { class: 'series' },
      rest.map((one) => h('li', {}, h('a', { href: there(one) }, one.title))),
    ),
  ];
}

/** Boxes apart have no ground in common; of those that meet the service knows. */
const meet = (a: Bounds, b: Bounds): boolean =>
  a[1] < b[3] && b[1] < a[3] && [-360, 0, 360].some((turn) => a[0] + turn < b[2] && b[0] < a[2] + turn);
