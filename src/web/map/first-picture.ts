import { byId, h } from '../dom.js';
import type { View } from '../state.js';
import { type Day, inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { boxOf } from './view.js';

/**
 * The map of the first day as the service draws it (some 10 kB), in the place and at the scale at which the moving map
 * opens, and over it until that is drawn whole: code, worker and shaders of the moving map take seconds on a slow line.
 */
export interface FirstPicture {
  /** Shows the day in this view. The picture of another day goes at once. */
  show(day: Day, view: View): void;
  remove(): void;
}

export function createFirstPicture(series: string): FirstPicture {
  let image: HTMLImageElement | null = null;
  const remove = () => {
    image?.remove();
    image = null;
  };
  return {
    show(day, view) {
      remove();
      const { clientWidth: width, clientHeight: height } = byId('map');
      const box = boxOf(view, width, height);
      // The service draws no map that is wider than the world, or that small.
      if (width < 200 || height < 100 || box[2] - box[0] > 360) return;
      const bbox = box.map((side) => side.toFixed(5)).join();
      const fresh = h('img', {
        id: 'first-picture',
        alt: t.stillMap(inWords(day)),
        src: `maps/${encodeURIComponent(series)}.svg?date=${day}&bbox=${bbox}&width=${width}&height=${height}&frame=none`,
        onload: () => {
          if (image === fresh) document.body.dataset.map = 'drawn';
        },
        onerror: () => image === fresh && remove(),
      });
      image = fresh;
      byId('map').after(fresh);
    },
    remove,
  };
}
