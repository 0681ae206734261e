import { boundaryRings, ringCoordinates } from '../coverage/boundary-rings.js';
import { disjointSets } from '../coverage/disjoint-sets.js';
import { endsOf, facesBeside } from '../coverage/edge-sides.js';
import { ringsToWkb } from '../geometry/wkb.js';
import { grouped } from '../model/grouped.js';
import type { PartitionEdges } from './partition-edges.js';

/** Whose ground counts as a party's own, and the territories abroad that are open to it. */
export interface PartySides {
  party: string;
  /** Itself, its allies, and who shares a side with it. */
  held: string[];
  open: string[];
}

/** Connected ground of a party, its allies' and what is open to it abroad. */
export interface Body {
  /** Numbers of its faces. */
  faces: number[];
  /** Whether what lies outside the partition is part of it. */
  outside: boolean;
  area_m2: number;
  /** Whether some of it is held by the party itself. */
  own: boolean;
  /** At the edge of the theatre, beyond which nothing is known, or in open ground abroad. */
  reaches: boolean;
  rim: Rim;
}

/** The boundary of a body: of each edge its two vertices, with the body on the left, and the place of the face beyond; −1 for none. */
interface Rim {
  tail: Int32Array;
  head: Int32Array;
  beyond: Int32Array;
}

/** The place of no face. */
const OUTSIDE = -1;

/** Ground smaller than this is rounding, m². */
const CRUMB_M2 = 0.01;

/**
 * What a party's ground falls into: faces that share an edge are one body, those that meet at a point are not. The largest first.
 * @param beyond whether what lies outside the partition counts as its ground
 */
export function partyBodies(
  { faces, table }: PartitionEdges,
  { party, held, open }: PartySides,
  beyond = false,
): Body[] {
  const [holders, abroad] = [new Set(held), new Set(open)];
  const member = Uint8Array.from(faces, (face) => {
    if (face.territory !== null) return abroad.has(face.territory) ? 2 : 0;
    return face.role === 'party' && holders.has(face.class) ? 1 : 0;
  });
  const isMember = (place: number) => (place === OUTSIDE ? beyond : member[place] !== 0);
  /** A place for each face, and the last for what lies outside. */
  const joined = disjointSets(faces.length + 1);
  const numberOf = (place: number) => (place === OUTSIDE ? faces.length : place);
  const first = (place: number) => joined.first(numberOf(place));
  const crossed: number[] = [];
  for (let edge = 0; edge < table.count; edge++) {
    const [left, right] = facesBeside(table, edge);
    if (isMember(left) && isMember(right)) joined.join(numberOf(left), numberOf(right));
    else if (isMember(left) || isMember(right)) crossed.push(edge);
  }
  const rims = grouped(crossed, (edge) => {
    const [left, right] = facesBeside(table, edge);
    return first(isMember(left) ? left : right);
  });
  const bodies = new Map<number, Body>();
  if (beyond) bodyAt(first(OUTSIDE)).outside = true;
  for (const [place, face] of faces.entries()) {
    if (!isMember(place)) continue;
    const at = first(place);
    const body = bodyAt(at);
    body.faces.push(face.no);
    body.area_m2 += face.area_m2;
    body.own ||= face.class === party && member[place] === 1;
    body.reaches ||= member[place] === 2;
  }
  for (const body of bodies.values()) body.reaches ||= body.outside || body.rim.beyond.includes(OUTSIDE);
  return [...bodies.values()]
    .filter((body) => body.outside || body.area_m2 > CRUMB_M2)
    .sort((a, b) => b.area_m2 - a.area_m2);

  function bodyAt(at: number): Body {
    const rim = bodies.get(at)?.rim ?? rimOf(rims.get(at) ?? []);
    const body = bodies.get(at) ?? { faces: [], outside: false, area_m2: 0, own: false, reaches: false, rim };
    bodies.set(at, body);
    return body;
  }

  function rimOf(edges: readonly number[]): Rim {
    const rim = {
      tail: new Int32Array(edges.length),
      head: new Int32Array(edges.length),
      beyond: new Int32Array(edges.length),
    };
    for (const [index, edge] of edges.entries()) {
      const [left, right] = facesBeside(table, edge);
      const [tail, head] = endsOf(table, edge);
      [rim.tail[index], rim.head[index], rim.beyond[index]] = isMember(left) ? [tail, head, right] : [head, tail, left];
    }
    return rim;
  }
}

/** Those that are cut off hold ground of the party and are not among its main bodies: where none reaches, that is the largest. */
export function cutOff(bodies: readonly Body[]): { main: Body[]; pockets: Body[] } {
  const reaching = bodies.filter(({ reaches }) => reaches);
  const main = reaching.length > 0 ? reaching : bodies.slice(0, 1);
  return { main, pockets: bodies.filter((body) => body.own && !main.includes(body)) };
}

/** A box as `west, south, east, north`. */
export type Box = readonly [number, number, number, number];

/** Well-known binary of a body as a polygon; one that has what lies outside is bounded by `box`. */
export function bodyPolygon({ table: { x, y } }: PartitionEdges, { rim, outside }: Body, box: Box): Uint8Array {
  const rings = boundaryRings(rim, x, y).sort((a, b) => Number(b.outer) - Number(a.outer));
  const [west, south, east, north] = box;
  const shell = Float64Array.of(west, south, east, south, east, north, west, north, west, south);
  return ringsToWkb([...(outside ? [shell] : []), ...rings.map((ring) => ringCoordinates(ring, rim.tail, x, y))]);
}
