import { byId, h } from '../dom.js';
import type { StillMap } from '../map/still.js';
import { type Day, inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import type { SecondMap } from './second-map.js';
import { openSides, type SideMode } from './sides.js';

/** Without WebGL: the other day of a comparison as the service draws it, in the view of its drawing of the first. */
export function openSecondPicture(first: StillMap, series: string, mode: SideMode, key: string): SecondMap {
  const sides = openSides(mode);
  const note = h('p', { class: 'fine', role: 'status' });
  const image = h('img', {
    alt: '',
    onload: () => note.replaceChildren(),
    onerror: () => note.replaceChildren(t.stillFailed),
  });
  byId('second').replaceChildren(image, note);
  let day: Day | null = null;
  const draw = () => {
    if (day === null) return;
    image.src = first.address(series, day);
    image.alt = t.stillMap(inWords(day));
  };
  const leave = first.follow(draw);
  return {
    key,
    async show(other, _tiles, [theirs, own]) {
      // Not the picture of one day under the name of another.
      if (day !== other) image.removeAttribute('src');
      day = other;
      sides.name(theirs, own);
      draw();
    },
    picture: () => (image.hasAttribute('src') ? (image.cloneNode() as HTMLImageElement) : null),
    close() {
      leave();
      sides.close();
    },
  };
}
