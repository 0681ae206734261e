import type { Series, TileJson } from '../api.js';
import type { App } from '../app-view.js';
import { byId, h } from '../dom.js';
import { ownBasemap } from '../map/assets.js';
import type { createMap, FrontMap } from '../map/map.js';
import type { CompareMode } from '../state.js';
import { t } from '../text/language.js';
import { currentPalette } from '../theme.js';

/** The other map of a comparison, over or beside the first; both move together. */
export interface SecondMap {
  readonly key: string;
  show(tiles: TileJson, captions: [other: string, own: string]): Promise<void>;
  close(): void;
}

export async function openSecondMap(
  create: typeof createMap,
  app: App,
  first: FrontMap,
  series: Series,
  mode: Exclude<CompareMode, 'difference'>,
  key: string,
): Promise<SecondMap> {
  const [place, sides] = [byId('second'), byId('sides')];
  let second: FrontMap | null = null;
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
  first.gl.resize();

  let moving = false;
  const follow = (from: FrontMap, to: () => FrontMap | null) => () => {
    const other = to();
    if (moving || !other) return;
    moving = true;
    other.moveTo(from.view());
    moving = false;
  };
  const lead = follow(first, () => second);

  return {
    key,
    async show(json, [theirs, own]) {
      captions[0].textContent = theirs;
      captions[1].textContent = own;
      const template = app.stage.address({ json, data: {} }, true);
      if (second) {
        if (await second.load(template)) second.flip();
        return;
      }
      second = await create({
        container: place,
        assets: app.boot.assets,
        parties: series.parties,
        palette: currentPalette(),
        tiles: template,
        reach: { minzoom: json.minzoom, maxzoom: json.maxzoom, bounds: json.bounds },
        theatre: series.id === app.series.id ? app.stage.theatre() : null,
        view: first.view(),
        attribution: '',
        title: `${t.map}: ${theirs}`,
        basemap: app.boot.basemap ? { style: app.boot.basemap } : await ownBasemap(app.boot.assets),
        padding: { top: 0, right: 0, bottom: 0, left: 0 },
        calm: app.calm,
        cooperative: window.self !== window.top,
        controls: false,
        onSelect: (selection) => app.select(selection),
        onMove: () => {},
        onError: () => {},
      });
      second.nameThePlaces(app.stage.names());
      first.gl.on('move', lead);
      second.gl.on(
        'move',
        follow(second, () => first),
      );
      second.moveTo(first.view());
    },
    close() {
      first.gl.off('move', lead);
      second?.remove();
      place.replaceChildren();
      place.hidden = true;
      sides.hidden = true;
      delete document.body.dataset.compare;
      first.gl.resize();
    },
  };
}
