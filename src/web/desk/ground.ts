import type { ExpressionSpecification, GeoJSONSource } from 'maplibre-gl';
import type { Api, Boot, Ground, Series } from '../api.js';
import { byId } from '../dom.js';
import { ownBasemap } from '../map/assets.js';
import { createMap, type FrontMap } from '../map/map.js';
import { NOBODY } from '../map/palette.js';
import { boundsIn } from '../map/view.js';
import type { Day } from '../text/calendar.js';
import { t } from '../text/language.js';
import { creditsOf } from '../text/words.js';
import { currentPalette } from '../theme.js';
import type { Ring } from './stretch.js';
import { d } from './text/language.js';

/** An area of a map as `/control` and a proposal's map give it. */
export type Area = GeoJSON.Feature<GeoJSON.Polygon | GeoJSON.MultiPolygon, { party: string | null; status: string }>;
type View = 'before' | 'after' | 'difference';

/** The map of a day as it is, as a proposal would make it, and what the proposal says. */
export interface GroundMap {
  readonly map: FrontMap;
  readonly day: () => Day;
  readonly areas: () => readonly Area[];
  /** Every ring of every area of the day. */
  rings(): Ring[];
  /** Shows the map of another day, or of the same one anew. */
  show(day: Day): Promise<void>;
  /** A proposal to look at, with the polygons that it is about where it is an edit; null: none. */
  compare(proposed: { after: readonly Area[]; drawn: [number, number][][][] } | null): void;
}

export async function openGround(api: Api, boot: Boot, series: Series, first: Day): Promise<GroundMap> {
  let day = first;
  let areas: Area[] = [];
  const dates = await api.dates(series.id);
  const json = await api.tiles(series.id, first);
  const map = await createMap({
    container: byId('map'),
    assets: boot.assets,
    parties: series.parties,
    palette: currentPalette(),
    tiles: json.tiles[0] ?? '',
    reach: { minzoom: json.minzoom, maxzoom: json.maxzoom, bounds: json.bounds },
    theatre: dates.theatre ?? null,
    opensOn: boundsIn(json.extent),
    view: null,
    attribution: creditsOf([series]),
    title: t.map,
    basemap: boot.basemap ? { style: boot.basemap } : await ownBasemap(boot.assets),
    padding: { top: 60, right: 56, bottom: 60, left: 40 },
    calm: true,
    cooperative: false,
    controls: true,
    onSelect: () => {},
    onMove: () => {},
    onError: () => {},
  });
  const colours = series.parties.flatMap(({ id, colour }) => [id, colour]);
  const colour = colours.length > 0 ? ['match', ['coalesce', ['get', 'party'], ''], ...colours, NOBODY] : NOBODY;
  const held: ExpressionSpecification = ['match', ['get', 'status'], 'controlled', 0.6, 'claimed', 0.3, 0.2];
  map.gl.addSource('proposed', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  const above = 'differences';
  map.gl.addLayer(
    {
      ...{ id: 'proposed', type: 'fill', source: 'proposed', layout: { visibility: 'none' } },
      paint: { 'fill-color': colour as ExpressionSpecification, 'fill-opacity': held },
    },
    above,
  );
  map.gl.addLayer(
    {
      id: 'proposed-edge',
      type: 'line',
      source: 'proposed',
      layout: { visibility: 'none' },
      paint: { 'line-width': 2, 'line-color': currentPalette().ink, 'line-dasharray': [2, 1] },
    },
    above,
  );

  const views = byId('views');
  let drawn: GeoJSON.Feature[] = [];
  function view(chosen: View): void {
    const after = chosen === 'after';
    for (const { id, ...layer } of map.gl.getStyle().layers) {
      const dated = 'source' in layer && String(layer.source).startsWith('dated-');
      if (dated) map.gl.setLayoutProperty(id, 'visibility', after ? 'none' : 'visible');
      // Of a whole map the difference is where its borders would run, over the ground as it is.
      const borders = id === 'proposed-edge' && chosen === 'difference' && drawn.length === 0;
      if (id.startsWith('proposed')) map.gl.setLayoutProperty(id, 'visibility', after || borders ? 'visible' : 'none');
    }
    map.put('differences', chosen === 'difference' ? drawn : []);
    for (const button of views.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.dataset.view === chosen));
    }
  }
  for (const name of ['before', 'after', 'difference'] as const) {
    const button = document.createElement('button');
    button.className = 'plain';
    button.type = 'button';
    button.dataset.view = name;
    button.textContent = d.view[name];
    button.addEventListener('click', () => view(name));
    views.append(button);
  }

  async function show(next: Day): Promise<void> {
    api.forget();
    day = next;
    const [tiles, control] = await Promise.all([api.tiles(series.id, next), api.areas(series.id, next)]);
    areas = control.features as unknown as Area[];
    const loaded = await map.load(tiles.tiles[0] ?? '');
    if (loaded) map.flip();
  }
  await show(first);
  return {
    map,
    day: () => day,
    areas: () => areas,
    rings: () => areas.flatMap(({ geometry }) => polygonsOf(geometry).flat()),
    show,
    compare(proposed) {
      views.hidden = proposed === null;
      const after = proposed?.after ?? [];
      map.gl.getSource<GeoJSONSource>('proposed')?.setData({ type: 'FeatureCollection', features: [...after] });
      const polygons = proposed?.drawn ?? [];
      drawn =
        polygons.length === 0
          ? []
          : [{ type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates: polygons } }];
      view(proposed === null ? 'before' : drawn.length > 0 ? 'difference' : 'after');
    },
  };
}

export function polygonsOf(geometry: Ground | GeoJSON.Polygon | GeoJSON.MultiPolygon): Ring[][] {
  return (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as Ring[][];
}
