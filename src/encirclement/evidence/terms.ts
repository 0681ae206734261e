import type { Sector } from '../../geometry/bearing-sectors.js';
import type { Policy } from '../verdict.js';
import type { RoadReport } from './roads.js';

/*
 * The evidence beside a verdict (methods D4), as it is returned: metres and km² of the working plane, unrounded; points
 * in CRS84; bearings in degrees clockwise from true north.
 */

export type LonLat = readonly [lon: number, lat: number];

/** A point located by the nearest place: `distance_m` from it at a true bearing. */
export interface Located {
  position: LonLat;
  near: { place: string; name: string; distance_m: number; bearing: number | null } | null;
}

interface NeckEvidence extends Located {
  /** Of the segment drawn; the width of record is the margin of the verdict. */
  width_m: number;
  segment: [LonLat, LonLat];
  /** One end lies on the edge of the map: the corridor may be wider. */
  at_edge: boolean;
}

interface ClosureEvidence {
  closure_m: number;
  at_least: boolean;
  /** Ways out; null when none is narrow enough to be distinguished from open ground. */
  corridors: number | null;
  segments: { segment: [LonLat, LonLat]; metres: number }[];
}

/** The way back under one policy. */
export interface Corridor {
  neck: NeckEvidence | null;
  closure: ClosureEvidence;
}

/** `strict` unless the post is connected only over contested or unknown ground. */
interface CorridorEvidence extends Corridor {
  policy: Policy;
}

/** What a policy gives of the way back: a corridor, or the pocket, or (engulfed) neither. */
export interface MaskEvidence {
  corridor: Corridor | null;
  pocket: PocketEvidence | null;
}

export interface PocketEvidence {
  area_km2: number;
  perimeter_m: number;
  /** Share of the outer edge by class of what lies beyond; sums to 1. */
  ring: Record<string, number>;
  places: { place: string; name: string }[];
}

/** Ground that the map leaves in no area between a post's ground and the rest of its side, narrower than the map is sure of. */
export interface SeamEvidence extends Located {
  /** Of all pieces of it, twice their area by their perimeter. */
  width_m: number;
  area_km2: number;
  pieces: number;
}

/** What is doubtful about an answer, each with a sentence. */
export interface Doubt {
  code: 'no_anchor' | 'contradicted_ground' | 'position_uncertain' | 'not_triangulated' | 'one_route_known' | 'seam';
  message: string;
}

export interface Evidence {
  operator: string;
  number: number;
  /** Of the post, metres: within it ground counts as around the post. */
  perimeter_m: number;
  radius_m: number;
  d_hostile_m: number | null;
  d_main_m: number | null;
  /** Class of the ground of the main body nearest to the post. */
  main_class: string | null;
  open_share: number;
  reach_share: number;
  open_sectors: Sector[];
  largest_open_sector: Sector | null;
  /** Null when cut off under both policies, or the ground could not be triangulated (see `doubts`). */
  corridor: CorridorEvidence | null;
  /** Null unless the post stands in ground of its side that is cut off (strict policy). */
  pocket: PocketEvidence | null;
  /** Counting contested and unknown ground too, where that gives another corridor, pocket or ring; else null. */
  lenient: MaskEvidence | null;
  road: RoadReport;
  /** Null unless only a seam of the map cuts the post off under the strict policy. */
  seam: SeamEvidence | null;
  doubts: Doubt[];
}

/** What a post's answer rests on that may not hold. Areas in m², distances in metres. */
export function doubtsAbout(of: {
  anchored: boolean;
  contradicted_m2: number;
  /** To hostile ground and to the main body; 0 and null are no border. */
  borders_m: readonly (number | null)[];
  perimeter_m: number;
  triangulated: boolean;
  routes: readonly string[];
  seam?: SeamEvidence | null;
}): Doubt[] {
  const found: Doubt[] = [];
  const doubt = (code: Doubt['code'], message: string) => found.push({ code, message });
  if (!of.anchored) {
    doubt('no_anchor', 'no anchor is declared: the largest piece of friendly ground is taken for the rear');
  }
  if (of.contradicted_m2 > 0.01) {
    const km2 = (of.contradicted_m2 / 1e6).toPrecision(3);
    doubt(
      'contradicted_ground',
      `the map gives ${km2} km² to both sides: strict figures give it to the hostile side, lenient ones to the friendly`,
    );
  }
  if (of.borders_m.some((metres) => metres !== null && metres > 0 && metres < of.perimeter_m)) {
    doubt(
      'position_uncertain',
      `a border of the ground lies within the ${of.perimeter_m} m that count as around the post`,
    );
  }
  if (!of.triangulated) doubt('not_triangulated', 'the ground could not be triangulated: no neck is located');
  if (of.routes.length === 1) doubt('one_route_known', `only ${of.routes[0]} is known: other roads may exist`);
  if (of.seam) doubt('seam', seamInWords(of.seam));
  return found;
}

/** What cuts a post off where it is only a seam, and which option of the import closes that. */
export function seamInWords({ width_m, area_km2 }: SeamEvidence): string {
  const wide = Number(width_m.toFixed(width_m < 10 ? 1 : 0));
  return `only a seam cuts it off: ${Number(area_km2.toPrecision(2))} km² on average ${wide} m wide, which the map leaves in no area between its ground and its rear (gaps=fill of the import closes it)`;
}
