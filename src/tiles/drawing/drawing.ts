import type { Worker } from 'node:worker_threads';
import { SalientError } from '../../errors.js';
import { startWorker } from '../../start-worker.js';
import { asShared } from '../../store/cancellation.js';
import { timesForgotten } from '../../store/memo.js';
import type { TileAddress } from '../address.js';
import type { DrawnBytes } from '../cache.js';
import type { LayerSource } from '../layer.js';
import type { Projection } from '../plate-carree.js';
import type {
  Answer,
  DrawRequest,
  ForgetRequest,
  HoldRequest,
  PackedLevel,
  PackRequest,
  SpanRequest,
  SpanStep,
} from './drawing-messages.js';
import { openSharedIndexes } from './shared-indexes.js';

/** Layers that are drawn of one geometry, known by a key: equal keys, equal tiles. */
export interface Part {
  readonly key: string;
  readonly layers: readonly string[];
  /** Web Mercator when absent. */
  readonly projection?: Projection;
  /** What they are made of; read only where nothing is kept under the key. */
  sources(): Promise<readonly LayerSource[]>;
}

/** Where simplified groups are kept, so that a restart draws at once. */
export interface KeptGroups {
  /** Of each key that is kept, the coarsest level that draws the zoom. */
  read(keys: readonly string[], zoom: number): Promise<(PackedLevel & { key: string })[]>;
  /** The number of the last purge. */
  lastPurge(): Promise<number>;
  /** @param lastPurge as it was before what is kept was read: what a later purge removed is not kept again */
  write(key: string, levels: readonly PackedLevel[], lastPurge: number): Promise<void>;
}

/** Draws tiles: small ones at once, all others off the event loop. */
export interface Drawing {
  /** The MVT bytes of a tile of some parts, one after the other; empty is length 0. */
  tile(address: TileAddress, parts: readonly Part[]): Promise<Uint8Array>;
  /** Draws a part of a tile into a span, under the days of a state. */
  intoSpan(address: TileAddress, part: Part, step: SpanStep): Promise<void>;
  /** The tile of all that was drawn into a span since, of at most `maxTileBytes`. Always to be called, once. */
  finishSpan(span: number, maxTileBytes: number): Promise<DrawnBytes>;
  /** Simplifies a part and keeps it in the store, and not in memory. */
  keep(part: Part): Promise<void>;
  /** Bytes of groups in memory after the last drawing. */
  bytes(): number;
  /** Resolves when all that was simplified so far is in the store. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts one worker thread that holds groups of layers of at most `maxBytes` together (but always those last drawn from). The
 * thread does not keep the process alive while nothing is drawn; if it dies, drawings under way reject and the next one starts
 * a new one.
 */
export function openDrawing(settings: { maxBytes: number; maxzoom?: number; kept?: KeptGroups }): Drawing {
  const { maxBytes, maxzoom = 14, kept } = settings;
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  /** Levels of detail that the worker holds, by key. */
  const held = new Map<string, Set<number>>();
  const loading = new Map<string, Promise<void>>();
  const keeping = new Set<Promise<void>>();
  const shared = openSharedIndexes();
  let worker: Worker | undefined;
  let closed = false;
  let lastId = 0;
  let heldBytes = 0;
  let since = timesForgotten();

  function running(): Worker {
    if (closed) throw new SalientError('unavailable', 'the tile worker has been closed');
    worker ??= start();
    return worker;
  }

  function start(): Worker {
    const started = startWorker(import.meta.url, 'drawing-worker', undefined);
    started.on('message', (answer: Answer) => {
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
      heldBytes = 0;
      held.clear();
      shared.forgetAll();
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    }
  }

  async function ask(request: Omit<DrawRequest, 'id'> | Omit<SpanRequest, 'id'> | Omit<PackRequest, 'id'>) {
    const to = running();
    const id = ++lastId;
    const answer = await new Promise<Answer>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      to.ref();
      to.postMessage({ ...request, id });
    });
    // Of a defect the stack is for the log: as an error of the closed set it would reach the reader.
    if ('code' in answer) {
      throw answer.code === 'internal' ? new Error(answer.message) : new SalientError(answer.code, answer.message);
    }
    return answer;
  }

  /** The group in the worker that draws a key at a zoom: the coarsest. */
  function groupOf(key: string, zoom: number): string | undefined {
    const levels = [...(held.get(key) ?? [])].filter((level) => level >= zoom);
    return levels.length > 0 ? nameOf(key, Math.min(...levels)) : undefined;
  }

  function forget(group: string): void {
    const [key, level] = group.split(' ') as [string, string];
    held.get(key)?.delete(Number(level));
    if (held.get(key)?.size === 0) held.delete(key);
    shared.forget([group]);
  }

  /** After a purge nothing is drawn from what was held before it. */
  function forgetPurged(): void {
    if (since === timesForgotten()) return;
    since = timesForgotten();
    held.clear();
    shared.forgetAll();
    worker?.postMessage({ forgetAll: true } satisfies ForgetRequest);
  }

  /** Has the worker make a group; later requests to the worker find it there. */
  function hold(key: string, level: number, made: Pick<HoldRequest, 'sources' | 'packed' | 'projection'>): void {
    if (held.get(key)?.has(level)) return;
    running().postMessage({ hold: nameOf(key, level), maxzoom: level, ...made } satisfies HoldRequest);
    held.set(key, (held.get(key) ?? new Set()).add(level));
  }

  /** Has the parts in the worker: out of the store, or made anew. A failed load fails all who wait for it; the next one tries again. */
  async function ensure(parts: readonly Part[], zoom: number): Promise<void> {
    const lacking = parts.filter(({ key }) => groupOf(key, zoom) === undefined);
    const fresh = lacking.filter(({ key }) => !loading.has(nameOf(key, zoom)));
    if (fresh.length > 0) {
      const keys = fresh.map(({ key }) => key);
      // Tiles that are requested meanwhile wait for it too.
      const found = asShared(async () => Promise.all([kept?.read(keys, zoom) ?? [], kept?.lastPurge() ?? 0]));
      for (const part of fresh) {
        const name = nameOf(part.key, zoom);
        const load = found.then(async ([levels, lastPurge]) => {
          const level = levels.find(({ key }) => key === part.key);
          if (level) return hold(part.key, level.maxzoom, { packed: level.bytes });
          const { projection } = part;
          const sources = await asShared(part.sources);
          hold(part.key, maxzoom, { sources, ...(projection && { projection }) });
          keepSoon(part.key, lastPurge);
        });
        loading.set(
          name,
          load.finally(() => loading.delete(name)),
        );
      }
    }
    await Promise.all(lacking.map(({ key }) => loading.get(nameOf(key, zoom))));
  }

  /** Packed after the drawing that needs the group has been requested: nobody waits for it. */
  function keepSoon(key: string, lastPurge: number): void {
    const keep = new Promise((later) => setImmediate(later)).then(() => keepNow(key, lastPurge, false));
    // What is not kept is made again on request.
    const settled = keep.catch(() => {}).finally(() => keeping.delete(settled));
    keeping.add(settled);
  }

  async function keepNow(key: string, lastPurge: number, isAllOfIt: boolean): Promise<void> {
    if (!kept) return;
    const group = nameOf(key, maxzoom);
    const levels: PackedLevel[] = [];
    for (let isLast = false; !isLast; ) {
      const answer = await ask({ pack: group, level: levels.length, isAllOfIt });
      if (!('packed' in answer) || answer.packed === null) return;
      levels.push(answer.packed);
      isLast = answer.isLast;
    }
    if (isAllOfIt) forget(group);
    await kept.write(key, levels, lastPurge);
  }

  async function draw(address: TileAddress, parts: readonly Part[], into?: SpanStep): Promise<Uint8Array[]> {
    const { x, y, z } = address;
    if (z > maxzoom) {
      throw new SalientError('invalid_tile', `z: ${z} is beyond the finest zoom served, ${maxzoom}`);
    }
    for (;;) {
      forgetPurged();
      await ensure(parts, z);
      const requested = parts.map(({ key, layers }) => ({ group: groupOf(key, z) ?? '', layers }));
      // Let go meanwhile.
      if (requested.some(({ group }) => group === '')) continue;
      const answer = await ask({
        address: { x, y, z },
        parts: requested.map(({ group, layers }) => ({
          group,
          layers,
          lacking: into ? [] : shared.lacking(group, z, layers),
        })),
        ...(into && { into }),
        lately: shared.drawnLately(),
        maxBytes,
      });
      if (!('drawn' in answer)) throw new SalientError('internal', 'the tile worker answered something else');
      heldBytes = answer.held;
      const bytes: Uint8Array[] = [];
      answer.drawn.forEach((one, i) => {
        const { group } = requested[i] as { group: string };
        if ('missing' in one) {
          forget(group);
        } else {
          bytes.push(one.bytes);
          if (one.indexes.length > 0) shared.keep(group, z, one.indexes);
        }
      });
      for (const group of answer.gone) forget(group);
      if (bytes.length === parts.length) return bytes;
    }
  }

  return {
    async tile(address, parts) {
      forgetPurged();
      const atOnce = parts.map(({ key, layers }) => {
        const group = closed ? undefined : groupOf(key, address.z);
        return group === undefined ? undefined : shared.draw(group, address, layers);
      });
      const open = parts.filter((_, i) => atOnce[i] === undefined);
      const drawn = open.length > 0 ? await draw(address, open) : [];
      if (parts.length === 1) return (atOnce[0] ?? drawn[0]) as Uint8Array;
      return Buffer.concat(atOnce.map((bytes) => bytes ?? (drawn.shift() as Uint8Array)));
    },
    async intoSpan(address, part, step) {
      await draw(address, [part], step);
    },
    async finishSpan(span, maxTileBytes) {
      const answer = await ask({ finish: span, maxTileBytes });
      if (!('span' in answer)) throw new SalientError('internal', 'a span was finished twice');
      return answer.span;
    },
    async keep(part) {
      const lastPurge = (await kept?.lastPurge()) ?? 0;
      hold(part.key, maxzoom, { sources: await part.sources() });
      await keepNow(part.key, lastPurge, true);
    },
    bytes: () => heldBytes,
    async settled() {
      while (keeping.size > 0) await Promise.all(keeping);
    },
    async close() {
      closed = true;
      await worker?.terminate();
      await this.settled();
    },
  };
}

/** Keys are digests, without blanks. */
const nameOf = (key: string, level: number): string => `${key} ${level}`;
