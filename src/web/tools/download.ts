import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { boundsOfMap } from '../map/view.js';
import { inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { pictureOf } from './picture.js';
import type { Tool } from './sheet.js';
import { namedSides } from './sides.js';

/** Three pixels for one of the screen: 300 dots an inch at the size of the screen. */
const PRINT = 3;

/** What is seen, as a picture, a drawing, a film, and as data. */
export function downloadTool(app: App): Tool {
  let stop = false;
  return {
    close: () => {
      stop = true;
    },
    open() {
      stop = false;
      const { series, span } = app;
      const day = app.day();
      const id = encodeURIComponent(series.id);
      const status = h('p', { class: 'fine', role: 'status' });
      const fail = (error: unknown) => {
        status.textContent = error instanceof Error ? error.message : String(error);
      };
      const picture = async () => {
        status.textContent = t.working;
        const canvas = await pictureOf(app, PRINT);
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
        if (blob) save(blob, `${series.id}-${app.day()}.png`);
        status.textContent = t.made;
      };
      const from = h('input', {
        type: 'date',
        id: 'film-from',
        min: span.first,
        max: span.last,
        value: app.step().from,
      });
      const to = h('input', { type: 'date', id: 'film-to', min: span.first, max: span.last, value: day });
      const film = async () => {
        const days = span.changes.filter((change) => change >= from.value && change <= to.value);
        if (days.length === 0) days.push(app.day());
        stop = false;
        const reported = (at: string) => {
          status.textContent = t.filming(inWords(at));
        };
        const { filmOf } = await import('./film.js');
        const made = await filmOf(app, days, reported, () => stop);
        if (made) save(made.blob, `${series.id}-${from.value}-${to.value}.${made.end}`);
        status.textContent = made ? t.made : stop ? '' : t.noFilm;
      };
      const act = (words: string, doing: () => Promise<void>) =>
        h('button', { type: 'button', class: 'plain', onclick: () => void doing().catch(fail) }, words);
      const drawn = app.stage.drawnByService();
      const box = drawn?.box()?.join() ?? boundsOfMap(app.stage.map()?.gl.getBounds() ?? null);
      const drawing = (form: 'png' | 'svg') =>
        `maps/${id}.${form}?date=${day}&width=${form === 'png' ? 2000 : 1600}${box ? `&bbox=${box}` : ''}`;
      const svg = drawing('svg');
      const two = app.state.compare?.mode !== 'difference' && document.body.dataset.compare !== undefined;
      return [
        ...(two ? [h('p', { class: 'fine' }, t.pictureAlone(namedSides()[1]))] : []),
        h(
          'p',
          {},
          drawn
            ? h('a', { href: drawing('png'), download: `${series.id}-${day}.png` }, t.downloadPicture)
            : act(t.downloadPicture, picture),
        ),
        h('p', {}, h('a', { href: svg, download: `${series.id}-${day}.svg` }, t.downloadSvg)),
        h('h3', {}, t.downloadFilm),
        !('VideoEncoder' in window) || drawn
          ? h('p', { class: 'fine' }, t.noFilm)
          : h(
              'p',
              { class: 'choices' },
              h('label', { for: 'film-from' }, t.filmFrom),
              from,
              h('label', { for: 'film-to' }, t.filmTo),
              to,
              act(t.filmMake, film),
              h('button', { type: 'button', class: 'plain', onclick: () => (stop = true) }, t.filmStop),
            ),
        h('h3', {}, t.downloadData),
        h(
          'p',
          { class: 'choices' },
          Object.entries(t.dataForms).map(([form, name]) =>
            h('a', { href: `snapshots/${id}/${app.step().to}.${form}`, download: true }, name),
          ),
          h('a', { href: `snapshots/${id}` }, t.links.files),
        ),
        status,
      ];
    },
  };
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
