import { type Day, isDay } from './text/calendar.js';

/** What the page shows: kept whole in the address, so that it can be linked, reloaded and gone back to. */
export interface PageState {
  date: Day | null;
  view: View | null;
  selected: Selection | null;
  /** What the day on show is compared with: another day of the series, or another series on the day. */
  compare: Comparison | null;
}

export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** A post by `operator/number`, a place or an event by its id. */
export interface Selection {
  kind: 'post' | 'place' | 'event';
  id: string;
}

export const COMPARE_MODES = ['difference', 'swipe', 'side'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];
export type Comparison = { mode: CompareMode } & ({ day: Day } | { series: string });

/**
 * Reads the part of an address after `#`; a date may also stand before it (`?date=`), where a server can read it. What
 * cannot be read, or does not go with the rest, is left out, never an error: people edit addresses. `unread` takes it, to be reported.
 */
export function readState(hash: string, search = '', unread: (part: string) => void = () => {}): PageState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const part = <Value>(name: string, text: string | null, value: Value | null): Value | null => {
    if (text !== null && value === null) unread(`${name}=${text}`);
    return value;
  };
  const date = given.get('date') ?? new URLSearchParams(search).get('date');
  const map = given.get('map');
  for (const [name, text] of given) if (text !== '' && !PARTS.has(name)) unread(`${name}=${text}`);
  return {
    date: part('date', date, date && isDay(date) ? date : null),
    view: part('map', map, readView(map)),
    selected: readSelection(given, unread),
    compare: readComparison(given, unread),
  };
}

function readView(text: string | null): View | null {
  const [zoom, lat, lon, ...rest] = (text ?? '').split('/').map((part) => (part === '' ? Number.NaN : Number(part)));
  if (zoom === undefined || lat === undefined || lon === undefined || rest.length > 0) return null;
  const sound = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return sound ? { zoom, lat, lon } : null;
}

const SELECTABLE = ['post', 'place', 'event'] as const;
const PARTS: ReadonlySet<string> = new Set(['date', 'map', ...SELECTABLE, 'compare', 'with', 'mode']);

/** One thing is chosen at a time. */
function readSelection(given: URLSearchParams, unread: (part: string) => void): Selection | null {
  const [first = null, ...more] = SELECTABLE.flatMap((kind): Selection[] => {
    const id = given.get(kind);
    return id ? [{ kind, id }] : [];
  });
  for (const { kind, id } of more) unread(`${kind}=${id}`);
  return first;
}

function readComparison(given: URLSearchParams, unread: (part: string) => void): Comparison | null {
  const [day, series] = [given.get('compare'), given.get('with')];
  const known = COMPARE_MODES.find((one) => one === given.get('mode'));
  const mode = known ?? 'difference';
  // Nothing is compared in a mode alone.
  if (given.get('mode') && !(known && (series || day))) unread(`mode=${given.get('mode')}`);
  if (day && (series || !isDay(day))) unread(`compare=${day}`);
  if (series) return { mode, series };
  return day !== null && isDay(day) ? { mode, day } : null;
}

/** The part of the address after `#`; `readState` reads it back, the view to the metre or so. */
export function writeState({ date, view, selected, compare }: PageState): string {
  const parts: string[] = [];
  const plain = (text: string) => encodeURIComponent(text).replaceAll('%2F', '/');
  if (date) parts.push(`date=${date}`);
  if (view) parts.push(`map=${view.zoom.toFixed(2)}/${view.lat.toFixed(4)}/${view.lon.toFixed(4)}`);
  if (selected) parts.push(`${selected.kind}=${plain(selected.id)}`);
  if (compare) {
    parts.push(
      'series' in compare ? `with=${plain(compare.series)}` : `compare=${compare.day}`,
      `mode=${compare.mode}`,
    );
  }
  return `#${parts.join('&')}`;
}
