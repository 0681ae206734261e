import { getRTLTextPluginStatus, setRTLTextPlugin } from 'maplibre-gl';

/** Joins Arabic letters and orders right-to-left text on the map; a file of its own, for those who read it. */
export function showArabic(plugin: string): void {
  if (getRTLTextPluginStatus() !== 'unavailable') return;
  setRTLTextPlugin(plugin, true).catch(() => {
    // Without it names stay readable letter by letter; nothing else depends on it.
  });
}
