import type { Boot } from './api.js';
import { byId } from './dom.js';

/** What the service wrote into the page; its files' names become addresses. */
export function readBoot(): Boot {
  const boot = JSON.parse(byId('boot').textContent ?? '{}') as Boot;
  const { worker, basemap, waters, rtl, map, mapStyle } = boot.assets;
  const address = (name: string) => new URL(name, import.meta.url).href;
  const assets = {
    worker: address(worker),
    basemap: address(basemap),
    waters: address(waters),
    rtl: address(rtl),
    map: map.map(address),
    mapStyle: address(mapStyle),
  };
  return { ...boot, assets };
}
