import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { point } from '../map/point.js';
import { t } from '../text/language.js';
import type { Position } from './geodesy.js';

/** Points that the reader sets on the map, by pointer or from the keyboard, with a line or a closed ring through them. */
export interface Drawing {
  readonly points: Position[];
  readonly buttons: HTMLElement;
  add(at: Position): void;
  clear(): void;
}

/** `closed`: the ring is shown as one from its third point on. */
export function createDrawing(app: App, closed: boolean, changed: () => void): Drawing {
  const points: Position[] = [];
  function show(): void {
    const ring = [...points, points[0] as Position];
    const line: GeoJSON.Geometry =
      points.length > 2 && closed
        ? { type: 'Polygon', coordinates: [ring] }
        : { type: 'LineString', coordinates: points };
    app.stage
      .map()
      ?.put('drawn', [
        ...(points.length > 1 ? [{ type: 'Feature' as const, properties: {}, geometry: line }] : []),
        ...points.map((at) => point(at, {})),
      ]);
    changed();
  }
  const add = (at: Position) => {
    points.push(at);
    show();
  };
  const button = (words: string, act: () => void) =>
    h('button', { type: 'button', class: 'plain', onclick: act }, words);
  const clear = () => {
    points.length = 0;
    show();
  };
  return {
    points,
    add,
    clear,
    buttons: h(
      'p',
      { class: 'choices' },
      button(t.addMiddle, () => {
        const middle = app.stage.middle();
        if (middle) add(middle);
      }),
      button(t.undo, () => {
        points.pop();
        show();
      }),
      button(t.clear, clear),
    ),
  };
}
