import type { Problem } from '../../errors.js';
import { type Polygon, readAreaGeometry } from '../../geometry/geojson-geometry.js';
import type { Position } from '../../geometry/geojson-ring.js';
import {
  containsPoint,
  distanceToEdge,
  type IndexedArea,
  indexArea,
  overlapOf,
  selfCrossing,
  unsharedVertex,
} from '../../geometry/polygon-relations.js';
import { ProblemList, quote } from '../../model/problem-list.js';
import type { Bundle, BundleFeature } from './bundle.js';

/*
 * What geodata/README.md requires of the areas of a bundle, before a database sees it: valid areas that do not overlap, places,
 * posts and routes inside the theatre, places apart from each other, and every post and route within reach of a report.
 */

/** Degrees, about a metre: what a border drawn twice may differ by before it is an overlap. */
const DRAWN_TWICE = 1e-5;
/** Two places nearer than this, metres, are one. */
const PLACES_APART_M = 300;
/** Nearer to the edge of the theatre than this, metres, its frame acts as a wall beside a post. */
const FROM_THE_EDGE_M = 3000;
/** Metres between the points at which a route is held against `r_max_m`. */
const ROUTE_STEP_M = 500;

const METRES_A_DEGREE = 111_195;

/** Metres between two points on the sphere of mean radius: within 0.5 % of the geodesic. */
function metresBetween([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const radian = Math.PI / 180;
  const half = (degrees: number) => Math.sin((degrees * radian) / 2) ** 2;
  const h = half(lat2 - lat1) + Math.cos(lat1 * radian) * Math.cos(lat2 * radian) * half(lon2 - lon1);
  return 2 * 6_371_009 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Where a feature of theatre.geojson stands: `theatre.geojson:/features/0`. */
export type FeatureAt = (feature: BundleFeature) => string;

interface Found {
  problems: Problem[];
  warnings: Problem[];
}

/** Every breach of a MUST about ground, with file, line and place, and what earns a warning. */
export function groundProblems(bundle: Bundle, featureAt: FeatureAt): Found {
  const found: Found = { problems: [], warnings: [] };
  const report = (list: keyof Found, at: string, message: string, where?: Position) =>
    found[list].push({ code: 'invalid_geodata', at, ...(where && { where }), message });
  const areas = new Map<BundleFeature, IndexedArea>();
  for (const feature of [bundle.boundary, ...bundle.territories]) {
    if (!feature) continue;
    const area = readArea(feature, `${featureAt(feature)}/geometry`, found.problems);
    if (area) areas.set(feature, area);
  }
  bordersBetween(areas, featureAt, report);
  const theatre = areas.get(bundle.boundary);
  if (theatre) insideTheatre(bundle, theatre, report);
  routeLines(bundle, report);
  placesApart(bundle, report);
  withinReach(bundle, report);
  return found;
}

type Report = (list: keyof Found, at: string, message: string, where?: Position) => void;

const nameOf = ({ properties }: BundleFeature) =>
  properties.role === 'theatre' ? 'the theatre' : `territory ${quote(properties.id)}`;

function readArea(feature: BundleFeature, at: string, problems: Problem[]): IndexedArea | null {
  const list = new ProblemList();
  const polygons = readAreaGeometry(feature.geometry, at, list);
  problems.push(...list.all.map((problem) => ({ ...problem, code: 'invalid_geodata' })));
  if (polygons === null) return null;
  const area = indexArea(polygons as Polygon[]);
  const where = selfCrossing(area);
  if (where === null) return area;
  problems.push({
    code: 'invalid_geodata',
    at,
    where,
    message: `${nameOf(feature)} is no valid polygon: its boundary crosses or touches itself here`,
  });
  return null;
}

function bordersBetween(areas: ReadonlyMap<BundleFeature, IndexedArea>, featureAt: FeatureAt, report: Report): void {
  const all = [...areas];
  for (const [nth, [feature, area]] of all.entries()) {
    for (const [other, otherArea] of all.slice(0, nth)) {
      const at = `${featureAt(feature)}/geometry`;
      const over = overlapOf(area, otherArea, DRAWN_TWICE);
      if (over) {
        report(
          'problems',
          at,
          `${nameOf(feature)} overlaps ${nameOf(other)}: areas beside the theatre lie beside it`,
          over,
        );
        continue;
      }
      const vertex = [unsharedVertex(area, otherArea, DRAWN_TWICE), unsharedVertex(otherArea, area, DRAWN_TWICE)]
        .filter((found) => found !== null)
        .sort((a, b) => b.off - a.off)[0];
      if (!vertex) continue;
      const list = vertex.off > 0 ? 'problems' : 'warnings';
      const off = vertex.off > 0 ? `, ${(vertex.off * METRES_A_DEGREE).toFixed(2)} m off it` : '';
      const message = `the common edge of ${nameOf(feature)} and ${nameOf(other)} has the same vertices in both: this one is in one of them only${off}`;
      report(list, at, message, vertex.at);
    }
  }
}

function insideTheatre(bundle: Bundle, theatre: IndexedArea, report: Report): void {
  for (const { line, lon, lat, id } of bundle.places) {
    if (!containsPoint(theatre, [lon, lat])) {
      report('problems', `places.csv:${line}`, `place ${quote(id)} lies outside the theatre`, [lon, lat]);
    }
  }
  for (const { line, lon, lat, operator, number } of bundle.posts) {
    const [at, post, where] = [`posts.csv:${line}`, `post ${operator}/${number}`, [lon, lat] as Position];
    if (!containsPoint(theatre, where)) report('problems', at, `${post} lies outside the theatre`, where);
    else {
      // A degree of longitude is shorter than one of latitude, so this margin in degrees is on the safe side.
      const margin = FROM_THE_EDGE_M / METRES_A_DEGREE / Math.cos((lat * Math.PI) / 180);
      const toEdge = distanceToEdge(stretched(theatre, lat), onPlane(where, lat), margin * METRES_A_DEGREE);
      if (toEdge < FROM_THE_EDGE_M) {
        const message = `${post} is ${Math.round(toEdge)} m from the edge of the theatre, which acts like a wall: 3 km or more are better`;
        report('warnings', at, message, where);
      }
    }
  }
  for (const [index, { geometry, properties }] of bundle.routes.entries()) {
    for (const [nth, where] of lineOf(geometry).entries()) {
      if (containsPoint(theatre, where)) continue;
      const at = `routes.geojson:/features/${index}/geometry/coordinates/${nth}`;
      report('problems', at, `route ${quote(properties.id)} leaves the theatre`, where);
    }
  }
}

const onPlane = ([lon, lat]: Position, at: number): Position => [
  lon * METRES_A_DEGREE * Math.cos((at * Math.PI) / 180),
  lat * METRES_A_DEGREE,
];

/** The area in metres of a plane that is true along one parallel. */
function stretched({ edges }: IndexedArea, lat: number): IndexedArea {
  const rings = new Map<number, Position[]>();
  for (const { a, b, ring } of edges) {
    const positions = rings.get(ring);
    if (positions) positions.push(onPlane(b, lat));
    else rings.set(ring, [onPlane(a, lat), onPlane(b, lat)]);
  }
  return indexArea([[...rings.values()]]);
}

function placesApart({ places }: Bundle, report: Report): void {
  const ordered = [...places].sort((a, b) => a.lat - b.lat);
  for (const [nth, place] of ordered.entries()) {
    for (const other of ordered.slice(nth + 1)) {
      if ((other.lat - place.lat) * METRES_A_DEGREE > PLACES_APART_M) break;
      const apart = metresBetween([place.lon, place.lat], [other.lon, other.lat]);
      if (apart >= PLACES_APART_M) continue;
      const [first, second] = place.line < other.line ? [place, other] : [other, place];
      const message = `${quote(second.id)} is ${Math.round(apart)} m from ${quote(first.id)} (line ${first.line}): two places are ${PLACES_APART_M} m or more apart`;
      report('problems', `places.csv:${second.line}`, message, [second.lon, second.lat]);
    }
  }
}

/** Ground farther than `r_max_m` from every place is unknown: no post and no stretch of a route may lie there. */
function withinReach({ series, places, posts, routes }: Bundle, report: Report): void {
  const spots = places.map(({ lon, lat }): Position => [lon, lat]);
  if (spots.length === 0) return;
  const reach = (where: Position) => Math.min(...spots.map((spot) => metresBetween(spot, where)));
  for (const { id, r_max_m } of series) {
    if (!(r_max_m > 0)) continue;
    const beyond = (at: string, what: string, where: Position) => {
      const metres = reach(where);
      if (metres <= r_max_m * 1.005) return false;
      const message = `${what} is ${(metres / 1000).toFixed(1)} km from the nearest place, and series ${quote(id)} knows nothing beyond ${r_max_m / 1000} km (r_max_m)`;
      report('problems', at, message, where);
      return true;
    };
    for (const { line, lon, lat, operator, number } of posts) {
      beyond(`posts.csv:${line}`, `post ${operator}/${number}`, [lon, lat]);
    }
    for (const [index, { geometry, properties }] of routes.entries()) {
      // One stretch that is too far is reported once, where it begins.
      pointsAlong(lineOf(geometry)).find((where) =>
        beyond(`routes.geojson:/features/${index}/geometry`, `route ${quote(properties.id)}`, where),
      );
    }
  }
}

function lineOf({ type, coordinates }: BundleFeature['geometry']): Position[] {
  return type === 'LineString' && Array.isArray(coordinates) ? coordinates.filter(isPosition) : [];
}

const within = (value: unknown, most: number) => typeof value === 'number' && Math.abs(value) <= most;
const isPosition = (at: unknown): at is Position => Array.isArray(at) && within(at[0], 180) && within(at[1], 90);

/** A route is one line of two positions or more, lon, lat. */
function routeLines({ routes }: Bundle, report: Report): void {
  for (const [index, { geometry }] of routes.entries()) {
    if (geometry.type !== 'LineString') continue;
    const at = `routes.geojson:/features/${index}/geometry/coordinates`;
    const given = Array.isArray(geometry.coordinates) ? geometry.coordinates : [];
    const wrong = given.findIndex((position) => !isPosition(position));
    if (wrong >= 0) report('problems', `${at}/${wrong}`, 'a position is [lon, lat] in degrees');
    else if (new Set(given.map(String)).size < 2) report('problems', at, 'a line has two positions or more');
  }
}

function pointsAlong(line: readonly Position[]): Position[] {
  return line.flatMap((to, nth) => {
    const from = line[nth - 1];
    if (!from) return [to];
    const steps = Math.max(1, Math.ceil(metresBetween(from, to) / ROUTE_STEP_M));
    return Array.from({ length: steps }, (_, step): Position => {
      const share = (step + 1) / steps;
      return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    });
  });
}
