import type { App } from '../app-view.js';
import { byId, h } from '../dom.js';
import { inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import type { Tool } from './sheet.js';

/** Prints a page with the map, its legend and the figures of the day. */
export function printTool(_app: App): Tool {
  return { act: () => print() };
}

/** What a printer gets instead of a moving map: a picture of it, made at the moment of printing. */
export function preparePrint(app: App): void {
  const image = h('img', { class: 'printed', alt: '' });
  const source = h('p', { class: 'printed fine' });
  addEventListener('beforeprint', () => {
    const gl = app.stage.map()?.gl;
    byId('stage').append(image);
    byId('panel').append(source);
    source.textContent = t.printed(location.href);
    image.alt = t.stillMap(inWords(app.day()));
    if (!gl) return image.remove();
    // Drawn and read in one task: what the browser has shown is cleared.
    gl.redraw();
    image.src = gl.getCanvas().toDataURL('image/png');
    byId('legend-box').setAttribute('open', '');
  });
  addEventListener('afterprint', () => {
    image.remove();
    source.remove();
  });
}
