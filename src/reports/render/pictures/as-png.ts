import { openIdleThread } from '../../../idle-thread.js';
import { startWorker } from '../../../start-worker.js';

export interface Drawing {
  svg: string;
  background: string | null;
}

/** Idle, it would hold the renderer and six faces. */
const thread = openIdleThread<Drawing, Uint8Array>(() => startWorker(import.meta.url, 'png-worker', null));

/**
 * An SVG as PNG, twice as many points wide as the drawing: sharp in print. No font of the machine is used. Drawn by a thread of its
 * own, one after the other.
 * @param background a colour; null: transparent
 * @throws Error when it cannot be drawn, or the thread ends
 */
export function asPng(svg: string, background: string | null = '#ffffff'): Promise<Uint8Array> {
  return thread.ask({ svg, background });
}
