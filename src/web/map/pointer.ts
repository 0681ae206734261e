import type { MapLibreMap } from 'maplibre-gl';
import type { Selection, View } from '../state.js';
import type { Buffer } from './dated-layers.js';

/** Pixels around the pointer in which a mark counts as met: a fingertip is larger than an arrow. */
const NEAR = matchMedia('(pointer: coarse)').matches ? 14 : 6;

interface Listener {
  onSelect(selection: Selection | null, at: [number, number]): void;
  onMove(view: View): void;
}

/** Reports what was selected on the map, what the pointer is over, and where the map was moved to. */
export function listen(map: MapLibreMap, { onSelect, onMove }: Listener, shown: () => Buffer): void {
  const under = ({ x, y }: { x: number; y: number }) => {
    const box: [[number, number], [number, number]] = [
      [x - NEAR, y - NEAR],
      [x + NEAR, y + NEAR],
    ];
    const layers = [`post-${shown()}`, 'events', `place-${shown()}`, 'place-names', 'town-names', 'village-names'];
    const found = map.queryRenderedFeatures(box, { layers });
    return layers.map((id) => found.find(({ layer }) => layer.id === id)).find((feature) => feature !== undefined);
  };
  map.on('click', ({ point: at, lngLat }) => {
    const where: [number, number] = [lngLat.lng, lngLat.lat];
    const feature = under(at);
    if (!feature) onSelect(null, where);
    else if (feature.layer.id === 'events') {
      const kind = feature.properties.opens === 'place' ? 'place' : 'event';
      onSelect({ kind, id: String(feature.properties.id) }, where);
    } else if (feature.layer.id.startsWith('post-')) {
      onSelect({ kind: 'post', id: `${feature.properties.operator}/${feature.properties.number}` }, where);
    } else onSelect({ kind: 'place', id: String(feature.properties.id) }, where);
  });
  map.on('mousemove', ({ point: at }) => {
    const feature = under(at);
    const canvas = map.getCanvas();
    canvas.style.cursor = feature ? 'pointer' : '';
    canvas.title = feature ? String(feature.properties.name ?? '') : '';
  });
  const view = (): View => {
    const { lng, lat } = map.getCenter();
    return { zoom: map.getZoom(), lat, lon: lng };
  };
  let former = view();
  map.on('moveend', (event) => {
    const now = view();
    const same = (['zoom', 'lat', 'lon'] as const).every((part) => Math.abs(now[part] - former[part]) < 1e-9);
    former = now;
    // A map of another size, or framed by the page, was moved by nobody.
    if (!same && !('unasked' in event)) onMove(now);
  });
}
