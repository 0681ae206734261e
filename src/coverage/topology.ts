import { type ArcSet, chainEdges, emptyEdges } from './arcs.js';
import { groupRings, type Path, traceRings } from './rings.js';
import { vertexPool } from './vertices.js';

/** One member of a coverage: polygons in degrees (CRS84: lon, lat), neighbours sharing every vertex exactly. */
export interface CoverageMember {
  id: number;
  /** GeoJSON MultiPolygon coordinates: parts, each an outer ring and its holes. Winding and closing do not matter. */
  polygons: number[][][][];
}

/** A member as the topology knows it. */
interface TopologyMember {
  readonly id: number;
  /** What `dissolve` merged by; the id as text where nothing was dissolved. */
  readonly key: string;
}

/** A coverage as shared arcs in degrees (lon, lat). Arc labels are faces: one connected part of one member each. */
export interface Topology extends ArcSet {
  readonly members: readonly TopologyMember[];
  /** Face → index into `members`. */
  readonly faces: Int32Array;
}

/**
 * Turns polygons into shared arcs. Every vertex and every shared stretch of border is stored once; arcs end where three
 * or more members (the outside counts) meet. Plain numbers, so the result can cross to a worker.
 *
 * Members that do not share vertices where they touch, or that overlap, are kept as they are: each keeps its own border.
 */
export function buildTopology(members: readonly CoverageMember[]): Topology {
  const rings: { ring: number[][]; face: number; hole: boolean }[] = [];
  const faces: number[] = [];
  let positions = 0;
  members.forEach((member, index) => {
    for (const polygon of member.polygons) {
      const face = faces.push(index) - 1;
      polygon.forEach((ring, i) => {
        rings.push({ ring, face, hole: i > 0 });
        positions += ring.length;
      });
    }
  });
  const pool = vertexPool(positions);
  const edges = emptyEdges(positions);
  for (const { ring, face, hole } of rings) {
    const vertices = ring.map(([lon, lat]) => pool.add(lon, lat));
    if (isCounterClockwise(ring) === hole) vertices.reverse();
    for (let i = 0; i < vertices.length; i++) {
      const from = vertices[i];
      const to = vertices[(i + 1) % vertices.length];
      if (from === to) continue;
      edges.from[edges.count] = from;
      edges.to[edges.count] = to;
      edges.left[edges.count] = face;
      edges.right[edges.count] = -1;
      edges.count++;
    }
  }
  const { x, y } = pool.positions();
  return {
    ...chainEdges(x, y, edges),
    members: members.map(({ id }) => ({ id, key: String(id) })),
    faces: Int32Array.from(faces),
  };
}

/**
 * Merges the members whose keys are equal, dropping the arcs between them. The new members stand in the order in which
 * their keys first occur, their id is that position. Parts that touch only in a point stay separate faces.
 */
export function dissolve(topology: Topology, keyOf: (memberIndex: number) => string): Topology {
  const memberOfKey = new Map<string, number>();
  const newMember = topology.members.map((_, index) => {
    const key = keyOf(index);
    const known = memberOfKey.get(key) ?? memberOfKey.size;
    memberOfKey.set(key, known);
    return known;
  });
  const memberOfFace = (face: number): number => newMember[topology.faces[face]];

  const parent = Int32Array.from(topology.faces, (_, face) => face);
  const root = (face: number): number => {
    let top = face;
    while (parent[top] !== top) top = parent[top];
    parent[face] = top;
    return top;
  };
  topology.left.forEach((left, arc) => {
    const right = topology.right[arc];
    if (left >= 0 && right >= 0 && memberOfFace(left) === memberOfFace(right)) parent[root(right)] = root(left);
  });

  const newFace = new Map<number, number>();
  const faces: number[] = [];
  const relabel = Int32Array.from(topology.faces, (_, face) => {
    const top = root(face);
    const known = newFace.get(top) ?? faces.push(memberOfFace(face)) - 1;
    newFace.set(top, known);
    return known;
  });
  const edges = emptyEdges(topology.vertex.length);
  topology.left.forEach((left, arc) => {
    const right = topology.right[arc];
    const l = left < 0 ? -1 : relabel[left];
    const r = right < 0 ? -1 : relabel[right];
    if (l === r) return;
    for (let i = topology.start[arc]; i < topology.start[arc + 1] - 1; i++) {
      edges.from[edges.count] = topology.vertex[i];
      edges.to[edges.count] = topology.vertex[i + 1];
      edges.left[edges.count] = l;
      edges.right[edges.count] = r;
      edges.count++;
    }
  });
  return {
    ...chainEdges(topology.x, topology.y, edges),
    members: [...memberOfKey.keys()].map((key, id) => ({ id, key })),
    faces: Int32Array.from(faces),
  };
}

/** The member as GeoJSON MultiPolygon coordinates (degrees, lon, lat; outer rings counter-clockwise, rings closed). */
export function polygonsOf(topology: Topology, memberIndex: number): number[][][][] {
  const isMember = (face: number): boolean => face >= 0 && topology.faces[face] === memberIndex;
  const paths: Path[] = [];
  topology.left.forEach((left, arc) => {
    const onLeft = isMember(left);
    const onRight = isMember(topology.right[arc]);
    if (onLeft === onRight) return;
    const vertices = Array.from(topology.vertex.subarray(topology.start[arc], topology.start[arc + 1]));
    if (onRight) vertices.reverse();
    paths.push({
      start: vertices[0],
      end: vertices[vertices.length - 1],
      points: vertices.flatMap((v) => [topology.x[v], topology.y[v]]),
    });
  });
  return groupRings(traceRings(paths, 1), 1).map((polygon) =>
    polygon.map((flat) => {
      const ring: number[][] = [];
      for (let i = 0; i < flat.length; i += 2) ring.push([flat[i], flat[i + 1]]);
      ring.push([flat[0], flat[1]]);
      return ring;
    }),
  );
}

function isCounterClockwise(ring: readonly number[][]): boolean {
  const [x0 = 0, y0 = 0] = ring[0] ?? [];
  let doubled = 0;
  for (let i = 0; i < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
    doubled += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  }
  return doubled > 0;
}
