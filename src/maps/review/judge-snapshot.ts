import { type Problem, SalientError } from '../../errors.js';
import { pointer } from '../../model/problem-list.js';
import { readable, readableDegrees } from '../../model/readable.js';
import type { Overlaps } from '../repair/overlaps.sql.js';
import { type MapRules, NO_RULES } from '../repair/rules.js';

/** `[west, south, east, north]` in degrees, CRS84. */
export type Bounds = [west: number, south: number, east: number, north: number];

/** What PostGIS measured about one staged snapshot; all areas in km² on the ellipsoid. */
export interface SnapshotMeasures {
  /** `at` is the feature's JSON pointer; `reason` and `where` come from `ST_IsValidDetail`. */
  areas: {
    at: string;
    valid: boolean;
    reason: string | null;
    where: [number, number] | null;
    area_km2: number;
    outside_km2: number;
    outside_pieces: number;
  }[];
  /** What areas share, pair by pair, and what of it is noise of writing. */
  overlaps: Overlaps;
  bounds: Bounds;
  theatre_bounds: Bounds;
  /** Ground of the theatre that is in no area; 0 where it is less than the rounding of a sum of areas. */
  gap_km2: number;
  theatre_km2: number;
  /** Ground of the areas that is outside the theatre, and in how many pieces. */
  outside_km2: number;
  outside_pieces: number;
  total_km2: number;
  /** Of it the ground of the theatre that nobody drew, and that the series gives a holder (rest). */
  rest_km2: number;
}

/** `reject`: never stored. `notes` are for the importer of an accepted snapshot, whose step `judgeStep` looks at. */
export interface Judgement {
  verdict: 'accept' | 'reject';
  problems: Problem[];
  notes: string[];
}

export const SNAPSHOT_POLICY = {
  // km²: a square metre. An area with less inside the theatre has nothing there.
  nothing_km2: 1e-6,
  // Of the snapshot. An edge digitised by another hand strays by a few per cent; more is another place.
  outside_tolerance_share: 0.05,
  // Of the theatre. Below it a gap is rounding, and not worth a note.
  gap_note_share: 1e-6,
};

/** By which rules what areas share was to be settled. */
type Settling = Pick<MapRules, 'overlaps' | 'overlapWidthM'>;

/**
 * Judges a measured snapshot by itself. Every reason to reject is listed, each with its pointer and, where PostGIS gave
 * one, its place. Throws `internal` on a measure that is not a number: every
 * comparison with NaN is false, so it would pass.
 */
export function judgeSnapshot(measures: SnapshotMeasures, rules: Settling = NO_RULES): Judgement {
  const invalid = invalidAreas(measures);
  // Measures of invalid polygons mean nothing: PostGIS counts a bow-tie's lobes against each other.
  if (invalid.length === 0) assertFinite(measures);
  const problems = invalid.length > 0 ? invalid : [...overlaps(measures, rules), ...outside(measures)];
  if (problems.length > 0) return { verdict: 'reject', problems, notes: [] };
  const notes = [...outsideNotes(measures), ...noiseNotes(measures), ...gapNotes(measures)];
  return { verdict: 'accept', problems: [], notes };
}

/** Do the bounds lie in the theatre only after longitude and latitude are exchanged? */
export function looksSwapped(bounds: Bounds, theatreBounds: Bounds): boolean {
  const [west, south, east, north] = bounds;
  return shareInside([south, west, north, east], theatreBounds) > shareInside(bounds, theatreBounds) + 0.5;
}

/** From 0 to 1. Bounds of no extent count as a point. */
function shareInside(inner: Bounds, outer: Bounds): number {
  const along = (from: number, to: number, low: number, high: number): number => {
    if (to <= from) return from >= low && from <= high ? 1 : 0;
    return Math.max(0, Math.min(to, high) - Math.max(from, low)) / (to - from);
  };
  return along(inner[0], inner[2], outer[0], outer[2]) * along(inner[1], inner[3], outer[1], outer[3]);
}

function assertFinite(m: SnapshotMeasures): void {
  const { areas, overlaps: pairs, bounds, theatre_bounds, ...rest } = m;
  const numbers = [...bounds, ...theatre_bounds, ...pairs.wide.map((pair) => pair.km2), pairs.noise.km2];
  numbers.push(...Object.values(rest));
  for (const area of areas) if (area.valid) numbers.push(area.area_km2, area.outside_km2);
  if (areas.length > 0 && numbers.every(Number.isFinite)) return;
  throw new SalientError('internal', 'a snapshot was measured incompletely: a measure is missing or not a number');
}

function problem(code: string, at: string, message: string, where: [number, number] | null = null): Problem {
  return where === null ? { code, at, message } : { code, at, where, message };
}

function invalidAreas(m: SnapshotMeasures): Problem[] {
  const invalid = m.areas.filter((area) => !area.valid);
  return invalid.map(({ at, reason, where }) => {
    const place = where === null ? '' : ` at ${readableDegrees(where)}`;
    const message = `not a valid polygon: ${reason ?? 'for no stated reason'}${place}; repair (--repair) makes it valid by its structure and tells what that changes in km²`;
    return problem('invalid_polygon', geometryOf(at), message, where);
  });
}

/** Ground of one class that overlaps itself is no contradiction: it was settled before. */
function overlaps(m: SnapshotMeasures, rules: Settling): Problem[] {
  const settled = whatSettles(rules);
  return m.overlaps.wide
    .filter((pair) => !pair.same_class)
    .map(({ a, b, b_name, km2, width_m, where }) => {
      const width = width_m < 100 ? `, on average ${readable(width_m)} m wide` : '';
      const message = `shares ${readable(km2)} km² with ${b_name ? `${b} (${b_name})` : b || 'itself'}${width}: a place has one class on one date; ${settled}`;
      return problem('overlap', geometryOf(a), message, where);
    });
}

/** A rule that was given settles overlaps of every width but those that another option excepts, and then none of the map. */
function whatSettles({ overlaps: rule, overlapWidthM: width }: Settling): string {
  return rule === 'refuse' || width === null
    ? 'overlaps (--overlaps priority, contested or last) settles it'
    : `--overlaps ${rule} settles no overlap of a map that has one somewhere wider than ${width} m (overlap-width): a larger --overlap-width, or none, lets it`;
}

function outside(m: SnapshotMeasures): Problem[] {
  const theatre = `the theatre (${readableDegrees(m.theatre_bounds)})`;
  const tolerance = SNAPSHOT_POLICY.nothing_km2;
  const drawn = m.total_km2 - m.rest_km2;
  if (drawn <= tolerance) {
    const message = `its areas (${readableDegrees(m.bounds)}) hold ${readable(drawn * 1e6)} m² in all, and no map is so small: are its numbers in another unit or system (--crs)`;
    return [problem('no_ground', '', message)];
  }
  if (drawn - m.outside_km2 <= tolerance) {
    const swapped = looksSwapped(m.bounds, m.theatre_bounds);
    const hint = swapped
      ? 'longitude and latitude look swapped, --swap-axes reads a file that has the latitude first'
      : '--crs says what other system the numbers are in; ground elsewhere needs a series of its own (--create --theatre), or a larger theatre (salient theatre enlarge)';
    return [
      problem('outside_theatre', '', `nothing of it (${readableDegrees(m.bounds)}) is inside ${theatre}: ${hint}`),
    ];
  }
  const strays = m.areas.filter((area) => area.area_km2 > tolerance && area.area_km2 - area.outside_km2 <= tolerance);
  const problems = strays.map(({ at, area_km2 }) => {
    return problem(
      'outside_theatre',
      geometryOf(at),
      `all of its ${readable(area_km2)} km² is outside ${theatre}, where nothing is said; outside=clip (--outside clip) leaves it out, and so does ignore.farther_than_km of a mapping`,
    );
  });
  if (m.outside_km2 > SNAPSHOT_POLICY.outside_tolerance_share * drawn) {
    const message = `${readable(m.outside_km2)} of ${readable(drawn)} km² is outside ${theatre}: outside=clip (--outside clip) cuts it off, salient theatre enlarge gives the series a larger theatre`;
    problems.push(problem('outside_theatre', '', message));
  }
  return problems;
}

/** Figures are of the theatre; whoever reads the map itself finds more. */
function outsideNotes({ outside_km2: km2, outside_pieces: pieces }: SnapshotMeasures): string[] {
  if (km2 <= SNAPSHOT_POLICY.nothing_km2) return [];
  return [
    `${readable(km2)} km² in ${pieces} ${pieces === 1 ? 'piece lies' : 'pieces lie'} outside the theatre: kept on the map, counted in no figure`,
  ];
}

function noiseNotes({ overlaps: { noise } }: SnapshotMeasures): string[] {
  if (noise.km2 * 1e6 < 1) return [];
  const pieces = `${noise.pieces} ${noise.pieces === 1 ? 'overlap is' : 'overlaps are'}`;
  return [
    `${pieces} thinner than the noding grid (1e-7 degrees, about 1 cm): ${readable(noise.km2 * 1e6)} m² in all, each given to one of the two areas`,
  ];
}

function gapNotes(m: SnapshotMeasures): string[] {
  if (m.gap_km2 <= SNAPSHOT_POLICY.gap_note_share * m.theatre_km2) return [];
  return [
    `${readable(m.gap_km2)} of ${readable(m.theatre_km2)} km² of the theatre is in no area: it counts as unassigned`,
  ];
}

/** A bare geometry is its own document; whoever stages a single Feature names it by `''` as well. */
function geometryOf(at: string): string {
  return at === '' ? '' : pointer(at, 'geometry');
}
