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

export function openSides(mode: SideMode): Sides {
  const [place, sides] = [byId('second'), byId('sides')];
  document.body.dataset.compare = mode;
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
  return {
    name(other, own) {
      captions[0].textContent = other;
      captions[1].textContent = own;
    },
    close() {
      place.replaceChildren();
      place.hidden = true;
      sides.hidden = true;
      delete document.body.dataset.compare;
    },
  };
}
