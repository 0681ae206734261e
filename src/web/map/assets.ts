import type { Boot } from '../api.js';
import { h } from '../dom.js';

/* What the map needs besides its own code, all of it requested at once: else one file would wait for the other. */

type Assets = Boot['assets'];

/** The world's outlines: at hand, or to be asked for when the first tiles are drawn. */
export interface OwnBasemap {
  own: GeoJSON.FeatureCollection | null;
  /** The outlines, or their address where they did not load: then the map requests them again, and reports failures. */
  late(): Promise<GeoJSON.FeatureCollection | string>;
  waters: string;
}

/** A map without coasts for a moment is better than none: over a slow line they come after it. */
const OUTLINES_MS = 150;

let outlines: Promise<GeoJSON.FeatureCollection | string> | null = null;
let dressed: Promise<void> | null = null;

/** Starts loading the map's code, its worker and its styles. Resolves when the styles are there. */
export function loadAhead(assets: Assets): Promise<void> {
  dressed ??= new Promise((resolve) => {
    // A link cannot preload a worker; a fetched file is immutable under its hash.
    void fetch(assets.worker).catch(() => {});
    const style = h('link', {
      rel: 'stylesheet',
      href: assets.mapStyle,
      onload: () => resolve(),
      onerror: () => resolve(),
    });
    document.head.append(...assets.map.map((href) => h('link', { rel: 'modulepreload', href })), style);
  });
  return dressed;
}

/** The code of the map took so long to come, milliseconds, that outlines requested now would keep the line from the first tiles. */
const SLOW_LINE_MS = 2000;

/** The outlines that ship with the page, fetched once, after the code of the map; over a slow line only when they are asked for. */
export async function ownBasemap({ basemap, waters, map }: Assets): Promise<OwnBasemap> {
  const late = () => {
    outlines ??= fetchOutlines(basemap);
    return outlines;
  };
  if (outlines === null && cameSlowly(map)) return { own: null, late, waters };
  const soon = await Promise.race([late(), new Promise<null>((resolve) => setTimeout(resolve, OUTLINES_MS, null))]);
  return { own: typeof soon === 'string' ? null : soon, late, waters };
}

function cameSlowly(files: readonly string[]): boolean {
  const came = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  return came.some(
    ({ name, requestStart, responseEnd }) =>
      responseEnd - requestStart > SLOW_LINE_MS && files.some((file) => name.endsWith(file)),
  );
}

async function fetchOutlines(address: string): Promise<GeoJSON.FeatureCollection | string> {
  try {
    return (await (await fetch(address)).json()) as GeoJSON.FeatureCollection;
  } catch {
    outlines = null;
    return address;
  }
}
