import type { App } from '../app-view.js';
import { byId, h } from '../dom.js';
import { pictureOfMap } from '../map/picture.js';
import { inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import type { Comparing } from './comparing.js';
import type { Tool } from './sheet.js';

/** Prints a page with the map, its legend and the figures of the day. */
export function printTool(_app: App): Tool {
  return { act: () => print() };
}

/** What a printer gets instead of moving maps: pictures of all that are seen, each named, made at the moment of printing. */
export function preparePrint(app: App, comparing: Comparing): void {
  const legend = byId('legend-box');
  let end: () => void = () => {};
  addEventListener('beforeprint', () => {
    end();
    const maps = h('div', { class: 'printed', 'data-mode': app.state.compare?.mode ?? null }, pictures(app, comparing));
    const source = h('p', { class: 'printed fine' }, `${app.stage.credits()}. ${t.printed(location.href)}`);
    const wasOpen = legend.hasAttribute('open');
    byId('stage').append(maps);
    byId('panel').append(source);
    legend.setAttribute('open', '');
    end = () => {
      maps.remove();
      source.remove();
      legend.toggleAttribute('open', wasOpen);
    };
  });
  addEventListener('afterprint', () => end());
}

function pictures(app: App, comparing: Comparing): Node[] {
  const [map, drawn] = [app.stage.map(), app.stage.drawnByService()];
  const own = map ? pictureOfMap(map) : drawn?.picture();
  if (!own) return [];
  own.alt = t.stillMap(inWords(app.day()));
  const other = comparing.pictured();
  if (!other) return [own];
  other.image.alt = `${t.map}: ${other.names[0]}`;
  const figure = (image: Node, name: string) => h('figure', {}, h('figcaption', {}, name), image);
  return [figure(other.image, other.names[0]), figure(own, other.names[1])];
}
