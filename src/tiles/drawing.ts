import type { Worker } from 'node:worker_threads';
import { type ErrorCode, SalientError } from '../errors.js';
import { startWorker } from '../start-worker.js';
import type { TileAddress } from './address.js';
import type { DrawnBytes } from './cache.js';
import type { TileIndex } from './cut/tile-index.js';
import type { LayerSource } from './layer.js';
import { openSharedIndexes } from './shared-indexes.js';

/** A drawing asked of the worker; with `sources` it first builds the pyramid of the state. */
export interface PyramidRequest {
  id: number;
  state: string;
  address: TileAddress;
  layers: readonly string[];
  maxBytes: number;
  maxzoom: number;
  sources?: readonly LayerSource[];
  /** Layers whose sheets for the tile's zoom are to be sent along. */
  lacking: readonly string[];
  /** States that were drawn from without the worker, the last one last. */
  lately: readonly string[];
  /** The tile is not encoded, but put into the tile of a span, for the days `from` to `to`. */
  into?: SpanStep;
}

/** A state's place in a tile of many: the span under its number, and the day numbers of the state in it, half-open. */
export interface SpanStep {
  span: number;
  from: number;
  to: number;
}

/** Asks for the tile of a span, and that it be forgotten. */
export interface SpanRequest {
  id: number;
  finish: number;
  maxTileBytes: number;
}

export type PyramidAnswer =
  | {
      id: number;
      bytes: Uint8Array<ArrayBuffer>;
      held: number;
      omitted: number;
      sheets?: readonly (readonly [layer: string, sheet: TileIndex])[];
      /** States that the worker has let go: what was lent of them keeps their memory. */
      gone?: readonly string[];
    }
  | { id: number; missing: true }
  | { id: number; code: ErrorCode; message: string };

type Asking = Omit<PyramidRequest, 'id' | 'maxBytes' | 'maxzoom'> | Omit<SpanRequest, 'id'>;

/** Draws tiles: small ones at once, all others off the event loop. */
export interface Pyramids {
  /**
   * The MVT bytes of a tile of a state; empty is length 0. `load` is called only if the pyramid of the state is not in
   * memory, once for all drawings that wait for it. Rejects with what `load` rejects with, or a `SalientError`.
   */
  draw(
    stateId: string,
    load: () => Promise<readonly LayerSource[]>,
    address: TileAddress,
    layers: readonly string[],
    into?: SpanStep,
  ): Promise<Uint8Array>;
  /** The tile of all that was drawn into a span since, of at most `maxTileBytes`. Always to be called, once. */
  finishSpan(span: number, maxTileBytes: number): Promise<DrawnBytes>;
  /** Bytes of pyramids in memory after the last drawing. */
  bytes(): number;
  close(): Promise<void>;
}

/**
 * Starts one worker thread that holds pyramids of at most `maxBytes` together (but always the one last drawn from).
 * The thread does not keep the process alive while nothing is drawn; if it dies, drawings under way reject and the next one starts a new one.
 */
export function openPyramids({ maxBytes, maxzoom = 14 }: { maxBytes: number; maxzoom?: number }): Pyramids {
  const waiting = new Map<number, { resolve(answer: PyramidAnswer): void; reject(error: Error): void }>();
  const loading = new Map<string, Promise<unknown>>();
  let worker: Worker | undefined;
  let closed = false;
  let lastId = 0;
  let held = 0;
  const lent = openSharedIndexes();

  function ask(request: Asking): Promise<PyramidAnswer> {
    if (closed) return Promise.reject(new SalientError('unavailable', 'the tile worker has been closed'));
    worker ??= start();
    const id = ++lastId;
    const running = worker;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      running.ref();
      running.postMessage({ ...request, id, maxBytes, maxzoom } satisfies PyramidRequest | SpanRequest);
    });
  }

  function start(): Worker {
    const started = startWorker(import.meta.url, 'drawing-worker', undefined);
    started.on('message', (answer: PyramidAnswer) => {
      waiting.get(answer.id)?.resolve(answer);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', (error) => fail(new SalientError('internal', 'the tile worker failed', [], { cause: error })));
    started.on('exit', () => fail(new SalientError('unavailable', 'the tile worker has stopped')));
    return started;

    function fail(error: SalientError): void {
      if (worker !== started) return;
      worker = undefined;
      held = 0;
      lent.forgetAll();
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    }
  }

  function bytesOf(answer: PyramidAnswer): Uint8Array | undefined {
    if ('code' in answer) throw new SalientError(answer.code, answer.message);
    if ('missing' in answer) return undefined;
    held = answer.held;
    return answer.bytes;
  }

  async function drawn(asking: Omit<PyramidRequest, 'id' | 'maxBytes' | 'maxzoom' | 'lacking' | 'lately'>) {
    const { state, address, layers, into } = asking;
    const lacking = into ? [] : lent.lacking(state, address.z, layers);
    const answer = await ask({ ...asking, lacking, lately: lent.drawnLately() });
    const bytes = bytesOf(answer);
    if ('bytes' in answer) {
      if (answer.sheets) lent.keep(state, address.z, answer.sheets);
      if (answer.gone) lent.forget(answer.gone);
    }
    return bytes;
  }

  return {
    async draw(state, load, address, layers, into) {
      const asking = { state, address, layers, ...(into && { into }) };
      for (;;) {
        const small = into || closed ? undefined : lent.draw(state, address, layers);
        if (small) return small;
        const bytes = await drawn(asking);
        if (bytes) return bytes;
        const underWay = loading.get(state);
        if (underWay) {
          // A failed load fails all who waited for it; the next request tries again.
          await underWay;
          continue;
        }
        const built = load().then((sources) => drawn({ ...asking, sources }));
        loading.set(state, built);
        const first = await built.finally(() => loading.delete(state));
        if (first) return first;
      }
    },
    async finishSpan(span, maxTileBytes) {
      const answer = await ask({ finish: span, maxTileBytes });
      const bytes = bytesOf(answer);
      if (!bytes || !('omitted' in answer)) throw new SalientError('internal', 'a span was finished twice');
      return { bytes, omitted: answer.omitted };
    },
    bytes: () => held,
    async close() {
      closed = true;
      await worker?.terminate();
    },
  };
}
