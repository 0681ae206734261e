import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { seriesList } from '../series-choice.js';
import { COMPARE_MODES } from '../state.js';
import { t } from '../text/language.js';
import type { Comparing } from './comparing.js';
import type { Tool } from './sheet.js';

/** Every series there is, and a second one to lay beside this one. */
export function seriesTool(app: App, comparing: Comparing): Tool {
  return {
    open(close) {
      const others = app.all.filter(({ id }) => id !== app.series.id);
      const choice = h(
        'select',
        { id: 'other-series' },
        others.map(({ id, title }) => h('option', { value: id }, title)),
      );
      return [
        seriesList(app.all, app.series.id, app.boot.oldest),
        ...(others.length > 0
          ? [
              h('p', {}, h('label', { for: 'other-series' }, `${t.compareWith} `), choice),
              h(
                'p',
                { class: 'choices' },
                COMPARE_MODES.map((mode) =>
                  h(
                    'button',
                    {
                      type: 'button',
                      class: 'plain',
                      onclick: () => {
                        comparing.compare({ mode, series: choice.value });
                        close();
                      },
                    },
                    t.modes[mode],
                  ),
                ),
              ),
            ]
          : []),
      ];
    },
  };
}
