import { byId, h } from '../dom.js';
import type { View } from '../state.js';
import { type Day, inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { type Bounds, boxOf, latOf, lonOf, TILE_SIDE, viewOn, withinWorld, worldX, worldY } from './view.js';

/** The map as the service draws it, where the browser cannot: a picture a day, moved step by step. */
export interface StillMap {
  show(day: Day): void;
  /** What it shows; null: all of the series. */
  box(): Bounds | null;
  /** The picture of a day of some series in the same view. */
  address(series: string, day: Day): string;
  /** Calls back whenever the view is another; returns what ends that. */
  follow(moved: () => void): () => void;
  attribute(credits: string): void;
  /** The drawing that is seen. */
  picture(): HTMLImageElement;
}

const STEP = 0.3;
const CLOSER = 1.6;
const EQUATOR_KM = 40_075.017;
const SCALE_PX = 120;
/** After a change of size, before the service draws anew. */
const SETTLES_MS = 200;

export function createStill(
  series: string,
  whole: Bounds | null,
  attribution: string,
  padding: () => { top: number; right: number; bottom: number; left: number },
): StillMap {
  const container = byId('still');
  const image = h('img', { alt: '' });
  const note = h('p', { class: 'fine', role: 'status' });
  const scale = h('span', { class: 'scale' });
  const credit = h('p', { class: 'credit' }, attribution);
  const listeners = new Set<() => void>();
  let view: View | null = null;
  let chosen = false;
  let day: Day | null = null;
  /** The day of the picture that is seen. */
  let seen: Day | null = null;

  /** The service draws no smaller and no larger pictures. */
  function size(): [width: number, height: number] {
    const { clientWidth, clientHeight } = container;
    return [Math.min(2400, Math.max(200, clientWidth)), Math.min(2400, Math.max(100, clientHeight))];
  }

  function box(): Bounds | null {
    view ??= whole && viewOn(whole, ...size(), padding());
    if (!view) return null;
    return boxOf(view, ...size());
  }

  function address(of: string, on: Day): string {
    const picture = `maps/${encodeURIComponent(of)}.svg?date=${on}`;
    const sides = box()?.map((side) => side.toFixed(5));
    const [width, height] = size();
    return sides ? `${picture}&bbox=${sides.join()}&width=${width}&height=${height}&frame=none` : picture;
  }

  const move = (dx: number, dy: number, factor: number) => () => {
    box();
    if (!view) return;
    chosen = true;
    const [width, height] = size();
    const unit = TILE_SIDE * 2 ** view.zoom;
    view = {
      lon: withinWorld(lonOf(worldX(view.lon) + (dx * width) / unit)),
      lat: latOf(worldY(view.lat) + (dy * height) / unit),
      zoom: Math.min(14, Math.max(0, view.zoom + Math.log2(factor))),
    };
    draw();
  };
  const button = (words: string, sign: string, act: () => void) =>
    h('button', { type: 'button', 'aria-label': words, title: words, onclick: act }, sign);
  const { north, south, west, east, closer, wider } = t.moveMap;
  container.replaceChildren(
    image,
    h(
      'div',
      { class: 'steps' },
      button(north, '↑', move(0, -STEP, 1)),
      button(west, '←', move(-STEP, 0, 1)),
      button(east, '→', move(STEP, 0, 1)),
      button(south, '↓', move(0, STEP, 1)),
      button(closer, '+', move(0, 0, CLOSER)),
      button(wider, '−', move(0, 0, 1 / CLOSER)),
    ),
    scale,
    credit,
    note,
  );
  container.hidden = false;
  image.addEventListener('error', () => {
    seen = null;
    delete container.dataset.late;
    note.textContent = t.stillFailed;
  });
  image.addEventListener('load', () => {
    seen = day;
    delete container.dataset.late;
    note.textContent = '';
  });
  let settling: ReturnType<typeof setTimeout> | undefined;
  new ResizeObserver(() => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      // Nobody chose this view: in other room the series is shown whole again.
      if (!chosen) view = null;
      draw();
    }, SETTLES_MS);
  }).observe(container);

  function draw(): void {
    if (!day) return;
    const source = address(series, day);
    if (source === image.getAttribute('src')) return;
    // The former picture stays until this one is there: it says of which day it is.
    if (seen !== day) {
      container.dataset.late = 'true';
      note.textContent = seen ? t.showing(inWords(seen), inWords(day)) : `${t.stillMap(inWords(day))}…`;
    }
    image.src = source;
    image.alt = t.stillMap(inWords(day));
    measure();
    for (const moved of listeners) moved();
  }

  /** The scale, as the map that moves has it. */
  function measure(): void {
    if (!view) return;
    const kmPerPx = (EQUATOR_KM * Math.cos((view.lat * Math.PI) / 180)) / (TILE_SIDE * 2 ** view.zoom);
    const most = SCALE_PX * kmPerPx;
    const power = 10 ** Math.floor(Math.log10(most));
    const km = power * ([5, 2, 1].find((times) => times * power <= most) ?? 1);
    scale.style.width = `${Math.round(km / kmPerPx)}px`;
    scale.textContent = km.toLocaleString(t.locale, { style: 'unit', unit: 'kilometer' });
  }

  return {
    box,
    address,
    follow(moved) {
      listeners.add(moved);
      return () => listeners.delete(moved);
    },
    picture: () => image.cloneNode() as HTMLImageElement,
    attribute: (credits) => {
      credit.textContent = credits;
    },
    show(next) {
      day = next;
      draw();
    },
  };
}
