import { h } from '../dom.js';
import { t } from '../text/language.js';
import type { Tool } from './sheet.js';

/** The keys. */
export function helpTool(): Tool {
  return {
    open: () => [
      h(
        'dl',
        { class: 'keys' },
        t.keys.flatMap(([key, words]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, words)]),
      ),
    ],
  };
}
