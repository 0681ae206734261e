import type { StripEdge } from '../coverage/strip-mesh.js';
import { eachClassEdge, type PartitionEdges } from './partition-edges.js';
import type { FaceOfPartition } from './partition-faces.sql.js';

/** Contested, unknown or unassigned area that lies between two parties or more, with its outline. */
export interface StripOutline {
  strip: number;
  /** Of the whole strip, whichever parties it lies between. */
  area_m2: number;
  contested_m2: number;
  /** The parties on its edge, in order. */
  parties: string[];
  /** Each edge with the strip on its left: metres; the party by its place in the list, −1 for none. */
  edges: StripEdge[];
}

interface Outline {
  faces: FaceOfPartition[];
  west: number;
  south: number;
  edges: { party: string | null; from: number; to: number }[];
}

/** The strips of a revision that lie between parties (methods D.2), from the west; those beside one party alone have no mid-line. */
export function stripOutlines(partition: PartitionEdges): StripOutline[] {
  const { x, y } = partition.table;
  const strips = grayStripsOf(partition);
  eachClassEdge(partition, (left, right, from, to) => {
    const partyOf = (face: FaceOfPartition | undefined) => (face?.role === 'party' ? face.class : null);
    if (left.role === right?.role) return;
    strips.get(left)?.edges.push({ party: partyOf(right), from, to });
    if (right) strips.get(right)?.edges.push({ party: partyOf(left), from: to, to: from });
  });
  const ordered = [...new Set(strips.values())].sort((a, b) => a.west - b.west || a.south - b.south);
  return ordered.flatMap(({ faces, edges }, index) => {
    const parties = [...new Set(edges.flatMap(({ party }) => party ?? []))].sort();
    if (parties.length < 2) return [];
    const area = (of: readonly FaceOfPartition[]) => of.reduce((sum, { area_m2 }) => sum + area_m2, 0);
    return {
      strip: index + 1,
      area_m2: area(faces),
      contested_m2: area(faces.filter((face) => face.class === 'contested')),
      parties,
      edges: edges.map(({ party, from, to }): StripEdge => {
        const [ax, ay, bx, by] = [x[from], y[from], x[to], y[to]] as [number, number, number, number];
        return { ax, ay, bx, by, party: party === null ? -1 : parties.indexOf(party) };
      }),
    };
  });
}

/** Gray faces that share an edge are one strip. */
function grayStripsOf({
  faces,
  table: { count, tail, head, sides, x, y },
}: PartitionEdges): Map<FaceOfPartition, Outline> {
  const isGray = (place: number) => faces[place - 1]?.role === 'gray';
  /** Place of a face of the same strip; of one of them its own. */
  const joined = Int32Array.from({ length: faces.length + 1 }, (_, place) => place);
  const first = (place: number): number => {
    let at = place;
    for (; joined[at] !== at; at = joined[at] as number) joined[at] = joined[joined[at] as number] as number;
    return at;
  };
  for (let edge = 0; edge < count; edge++) {
    const [a, b] = [sides[4 * edge] as number, sides[4 * edge + 1] as number];
    if (!isGray(a) || !isGray(b)) continue;
    const [one, other] = [first(a), first(b)];
    joined[Math.max(one, other)] = Math.min(one, other);
  }
  const outlines = new Map<number, Outline>();
  const strips = new Map<FaceOfPartition, Outline>();
  for (const [index, face] of faces.entries()) {
    if (face.role !== 'gray') continue;
    const place = first(index + 1);
    const outline = outlines.get(place) ?? { faces: [], west: Infinity, south: Infinity, edges: [] };
    outlines.set(place, outline);
    outline.faces.push(face);
    strips.set(face, outline);
  }
  for (let edge = 0; edge < count; edge++) {
    for (const side of [sides[4 * edge], sides[4 * edge + 1]] as number[]) {
      const outline = isGray(side) ? outlines.get(first(side)) : undefined;
      if (!outline) continue;
      for (const vertex of [tail[edge], head[edge]] as number[]) {
        outline.west = Math.min(outline.west, x[vertex] as number);
        outline.south = Math.min(outline.south, y[vertex] as number);
      }
    }
  }
  return strips;
}
