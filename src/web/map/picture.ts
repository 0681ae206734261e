import { h } from '../dom.js';
import type { FrontMap } from './map.js';

/** A map as it is seen now. Drawn and read in one task: what the browser has shown is cleared. */
export function pictureOfMap({ gl }: FrontMap): HTMLImageElement {
  gl.redraw();
  const { width, height } = gl.getCanvas();
  return h('img', { alt: '', src: gl.getCanvas().toDataURL('image/png'), width, height });
}
