import type { Boot, Ground, Party, Series, SeriesDates, TileJson } from './api.js';
import type { Banner } from './banner.js';
import { PAGE_LAYERS, type TilesPart } from './day-answer.js';
import { byId, letters } from './dom.js';
import { loadAhead, ownBasemap } from './map/assets.js';
import { createFirstPicture, type FirstPicture } from './map/first-picture.js';
import type { FrontMap, Named } from './map/map.js';
import { createStill, type StillMap } from './map/still.js';
import { boundsIn, boundsOf, tilesIn, viewOn } from './map/view.js';
import { hasWebGl, mayHaveWebGl } from './map/webgl.js';
import type { PageState, Selection, View } from './state.js';
import { type Day, inWords } from './text/calendar.js';
import { t } from './text/language.js';
import { creditsOf } from './text/words.js';
import { currentPalette } from './theme.js';

/** How long the first headline waits for its letters: changed under the reader's eyes, they would move what stands below. */
const LETTERS_MS = 1000;

interface Listener {
  onSelect(selection: Selection | null, at: [number, number]): void;
  onMove(view: View): void;
}

/** The container of the map: MapLibre where WebGL is there, else the service's own drawing. It opens after the first sentence. */
export function openStage(
  boot: Boot,
  series: Series,
  dates: SeriesDates,
  state: PageState,
  calm: boolean,
  banner: Banner,
  outline: () => Promise<Ground | null>,
) {
  let map: FrontMap | null = null;
  let still: StillMap | null = null;
  /** Until there is a map. */
  let picture: FirstPicture | null = createFirstPicture(series.id);
  let store: { put(template: string, tiles: Record<string, string>): void; address(template: string): string } | null =
    null;
  let first: TileJson | null = null;
  let last: { template: string; json: TileJson; data: Record<string, string> } | null = null;
  let shownDay: Day | null = null;
  /** States again what is missing on the map of the displayed day. */
  let complaint: (() => void) | null = null;
  const complainOf = (...words: Parameters<Banner['say']>) => {
    complaint = () => banner.say(...words);
    complaint();
  };
  let credits = creditsOf([series]);
  let names: readonly Named[] = [];
  let reported: readonly string[] = [];
  let comparing = false;
  let stepMarks: string | null = null;
  let listener: Listener = { onSelect: () => {}, onMove: () => {} };
  let opening = false;
  let finish: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const container = byId('map');
  const legend = byId('legend-box');
  // On a stage that is small beside the reader's letters the legend is closed until it is requested.
  const { clientWidth: width, clientHeight: height } = byId('stage');
  if (width >= 760 * letters() && height >= 420 * letters()) legend.setAttribute('open', '');
  // At once: its answer takes a while.
  let refused = !mayHaveWebGl();
  void hasWebGl().then((has) => {
    refused = !has;
  });
  let theatre = dates.theatre ?? null;
  const bounds = () => (theatre ? boundsOf(theatre) : null);
  /** What the map is drawn with; the series may have become another since. */
  let drawnWith = '';
  const lookOf = (json: TileJson, parties: readonly Party[]) =>
    JSON.stringify([parties, json.minzoom, json.maxzoom, json.bounds]);
  /** The legend is at the start of the line, the buttons at its end. */
  const padding = () => {
    // Beside another map this one has the half at the end.
    const { compare, half } = document.body.dataset;
    const legendWidth = compare === 'side' || half !== undefined ? 0 : coveredByLegend();
    const [begin, end] = [legendWidth + 24, 56];
    const sides = document.dir === 'rtl' ? { left: end, right: begin } : { left: begin, right: end };
    return { top: 24, bottom: 32, ...sides };
  };

  const reach = () => (first ? boundsIn(first.extent) : bounds());
  /** Where the map is, or will open. */
  function viewNow(): View | null {
    const box = reach();
    const { clientWidth: width, clientHeight: height } = container;
    return map?.view() ?? state.view ?? (box && viewOn(box, width, height, padding()));
  }

  const templateOf = (json: TileJson, layers: boolean) =>
    `${json.tiles[0] ?? ''}${layers ? `?layers=${PAGE_LAYERS}` : ''}`;

  async function open(): Promise<void> {
    // While the graphics process starts, the line would lie idle.
    if (!refused) void loadAhead(boot.assets);
    if (!(await hasWebGl()) || first === null) return openStill();
    const [{ createMap, openTileStore, isWithoutWebGl }] = await Promise.all([
      import('./map/moving.js'),
      loadAhead(boot.assets),
    ]);
    const basemap = boot.basemap ? { style: boot.basemap } : await ownBasemap(boot.assets);
    const tiles = openTileStore();
    store = tiles;
    if (last) tiles.put(last.template, last.data);
    const template = last?.template ?? '';
    map = await createMap({
      container,
      assets: boot.assets,
      parties: series.parties,
      palette: currentPalette(),
      tiles: tiles.address(template),
      reach: { minzoom: first.minzoom, maxzoom: first.maxzoom, bounds: first.bounds },
      theatre: theatre ?? (await outline().catch(() => null)),
      opensOn: boundsIn(first.extent),
      view: state.view,
      attribution: credits,
      title: t.map,
      basemap,
      padding: padding(),
      calm,
      cooperative: window.self !== window.top,
      controls: true,
      onSelect: (selection, at) => listener.onSelect(selection, at),
      onMove: (view) => {
        removePicture();
        listener.onMove(view);
      },
      onError: () => later(),
    }).catch((error: unknown) => {
      if (isWithoutWebGl(error)) return null;
      throw error;
    });
    drawnWith = lookOf(first, series.parties);
    if (map === null) {
      container.replaceChildren();
      return openStill();
    }
    // The reader went on while it opened.
    if (last && last.template !== template && (await map.load(tiles.address(last.template)))) map.flip();
    nameAll();
    document.body.dataset.map = 'moving';
    removePicture();
  }

  function removePicture(): void {
    picture?.remove();
    picture = null;
  }

  async function begin(day: Day): Promise<void> {
    opening = true;
    try {
      await open();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      complainOf(`${t.mapFailed(inWords(day))} ${why}`, { actions: [[t.again, () => location.reload()]] });
    }
    finish();
  }

  function openStill(): void {
    removePicture();
    still = createStill(series.id, bounds() ?? reach(), credits, padding);
    complainOf(t.noWebGl);
    if (shownDay) still.show(shownDay);
    document.body.dataset.map = 'still';
  }

  /** Tiles that fail while the reader moves the map are reported too. */
  let looking: ReturnType<typeof setTimeout> | undefined;
  let failing = 0;
  function later(): void {
    failing++;
    clearTimeout(looking);
    looking = setTimeout(() => shownDay && failing > 0 && complain(failing), 300);
  }

  function complain(failed: number): void {
    if (!shownDay) return;
    const again = async () => {
      failing = 0;
      complaint = null;
      banner.clear();
      const arrival = await map?.reload();
      if (arrival && arrival.failed > 0) complain(arrival.failed);
    };
    complainOf(t.tilesFailed(failed, inWords(shownDay)), { actions: [[t.again, () => void again()]] });
  }

  function nameAll(): void {
    map?.nameThePlaces(names.map((place) => (reported.includes(place.id) ? { ...place, told: true } : place)));
  }

  return {
    opened,
    map: () => map,
    listen: (given: Listener) => {
      listener = given;
    },
    /** Tiles that a day should bring along. */
    tilesInView(): readonly string[] {
      const { clientWidth: width, clientHeight: height } = container;
      const [box, view] = [reach(), viewNow()];
      if (!box || !view || width === 0 || still || !mayHaveWebGl()) return [];
      return tilesIn(view, width, height, first?.maxzoom ?? 14, box);
    },
    async load({ json, data }: TilesPart): Promise<{ failed: number } | null> {
      const grown = first !== null && lookOf(json, []) !== lookOf(first, []);
      if (first === null || grown) first = json;
      last = { template: templateOf(json, true), json, data };
      if (shownDay && !opening) void begin(shownDay);
      if (!map || !store) return { failed: 0 };
      const look = lookOf(json, series.parties);
      if (look !== drawnWith) {
        drawnWith = look;
        await map.becomes([...series.parties], { minzoom: json.minzoom, maxzoom: json.maxzoom, bounds: json.bounds });
      }
      failing = 0;
      store.put(last.template, data);
      return map.load(store.address(last.template));
    },
    /** Displays what was loaded; `current` says whether its day is still the displayed one. */
    show(
      day: Day,
      arrival: { failed: number } | Error,
      changes: Promise<TilesPart | null>,
      current: () => boolean,
    ): void {
      shownDay = day;
      complaint = null;
      // After the legend is filled, which the view makes room for.
      queueMicrotask(() => {
        const view = viewNow();
        if (view && shownDay === day && !map && !still && mayHaveWebGl()) picture?.show(day, view);
      });
      if (!opening && first !== null) void begin(day);
      still?.show(day);
      if (arrival instanceof Error) this.withoutMap(day);
      else {
        delete document.body.dataset.nomap;
        map?.flip(comparing);
        if (arrival.failed > 0) complain(arrival.failed);
      }
      void Promise.all([changes, opened]).then(
        async ([part]) => {
          if (!current() || !map || !store) return;
          const template = part === null ? null : templateOf(part.json, false);
          if (part && template) store.put(template, part.data);
          stepMarks = template;
          if (!comparing) await map.markChange(template && store.address(template));
        },
        () => {},
      );
    },
    /** The map of the displayed day failed to load. */
    withoutMap(day: Day): void {
      if (!opening) void begin(day);
      // Not the map of another day: nothing of it may be seen under this date.
      document.body.dataset.nomap = 'true';
      complainOf(t.mapFailed(inWords(day)), { actions: [[t.again, () => location.reload()]] });
    },
    mapped: () => map !== null,
    /** Requests the code of the map; resolves when the first sentence can stand without moving what is below it. */
    async prepare(): Promise<void> {
      if (!refused) void loadAhead(boot.assets);
      await Promise.race([document.fonts.ready, new Promise((resolve) => setTimeout(resolve, LETTERS_MS))]);
    },
    /** The service's drawing stands for the map, and what it shows. */
    drawnByService: () => still,
    /** The middle of what is seen, by moving map or drawing. */
    middle(): [number, number] | null {
      const view = map?.view();
      if (view) return [view.lon, view.lat];
      const [west, south, east, north] = still?.box() ?? [];
      return west === undefined || south === undefined || east === undefined || north === undefined
        ? null
        : [(west + east) / 2, (south + north) / 2];
    },
    /** States what is missing on the map of the displayed day; false: nothing. */
    complain(): boolean {
      complaint?.();
      return complaint !== null;
    },
    names: () => names,
    theatre: () => theatre,
    credits: () => credits,
    /** Credits the map to every series that is seen on it. */
    credit(words: string): void {
      if (words === credits) return;
      credits = words;
      map?.attribute(words);
      still?.attribute(words);
    },
    /** The series has another theatre: what stands around its days follows at once. */
    renew(ground: Ground | null): void {
      if (!ground || JSON.stringify(ground) === JSON.stringify(theatre)) return;
      theatre = ground;
      map?.setTheatre(ground);
    },
    nameThePlaces(places: readonly Named[]): void {
      names = places;
      nameAll();
    },
    /** The places that the headline speaks of have their names at every zoom. */
    tell(ids: readonly string[]): void {
      if (ids.join() === reported.join()) return;
      reported = ids;
      nameAll();
    },
    /** Marks what changed between two other days instead of since the map before; null: the latter again. */
    compareWith(json: TileJson | null): void {
      if (json === null && !comparing) return;
      comparing = json !== null;
      const template = json ? templateOf(json, false) : stepMarks;
      void map?.markChange(template && store ? store.address(template) : null);
    },
    address: (part: TilesPart, layers: boolean): string => {
      const template = templateOf(part.json, layers);
      store?.put(template, part.data);
      return store?.address(template) ?? template;
    },
    reach: () => first,
    /** The map has other room: where the reader has not moved it, the series is shown whole in it. */
    refit(): void {
      map?.gl.resize();
      if (map && first && state.view === null) map.frame(boundsIn(first.extent), padding());
    },
    padding,
  };
}

/** On a wide map the legend is open, over its edge. */
function coveredByLegend(): number {
  const legend = byId('legend-box');
  const width = byId('map').clientWidth;
  // Where the stage is larger than needed the theatre is centred.
  return legend.hasAttribute('open') && width < 1500 * letters() ? legend.offsetWidth : 0;
}
