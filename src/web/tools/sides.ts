import { endHalf } from '../awaited.js';
import { byId, h } from '../dom.js';
import type { CompareMode } from '../state.js';
import { t } from '../text/language.js';

/** Two maps are shown by swiping, or side by side. */
export type SideMode = Exclude<CompareMode, 'difference'>;

/** What stands over two maps that are compared: what each of them is, and the divider of a swipe. */
export interface Sides {
  name(other: string, own: string): void;
  close(): void;
}

/** What stands over the two maps now. */
export const namedSides = (): readonly [other: string, own: string] => {
  const [other, own] = [...byId('sides').querySelectorAll('span')];
  return [other?.textContent ?? '', own?.textContent ?? ''];
};

export function openSides(mode: SideMode): Sides {
  const [place, sides] = [byId('second'), byId('sides')];
  document.body.dataset.compare = mode;
  endHalf();
  place.hidden = false;
  sides.hidden = false;
  const captions = [h('span', {}), h('span', {})] as const;
  const divider = h('input', {
    type: 'range',
    min: 2,
    max: 98,
    value: 50,
    'aria-label': t.swipeAt,
    class: 'divider',
    oninput: () => divide(),
  });
  sides.replaceChildren(captions[0], captions[1], ...(mode === 'swipe' ? [divider] : []));
  const divide = () => byId('stage').style.setProperty('--divide', `${divider.value}%`);
  divide();
  // However long the credit is, and whether it is opened or folded: the names stand above it.
  const credit = document.querySelector('#map .maplibregl-ctrl-bottom-right, #still .credit');
  const observer = new ResizeObserver(([entry]) => {
    sides.style.setProperty('--credit', `${entry?.borderBoxSize[0]?.blockSize ?? 0}px`);
  });
  if (credit) observer.observe(credit);
  return {
    name(other, own) {
      captions[0].textContent = other;
      captions[1].textContent = own;
    },
    close() {
      observer.disconnect();
      place.replaceChildren();
      place.hidden = true;
      sides.hidden = true;
      delete document.body.dataset.compare;
    },
  };
}
