import { disjointSets } from '../coverage/disjoint-sets.js';
import { between, endsOf, facesBeside } from '../coverage/edge-sides.js';
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
        const [ax, ay, bx, by] = between(partition.table, from, to);
        return { ax, ay, bx, by, party: party === null ? -1 : parties.indexOf(party) };
      }),
    };
  });
}

/** Gray faces that share an edge are one strip. */
function grayStripsOf({ faces, table }: PartitionEdges): Map<FaceOfPartition, Outline> {
  const isGray = (place: number) => faces[place]?.role === 'gray';
  const joined = disjointSets(faces.length);
  for (let edge = 0; edge < table.count; edge++) {
    const [left, right] = facesBeside(table, edge);
    if (isGray(left) && isGray(right)) joined.join(left, right);
  }
  const outlines = new Map<number, Outline>();
  const strips = new Map<FaceOfPartition, Outline>();
  for (const [place, face] of faces.entries()) {
    if (face.role !== 'gray') continue;
    const first = joined.first(place);
    const outline = outlines.get(first) ?? { faces: [], west: Infinity, south: Infinity, edges: [] };
    outlines.set(first, outline);
    outline.faces.push(face);
    strips.set(face, outline);
  }
  for (let edge = 0; edge < table.count; edge++) {
    for (const place of facesBeside(table, edge)) {
      const outline = isGray(place) ? outlines.get(joined.first(place)) : undefined;
      if (!outline) continue;
      const [ax, ay, bx, by] = between(table, ...endsOf(table, edge));
      outline.west = Math.min(outline.west, ax, bx);
      outline.south = Math.min(outline.south, ay, by);
    }
  }
  return strips;
}
