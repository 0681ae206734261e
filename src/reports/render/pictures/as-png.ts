import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../../start-worker.js';

/** An idle thread ends after this long: it holds the renderer and six faces. */
const IDLE_MS = 30_000;

interface Waiting {
  resolve(png: Uint8Array): void;
  reject(error: Error): void;
}

/** The thread that draws, with the drawings it owes. */
interface Drawing {
  worker: Worker;
  waiting: Map<number, Waiting>;
  idle: NodeJS.Timeout | null;
}

let drawing: Drawing | null = null;
let last = 0;

/**
 * An SVG as PNG, twice as many points wide as the drawing: sharp in print. No font of the machine is used. Drawn by a thread of its
 * own, one after the other.
 * @param background a colour; null: transparent
 * @throws Error when it cannot be drawn, or the thread ends
 */
export function asPng(svg: string, background: string | null = '#ffffff'): Promise<Uint8Array> {
  drawing ??= begin();
  const { worker, waiting } = drawing;
  if (drawing.idle) clearTimeout(drawing.idle);
  drawing.idle = null;
  const id = ++last;
  worker.ref();
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, svg, background });
  });
}

function begin(): Drawing {
  const made: Drawing = { worker: startWorker(import.meta.url, 'png-worker', null), waiting: new Map(), idle: null };
  made.worker.on('message', ({ id, png, error }: { id: number; png?: Uint8Array; error?: string }) => {
    const of = made.waiting.get(id);
    made.waiting.delete(id);
    if (png) of?.resolve(png);
    else of?.reject(new Error(error));
    if (made.waiting.size > 0) return;
    // Whoever waits for nothing more may end: an idle thread holds no process.
    made.worker.unref();
    made.idle = setTimeout(() => end(made, new Error('the thread that draws was idle')), IDLE_MS).unref();
  });
  made.worker.on('error', (error) => end(made, error));
  made.worker.on('exit', () => end(made, new Error('the thread that draws has ended')));
  return made;
}

function end(made: Drawing, why: Error): void {
  if (drawing === made) drawing = null;
  for (const { reject } of made.waiting.values()) reject(why);
  made.waiting.clear();
  void made.worker.terminate();
}
