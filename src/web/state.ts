import { type Day, isDay } from './calendar.js';

/** What the page shows: kept whole in the address, so that it can be linked, reloaded and gone back to. */
export interface PageState {
  date: Day | null;
  view: View | null;
  selected: Selection | null;
}

export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** A post by `operator/number`, a place by its id. */
export interface Selection {
  kind: 'post' | 'place';
  id: string;
}

/** Reads the part of an address after `#`. What cannot be read is left out, never an error: people edit addresses. */
export function readState(hash: string): PageState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const date = given.get('date');
  return { date: date && isDay(date) ? date : null, view: readView(given.get('map')), selected: readSelection(given) };
}

function readView(text: string | null): View | null {
  const [zoom, lat, lon, ...rest] = (text ?? '').split('/').map((part) => (part === '' ? Number.NaN : Number(part)));
  if (zoom === undefined || lat === undefined || lon === undefined || rest.length > 0) return null;
  const sound = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return sound ? { zoom, lat, lon } : null;
}

function readSelection(given: URLSearchParams): Selection | null {
  for (const kind of ['post', 'place'] as const) {
    const id = given.get(kind);
    if (id) return { kind, id };
  }
  return null;
}

/** The part of the address after `#`; `readState` reads it back, the view to the metre or so. */
export function writeState({ date, view, selected }: PageState): string {
  const parts: string[] = [];
  if (date) parts.push(`date=${date}`);
  if (view) parts.push(`map=${view.zoom.toFixed(2)}/${view.lat.toFixed(4)}/${view.lon.toFixed(4)}`);
  if (selected) parts.push(`${selected.kind}=${encodeURIComponent(selected.id).replaceAll('%2F', '/')}`);
  return `#${parts.join('&')}`;
}
