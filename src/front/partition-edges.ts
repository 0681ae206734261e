import { setImmediate as yielded } from 'node:timers/promises';
import { between, endsOf, facesBeside } from '../coverage/edge-sides.js';
import { type EdgeTable, openEdgeTable } from '../coverage/edge-table.js';
import { type FaceOfPartition, facesWithRoles } from './partition-faces.sql.js';

/** The faces of a revision's planar partition and every edge of them once, with the face on either side. */
export interface PartitionEdges {
  faces: readonly FaceOfPartition[];
  /** Sides are places in `faces`, from 1. Working projection, metres. */
  table: Omit<EdgeTable, 'holders'>;
}

/** The planar partition is noded to a micrometre: vertices of two faces that meet are equal in these units. */
const UNITS_PER_METRE = 1e6;

/** Bytes of faces that are walked before other work of this thread has its turn: some 20 ms. */
const AT_ONCE_BYTES = 2 << 20;

/** Reads the faces of a revision and walks their rings. */
export async function partitionEdges(...[db, revision]: Parameters<typeof facesWithRoles>): Promise<PartitionEdges> {
  const faces = await facesWithRoles(db, revision);
  const edges = openEdgeTable(
    faces.map(({ wkb }) => wkb.byteLength),
    UNITS_PER_METRE,
  );
  let walked = 0;
  for (const [index, { wkb }] of faces.entries()) {
    edges.add(wkb, 1, index + 1);
    walked += wkb.byteLength;
    if (walked < AT_ONCE_BYTES) continue;
    walked = 0;
    await yielded();
  }
  return { faces, table: edges.table() };
}

/** Who holds ground, in order. */
export const partiesOf = ({ faces }: PartitionEdges): string[] =>
  [...new Set(faces.flatMap((face) => (face.role === 'party' ? face.class : [])))].sort();

/** Inside the theatre: of a party, or contested, unknown, unassigned. */
const isInside = (face: FaceOfPartition | undefined): face is FaceOfPartition =>
  face?.role === 'party' || face?.role === 'gray';

/**
 * Calls `visit` with every edge between areas of two classes and its vertices in order (methods D.1). Left is inside the theatre; with
 * both sides inside, the class that sorts first is on the left, so that the same two sides give the same direction on every
 * date. No right side: outside the partition.
 */
export function eachClassEdge(
  { faces, table }: PartitionEdges,
  visit: (left: FaceOfPartition, right: FaceOfPartition | undefined, from: number, to: number) => void,
): void {
  for (let edge = 0; edge < table.count; edge++) {
    const [left, right] = facesBeside(table, edge).map((place) => faces[place]);
    if (left?.class === right?.class) continue;
    const [from, to] = endsOf(table, edge);
    if (isInside(left) && !(isInside(right) && right.class < left.class)) visit(left, right, from, to);
    else if (isInside(right)) visit(right, left, to, from);
  }
}

/** The edges between two classes, in their direction. */
export interface ClassLines {
  left: FaceOfPartition;
  right: FaceOfPartition | undefined;
  /** `x, y, x, y` of each edge, metres. */
  edges: Float64Array[];
}

/** The edges of each pair of classes, by their roles. */
export function classLines(partition: PartitionEdges): ClassLines[] {
  const pairs = new Map<string, ClassLines>();
  eachClassEdge(partition, (left, right, from, to) => {
    const key = JSON.stringify([left.class, left.role, right?.class, right?.role]);
    let pair = pairs.get(key);
    if (!pair) {
      pair = { left, right, edges: [] };
      pairs.set(key, pair);
    }
    pair.edges.push(Float64Array.of(...between(partition.table, from, to)));
  });
  return [...pairs.values()];
}

/** The edge of the theatre: of each of its edges the two ends. */
export function theatreEdges({ faces, table }: PartitionEdges): Float64Array[] {
  const edges: Float64Array[] = [];
  for (let edge = 0; edge < table.count; edge++) {
    const [left, right] = facesBeside(table, edge).map((place) => faces[place]);
    if (isInside(left) !== isInside(right)) edges.push(Float64Array.of(...between(table, ...endsOf(table, edge))));
  }
  return edges;
}
