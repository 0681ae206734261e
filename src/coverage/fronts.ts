import type { GridTopology } from './simplify.js';
import type { Topology } from './topology.js';

/** A line between two sides, named by direction of travel on a map with north up. */
export interface FrontLine {
  left: string;
  right: string;
  /** Positions `[x, y]`: degrees (lon, lat) of a `Topology`, grid units of a `GridTopology`. */
  coordinates: number[][];
}

export interface FrontOptions {
  /** Also return the outer frame, with '' as the key of the outside. */
  frame?: boolean;
}

/**
 * The lines between members whose keys differ, joined wherever exactly two stretches of the same two sides meet.
 * Each line runs so that the key that sorts first is on its left: on every date the same two sides give the same
 * direction. Against the outside, the member is on the left.
 */
export function fronts(
  topology: Topology | GridTopology,
  keyOf: (memberIndex: number) => string,
  options: FrontOptions = {},
): FrontLine[] {
  const keyOfLabel = (label: number): string =>
    label < 0 ? '' : keyOf('faces' in topology ? topology.faces[label] : label);
  const stretches: Stretch[] = [];
  for (let arc = 0; arc < topology.left.length; arc++) {
    const left = keyOfLabel(topology.left[arc]);
    const right = keyOfLabel(topology.right[arc]);
    if (left === right || ((left === '' || right === '') && !options.frame)) continue;
    const vertices = Array.from(topology.vertex.subarray(topology.start[arc], topology.start[arc + 1]));
    const turned = left === '' || (right !== '' && right < left);
    if (turned) vertices.reverse();
    stretches.push(turned ? { left: right, right: left, vertices } : { left, right, vertices });
  }
  return joinStretches(stretches).map(({ left, right, vertices }) => ({
    left,
    right,
    coordinates: vertices.map((v) => [topology.x[v], topology.y[v]]),
  }));
}

/** A directed line of vertex numbers between two sides. */
export interface Stretch {
  left: string;
  right: string;
  vertices: number[];
}

/** Joins stretches end to start where exactly one of a pair of sides arrives and exactly one leaves. */
export function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const arriving = new Map<string, Stretch[]>();
  const leaving = new Map<string, Stretch[]>();
  for (const stretch of stretches) {
    push(leaving, placeOf(stretch, stretch.vertices[0]), stretch);
    push(arriving, placeOf(stretch, stretch.vertices.at(-1)), stretch);
  }
  const following = (stretch: Stretch): Stretch | undefined => {
    const place = placeOf(stretch, stretch.vertices.at(-1));
    const out = leaving.get(place) ?? [];
    return out.length === 1 && arriving.get(place)?.length === 1 ? out[0] : undefined;
  };
  const continued = new Set(stretches.map(following));
  const used = new Set<Stretch>();
  const lines: Stretch[] = [];
  // First the lines that begin somewhere, then those that close on themselves.
  for (const first of [...stretches.filter((s) => !continued.has(s)), ...stretches]) {
    if (used.has(first)) continue;
    const vertices = [...first.vertices];
    used.add(first);
    for (let s = following(first); s && !used.has(s); s = following(s)) {
      used.add(s);
      for (let i = 1; i < s.vertices.length; i++) vertices.push(s.vertices[i]);
    }
    lines.push({ left: first.left, right: first.right, vertices });
  }
  return lines;
}

function placeOf(stretch: Stretch, vertex: number | undefined): string {
  return `${vertex} ${JSON.stringify([stretch.left, stretch.right])}`;
}

function push(map: Map<string, Stretch[]>, place: string, stretch: Stretch): void {
  const known = map.get(place);
  if (known) known.push(stretch);
  else map.set(place, [stretch]);
}
