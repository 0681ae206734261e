import { joinStretches, type Stretch } from '../../src/coverage/fronts.js';
import type { GridTopology } from '../../src/coverage/simplify.js';
import type { Topology } from '../../src/coverage/topology.js';

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
    label < 0 ? '' : keyOf('faces' in topology ? (topology.faces[label] as number) : label);
  const stretches: Stretch[] = [];
  for (let arc = 0; arc < topology.left.length; arc++) {
    const left = keyOfLabel(topology.left[arc] as number);
    const right = keyOfLabel(topology.right[arc] as number);
    if (left === right || ((left === '' || right === '') && !options.frame)) continue;
    const vertices = Array.from(topology.vertex.subarray(topology.start[arc], topology.start[arc + 1]));
    const turned = left === '' || (right !== '' && right < left);
    if (turned) vertices.reverse();
    stretches.push(turned ? { left: right, right: left, vertices } : { left, right, vertices });
  }
  return joinStretches(stretches).map(({ left, right, vertices }) => ({
    left,
    right,
    coordinates: vertices.map((v) => [topology.x[v] as number, topology.y[v] as number]),
  }));
}
