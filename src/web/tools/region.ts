import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { balanceSection } from '../panel/panel.js';
import { inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { headline, km2, redrawnSentences } from '../text/words.js';
import { createDrawing } from './drawing.js';
import { areaOf } from './geodesy.js';
import type { Tool } from './sheet.js';

/** A region drawn by hand, and the service's figures of it: who holds how much, and what changed since another day. */
export function regionTool(app: App): Tool {
  const figures = h('div', { role: 'status' });
  const since = h('input', { type: 'date', id: 'region-since', min: app.span.first, max: app.span.last });
  const ask = h(
    'button',
    { type: 'button', class: 'plain', disabled: true, onclick: () => void requested() },
    t.regionAsk,
  );
  const drawing = createDrawing(app, true, () => {
    ask.disabled = drawing.points.length < 3;
    figures.replaceChildren();
  });

  async function requested(): Promise<void> {
    figures.replaceChildren(h('p', { class: 'fine' }, t.working));
    const { points } = drawing;
    const ring = [...points, points[0] as [number, number]];
    try {
      const change = await app.api.changeIn(app.series.id, since.value, app.day(), ring);
      figures.replaceChildren(
        h(
          'p',
          { class: 'kicker' },
          `${t.differenceOf(inWords(since.value), inWords(app.day()))}, ${km2(areaOf(points) / 1e6)}`,
        ),
        h('h3', {}, headline(change, app.series.parties)),
        redrawnSentences(change) === '' ? '' : h('p', { class: 'fine' }, redrawnSentences(change)),
        ...balanceSection(app.frame, change).slice(1),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      figures.replaceChildren(h('p', { class: 'failure', role: 'alert' }, message));
    }
  }

  return {
    open() {
      since.value = app.step().from;
      return [
        h('p', { class: 'fine' }, t.regionHow),
        drawing.buttons,
        h('p', {}, h('label', { for: 'region-since' }, `${t.regionFrom} `), since),
        ask,
        figures,
      ];
    },
    close: () => drawing.clear(),
    onMap(at) {
      drawing.add(at);
      return true;
    },
  };
}
