import type { Series, TileJson } from '../api.js';
import type { App } from '../app-view.js';
import { byId } from '../dom.js';
import { ownBasemap } from '../map/assets.js';
import type { createMap, FrontMap } from '../map/map.js';
import type { Day } from '../text/calendar.js';
import { t } from '../text/language.js';
import { currentPalette } from '../theme.js';
import { openSides, type SideMode } from './sides.js';

/** The other map of a comparison, over or beside the first; both move together. */
export interface SecondMap {
  readonly key: string;
  /** Shows the other day, of which a map that moves needs the tiles. */
  show(day: Day, tiles: TileJson | null, captions: readonly [other: string, own: string]): Promise<void>;
  close(): void;
}

export async function openSecondMap(
  create: typeof createMap,
  app: App,
  first: FrontMap,
  series: Series,
  mode: SideMode,
  key: string,
): Promise<SecondMap> {
  const sides = openSides(mode);
  let second: FrontMap | null = null;
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
    async show(_day, json, [theirs, own]) {
      sides.name(theirs, own);
      if (json === null) return;
      const template = app.stage.address({ json, data: {} }, true);
      if (second) {
        if (await second.load(template)) second.flip();
        return;
      }
      second = await create({
        container: byId('second'),
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
      sides.close();
      first.gl.resize();
    },
  };
}
