import type { MapLibreMap } from 'maplibre-gl';

/** First drawings of layers that took so long are enough for one frame. */
const BUDGET_MS = 12;

/**
 * Spreads the first drawing over frames. A layer that is drawn for the first time compiles its shaders, and asks how that
 * went: the page stands until the graphics process has done that and all that was requested before, half a second and more
 * without a graphics card. So a frame begins only when that process is idle, and compiles no more than fits it. Nothing is on
 * show yet. Resolves when the map is loaded and every layer is drawn; from then on the library draws as it always does.
 */
export function drawnWhole(map: MapLibreMap): Promise<void> {
  const { painter } = map;
  const { render, renderLayer } = painter;
  const { gl } = painter.context;
  /** By pass: what is opaque is drawn in another one than what is not, and a layer compiles nothing in a pass that is not its own. */
  const drawn = new Set<string>();
  let spent = 0;
  let skipped = false;
  let pending = requested(gl);
  // What is not displayed yet needs one pixel.
  gl.enable(gl.SCISSOR_TEST);
  gl.scissor(0, 0, 1, 1);
  const isBusy = () =>
    pending !== null && !gl.isContextLost() && gl.getSyncParameter(pending, gl.SYNC_STATUS) !== gl.SIGNALED;
  return new Promise((resolve) => {
    painter.render = (...given) => {
      // A layer whose tiles are not there compiles nothing yet.
      if (!map.loaded() || isBusy()) {
        map.triggerRepaint();
        return;
      }
      spent = 0;
      skipped = false;
      render.apply(painter, given);
      if (pending) gl.deleteSync(pending);
      pending = requested(gl);
      if (skipped) {
        map.triggerRepaint();
        return;
      }
      painter.render = render;
      painter.renderLayer = renderLayer;
      gl.disable(gl.SCISSOR_TEST);
      // The library tells of this frame after it, of which one pixel is drawn; the next one is whole.
      map.once('render', () => {
        map.once('render', () => resolve());
        map.triggerRepaint();
      });
    };
    painter.renderLayer = (...given) => {
      const [, , layer, , { currentPass }] = given;
      const drawing = `${currentPass} ${layer.id}`;
      const isFirst = !drawn.has(drawing);
      if (isFirst && spent > BUDGET_MS) {
        skipped = true;
        return;
      }
      const begun = performance.now();
      renderLayer.apply(painter, given);
      if (!isFirst) return;
      spent += performance.now() - begun;
      drawn.add(drawing);
    };
  });
}

/** A mark behind all that was requested of the graphics process until now. */
function requested(gl: WebGL2RenderingContext): WebGLSync | null {
  const mark = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  return mark;
}
