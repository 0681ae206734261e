import type { Series, TileJson } from '../api.js';
import type { App } from '../app-view.js';
import { byId } from '../dom.js';
import { ownBasemap } from '../map/assets.js';
import type { createMap, FrontMap } from '../map/map.js';
import { pictureOfMap } from '../map/picture.js';
import { boundsIn } from '../map/view.js';
import type { Day } from '../text/calendar.js';
import { t } from '../text/language.js';
import { currentPalette } from '../theme.js';
import { openSides, type SideMode } from './sides.js';

/** The other map of a comparison, over or beside the first; both move together. */
export interface SecondMap {
  readonly key: string;
  /** Shows the other day, of which a map that moves needs the tiles. */
  show(day: Day, tiles: TileJson | null, captions: readonly [other: string, own: string]): Promise<void>;
  /** As it is seen now; null where nothing is yet. */
  picture(): HTMLImageElement | null;
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
  /** Opened once, however often the reader steps on meanwhile. */
  let opening: Promise<FrontMap> | null = null;
  let second: FrontMap | null = null;
  let closed = false;
  /** What the other map shows, as its tiles and in words. */
  let shown: { template: string; words: string } | null = null;
  let own = '';
  app.stage.refit();

  let moving = false;
  const follow = (from: FrontMap, to: () => FrontMap | null) => () => {
    const other = to();
    if (moving || !other) return;
    moving = true;
    other.moveTo(from.view());
    moving = false;
  };
  const lead = follow(first, () => second);

  async function open(json: TileJson, template: string, theirs: string): Promise<FrontMap> {
    const map = await create({
      container: byId('second'),
      assets: app.boot.assets,
      parties: series.parties,
      palette: currentPalette(),
      tiles: template,
      reach: { minzoom: json.minzoom, maxzoom: json.maxzoom, bounds: json.bounds },
      theatre: series.id === app.series.id ? app.stage.theatre() : null,
      opensOn: boundsIn(json.extent),
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
    // The reader ended the comparison meanwhile.
    if (closed) {
      map.remove();
      return map;
    }
    shown = { template, words: theirs };
    second = map;
    map.nameThePlaces(app.stage.names());
    first.gl.on('move', lead);
    map.gl.on(
      'move',
      follow(map, () => first),
    );
    map.moveTo(first.view());
    return map;
  }

  return {
    key,
    async show(_day, json, [theirs, ours]) {
      own = ours;
      // The name of a day stands over its own map only.
      sides.name(shown?.words ?? t.loading(theirs), own);
      if (json === null) return;
      const template = app.stage.address({ json, data: {} }, true);
      opening ??= open(json, template, theirs);
      const map = await opening.catch((error: unknown) => {
        opening = null;
        throw error;
      });
      if (closed) return;
      if (shown && shown.template !== template) {
        if (!(await map.load(template))) return;
        map.flip();
      }
      shown = { template, words: theirs };
      sides.name(theirs, own);
    },
    picture: () => second && pictureOfMap(second),
    close() {
      closed = true;
      first.gl.off('move', lead);
      second?.remove();
      sides.close();
      app.stage.refit();
    },
  };
}
