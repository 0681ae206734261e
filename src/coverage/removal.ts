import type { ArcSet } from './arcs.js';
import { minHeap } from './heap.js';
import { type Neighbourhood, neighbourhood } from './neighbourhood.js';

/** How many vertices may go together at most. */
const LONGEST_LEAP = 6;

/**
 * Decides once, for all zooms, from which zoom on each vertex of each arc is drawn. `lowest[i]` belongs to `vertex[i]`
 * of the arcs; ends of arcs are always drawn (0).
 *
 * Vertices leave from the finest zoom to the coarsest, the least deviation first, under two rules:
 * - No vertex that ever stood between two drawn neighbours is farther than `tolerance(zoom)` from the line between them
 *   (the guarantee of Douglas and Peucker, kept by measuring all of them anew at each removal).
 * - The triangle that the line sweeps over when a vertex leaves holds no other vertex. An arrangement of lines that does not cross
 *   then never comes to cross, and no island changes sides (the rule of GEOS's coverage simplifier). What this
 *   forbids at one zoom is tried again at the next coarser one.
 *
 * `x`, `y` are Web Mercator (unit square); `tolerance(zoom)` is in the same unit.
 */
export function planRemoval(arcs: ArcSet, maxzoom: number, tolerance: (zoom: number) => number): Uint8Array {
  const { x, y, start, vertex } = arcs;
  const slots = vertex.length;
  const lowest = new Uint8Array(slots);
  const previous = new Int32Array(slots);
  const next = new Int32Array(slots);
  const slotArc = new Uint32Array(slots);
  const edgesLeft = new Uint32Array(arcs.left.length);
  /** Slot of an inner vertex, -1 for an end of arcs (which always lives), -2 once removed. */
  const slotOf = new Int32Array(x.length).fill(-1);
  const straight = new Set<number>();
  for (let a = 0; a < arcs.left.length; a++) {
    const begin = start[a];
    const end = start[a + 1];
    edgesLeft[a] = end - begin - 1;
    for (let i = begin; i < end; i++) {
      previous[i] = i === begin ? -1 : i - 1;
      next[i] = i === end - 1 ? -1 : i + 1;
      slotArc[i] = a;
      if (i > begin && i < end - 1) slotOf[vertex[i]] = i;
    }
    if (edgesLeft[a] === 1) straight.add(pairKey(vertex[begin], vertex[end - 1]));
  }

  for (let zoom = maxzoom; zoom >= 0; zoom--) thin(zoom, tolerance(zoom));
  return lowest;

  function thin(zoom: number, limit: number): void {
    const live = Uint32Array.from(liveVertices());
    const around = neighbourhood(x, y, live, (v) => slotOf[v] !== -2);
    const heap = minHeap();
    const stamp = new Float64Array(slots).fill(-1);
    const offer = (slot: number): void => {
      if (previous[slot] === -1 || next[slot] === -1) return;
      const deviation = deviationBetween(previous[slot], next[slot], limit);
      const v = vertex[slot];
      const key = deviation <= limit ? orderOf(deviation, x[v], y[v]) : Infinity;
      stamp[slot] = key;
      if (key !== Infinity) heap.push(slot, key);
    };
    for (const v of live) if (slotOf[v] >= 0) offer(slotOf[v]);
    for (let slot = heap.pop(); slot >= 0; slot = heap.pop()) {
      const v = vertex[slot];
      if (slotOf[v] !== slot || stamp[slot] !== heap.key()) continue;
      const before = previous[slot];
      const after = next[slot];
      if (!mayGo(before, after, 1) || around.isOccupied(vertex[before], v, vertex[after])) {
        continue;
      }
      slotOf[v] = -2;
      lowest[slot] = zoom + 1;
      link(before, after, 1);
      offer(before);
      offer(after);
    }
    for (let a = 0; a < arcs.left.length; a++) {
      for (let slot = start[a]; slot !== -1; slot = next[slot]) leap(slot, zoom, limit, around);
    }
  }

  /**
   * Lets several vertices after `slot` go together where none of them may go alone, as on stairs: the line from the
   * first to the last stays within the limit although those on the way do not. They leave one by one by the second rule.
   */
  function leap(slot: number, zoom: number, limit: number, around: Neighbourhood): void {
    const ahead: number[] = [];
    for (let s = next[slot]; s !== -1 && ahead.length <= LONGEST_LEAP; s = next[s]) ahead.push(s);
    for (let count = ahead.length - 1; count >= 2; count--) {
      const landing = ahead[count];
      if (deviationBetween(slot, landing, limit) > limit || !mayGo(slot, landing, count)) continue;
      const u = vertex[slot];
      let gone = 0;
      for (; gone < count; gone++) {
        const v = vertex[ahead[gone]];
        if (around.isOccupied(u, v, vertex[ahead[gone + 1]])) break;
        slotOf[v] = -2;
      }
      if (gone === count) {
        for (let i = 0; i < count; i++) lowest[ahead[i]] = zoom + 1;
        link(slot, landing, count);
        return;
      }
      for (let i = 0; i < gone; i++) slotOf[vertex[ahead[i]]] = ahead[i];
    }
  }

  function link(before: number, after: number, gone: number): void {
    next[before] = after;
    previous[after] = before;
    const arc = slotArc[before];
    edgesLeft[arc] = edgesLeft[arc] - gone;
    if (edgesLeft[arc] === 1) straight.add(pairKey(vertex[before], vertex[after]));
  }

  function* liveVertices(): Generator<number> {
    for (let v = 0; v < x.length; v++) if (slotOf[v] !== -2) yield v;
  }

  /** A ring keeps three edges, and two arcs between the same ends never become one line. */
  function mayGo(before: number, after: number, going: number): boolean {
    const arc = slotArc[before];
    const left = edgesLeft[arc] - going;
    const u = vertex[before];
    const w = vertex[after];
    if (left === 1) return u !== w && !straight.has(pairKey(u, w));
    const closed = vertex[start[arc]] === vertex[start[arc + 1] - 1];
    return left >= 3 || !closed;
  }

  /** Greatest distance of the vertices between two slots to the line between these; stops above `limit`. */
  function deviationBetween(before: number, after: number, limit: number): number {
    const ux = x[vertex[before]];
    const uy = y[vertex[before]];
    const dx = x[vertex[after]] - ux;
    const dy = y[vertex[after]] - uy;
    const squared = dx * dx + dy * dy;
    const stop = limit * limit;
    let worst = 0;
    for (let i = before + 1; i < after && worst <= stop; i++) {
      const px = x[vertex[i]] - ux;
      const py = y[vertex[i]] - uy;
      const t = squared === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / squared));
      const ex = px - t * dx;
      const ey = py - t * dy;
      worst = Math.max(worst, ex * ex + ey * ey);
    }
    return Math.sqrt(worst);
  }

  function pairKey(u: number, w: number): number {
    return Math.min(u, w) * x.length + Math.max(u, w);
  }
}

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/**
 * When a vertex leaves: by its deviation to within 3 %, then by where it is. On a regular arc (the edge of a disc) all
 * deviations are equal but for rounding, and rounding differs between versions of PostGIS: it must not decide which
 * vertices stay, or two stores with the same map would draw different tiles.
 */
function orderOf(deviation: number, x: number, y: number): number {
  single[0] = deviation;
  bits[0] = bits[0] & 0xfffc0000;
  return single[0] * (1 + (x + 0.618 * y) / 256);
}
