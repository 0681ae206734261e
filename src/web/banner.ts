import { byId, h } from './dom.js';
import { t } from './text/language.js';

/** A word on the map itself, with what can be done about it; `veiled` dims what it speaks of. */
export interface Banner {
  say(text: string, options?: { veiled?: boolean; actions?: readonly (readonly [string, () => void])[] }): void;
  clear(): void;
}

export function createBanner(): Banner {
  const banner = byId('banner');
  return {
    say(text, { veiled = false, actions = [] } = {}) {
      banner.replaceChildren(
        h('span', {}, text),
        ...actions.map(([words, act]) => h('button', { type: 'button', class: 'plain', onclick: act }, words)),
      );
      banner.hidden = false;
      document.body.toggleAttribute('data-veiled', veiled);
    },
    clear() {
      if (banner.hidden) return;
      banner.hidden = true;
      banner.replaceChildren();
      document.body.removeAttribute('data-veiled');
    },
  };
}

/** Words for why nothing came. */
export const reasonOf = (error: Error): string => (navigator.onLine ? error.message : t.offline);
