import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { t } from '../text/language.js';
import { km, km2 } from '../text/words.js';
import { createDrawing } from './drawing.js';
import { areaOf, areaSigma, lengthOf, lengthSigma } from './geodesy.js';
import type { Tool } from './sheet.js';

/** Distance along points set on the map, and the area inside them, on the ellipsoid and with the map's own error. */
export function measureTool(app: App): Tool {
  const figures = h('div', { role: 'status' });
  const drawing = createDrawing(app, true, () => {
    const { points } = drawing;
    const sigma = app.series.accuracy_m;
    const rows = [
      points.length > 1 && [t.distance, km(lengthOf(points)), t.sigma(km(lengthSigma(points, sigma)))],
      points.length > 2 && [t.enclosed, km2(areaOf(points) / 1e6), t.sigma(km2(areaSigma(points, sigma) / 1e6))],
    ].filter((row) => row !== false);
    figures.replaceChildren(
      ...rows.map(([name = '', value = '', error = '']) =>
        h('p', { class: 'figure' }, `${name} `, h('strong', {}, value), h('small', {}, error)),
      ),
    );
  });
  return {
    open: () => [h('p', { class: 'fine' }, t.measureHow), drawing.buttons, figures],
    close: () => drawing.clear(),
    onMap(at) {
      drawing.add(at);
      return true;
    },
  };
}
