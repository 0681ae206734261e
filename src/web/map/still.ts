import { byId, h } from '../dom.js';
import { type Day, inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { type Bounds, latOf, worldX, worldY } from './view.js';

/** The map as the service draws it, where the browser cannot: a picture a day, moved step by step. */
export interface StillMap {
  show(day: Day): void;
  /** What it shows; null: all of the series. */
  box(): Bounds | null;
}

const STEP = 0.3;
const CLOSER = 1.6;

export function createStill(series: string, whole: Bounds | null): StillMap {
  const container = byId('still');
  const image = h('img', { alt: '' });
  const note = h('p', { class: 'fine', role: 'status' });
  let box: Bounds | null = whole;
  let day: Day | null = null;

  const move = (dx: number, dy: number, scale: number) => () => {
    if (!box) return;
    const [west, south, east, north] = box;
    const [y0, y1] = [worldY(north), worldY(south)];
    const [x, y] = [(worldX(west) + worldX(east)) / 2, (y0 + y1) / 2];
    const [w, d] = [worldX(east) - worldX(west), y1 - y0];
    const [cx, cy] = [x + dx * w, y + dy * d];
    const lon = (at: number) => at * 360 - 180;
    box = [
      Math.max(-180, lon(cx - w / 2 / scale)),
      latOf(cy + d / 2 / scale),
      Math.min(180, lon(cx + w / 2 / scale)),
      latOf(cy - d / 2 / scale),
    ];
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
    note,
  );
  container.hidden = false;
  image.addEventListener('error', () => {
    note.textContent = t.stillFailed;
  });
  image.addEventListener('load', () => {
    note.textContent = '';
  });

  function draw(): void {
    if (!day) return;
    const width = Math.min(2000, Math.max(320, container.clientWidth));
    const bbox = box ? `&bbox=${box.map((side) => side.toFixed(4)).join()}` : '';
    image.src = `maps/${encodeURIComponent(series)}.png?date=${day}&width=${width}${bbox}`;
    image.alt = t.stillMap(inWords(day));
  }
  return {
    box: () => box,
    show(next) {
      day = next;
      draw();
    },
  };
}
