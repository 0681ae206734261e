/** Whether the browser supports WebGL 2: enough to decide whether to request tiles. */
export const mayHaveWebGl = (): boolean => 'WebGL2RenderingContext' in window;

/** Opens a context, and has one program compiled: the first of all takes longest. */
const PROBE = `
const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
if (gl) {
  const program = gl.createProgram();
  for (const [kind, main] of [['VERTEX', 'gl_Position = vec4(0.0);'], ['FRAGMENT', 'gl_FragColor = vec4(0.0);']]) {
    const shader = gl.createShader(gl[kind + '_SHADER']);
    gl.shaderSource(shader, 'precision mediump float; void main() { ' + main + ' }');
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.drawArrays(gl.POINTS, 0, 1);
  gl.finish();
}
postMessage(gl !== null);`;
/** A worker that says nothing for so long is not waited for. */
const PATIENCE_MS = 5000;

let probed: Promise<boolean> | null = null;

/**
 * Whether the browser gives a context, too; a worker may be given one where the page then is not. The first one starts the graphics process, which takes a quarter of a second:
 * a worker waits for it, not the page.
 */
export function hasWebGl(): Promise<boolean> {
  probed ??= mayHaveWebGl() ? probe() : Promise.resolve(false);
  return probed;
}

function probe(): Promise<boolean> {
  if (!('OffscreenCanvas' in window)) return Promise.resolve(opensHere());
  const address = URL.createObjectURL(new Blob([PROBE], { type: 'text/javascript' }));
  const worker = new Worker(address);
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(opensHere()), PATIENCE_MS);
    worker.onmessage = ({ data }) => {
      clearTimeout(timer);
      // What a worker may not have the page may.
      resolve(data === true || opensHere());
    };
    worker.onerror = () => {
      clearTimeout(timer);
      resolve(opensHere());
    };
  }).finally(() => {
    worker.terminate();
    URL.revokeObjectURL(address);
  });
}

function opensHere(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}
