import { createRequire } from 'node:module';
import type { MultiLineString, MultiPolygon, Position } from 'geojson';
import { merge, mesh } from 'topojson-client';
import { presimplify } from 'topojson-simplify';
import type {
  GeometryCollection,
  MultiPolygon as MergedShape,
  Polygon as Shape,
  Topology,
} from 'topojson-specification';

/** West, south, east, north: degrees. */
export type Box = readonly [number, number, number, number];

/** The outlines of the world: land and borders, in full detail in and around a box, coarse far from it (CRS84). */
export interface Outlines {
  land: MultiPolygon;
  borders: MultiLineString;
}

type Countries = Topology<{ countries: GeometryCollection }>;

/** Degrees around the box, and the area in square degrees of the triangle below which a vertex there is left out. */
const DETAIL = [
  { within: 0, least: 0 },
  { within: 2, least: 0.0008 },
  { within: 8, least: 0.006 },
  { within: Number.POSITIVE_INFINITY, least: 0.06 },
] as const;
/** Square degrees below which an island is left out far from the box. */
const SMALLEST_ISLAND = 0.15;
const NEAR = 2;

/**
 * Natural Earth 1:10m (npm world-atlas, public domain) as a theatre needs it: some 200 KB instead of 3.7 MB. Arcs are
 * simplified before areas are made of them, so that neighbours stay neighbours.
 */
export function outlinesAround(box: Box): Outlines {
  const whole = createRequire(import.meta.url)('world-atlas/countries-10m.json') as Countries;
  const weighed = presimplify(whole as Parameters<typeof presimplify>[0]) as unknown as Countries;
  const arcs = weighed.arcs.map((arc) =>
    arc
      .filter((vertex, nth) => nth === 0 || nth === arc.length - 1 || weightOf(vertex) >= leastAt(vertex, box))
      .map(([lon = 0, lat = 0]) => [lon, lat]),
  );
  const world: Countries = { ...weighed, arcs, transform: undefined as never };
  const { geometries } = world.objects.countries;
  const land = merge(world, geometries as (Shape | MergedShape)[]).coordinates.flatMap((rings) => {
    const [outer = []] = rings;
    if (!isNear(outer[0] ?? [0, 0], box, NEAR) && areaOf(outer) < SMALLEST_ISLAND) return [];
    const kept = rings.map((ring) => rounded(ring, box)).filter((ring) => ring.length > 3);
    return kept.length > 0 ? [kept] : [];
  });
  const borders = mesh(world, world.objects.countries, (one, other) => one !== other)
    .coordinates.map((line) => rounded(line, box))
    .filter((line) => line.length > 1);
  return {
    land: { type: 'MultiPolygon', coordinates: land },
    borders: { type: 'MultiLineString', coordinates: borders },
  };
}

/** What `presimplify` notes of a vertex: the area of the triangle that goes with it. */
const weightOf = ([, , weight = Number.POSITIVE_INFINITY]: readonly number[]): number => weight;

const isNear = ([lon = 0, lat = 0]: readonly number[], [west, south, east, north]: Box, by: number): boolean =>
  lon >= west - by && lon <= east + by && lat >= south - by && lat <= north + by;

const leastAt = (vertex: readonly number[], box: Box): number =>
  DETAIL.find(({ within }) => isNear(vertex, box, within))?.least ?? 0;

/** Rounded to what is seen (10 m near, 1 km far), without vertices that then repeat the one before them. */
function rounded(line: readonly Position[], box: Box): Position[] {
  const kept = line.map((position) =>
    position.map((value) => Number(value.toFixed(isNear(position, box, NEAR) ? 4 : 2))),
  );
  return kept.filter(([lon, lat], nth) => nth === 0 || lon !== kept[nth - 1]?.[0] || lat !== kept[nth - 1]?.[1]);
}

/** Square degrees. */
function areaOf(ring: readonly Position[]): number {
  const twice = ring.reduce((sum, [x = 0, y = 0], nth) => {
    const [a = 0, b = 0] = ring[(nth + 1) % ring.length] ?? [];
    return sum + x * b - a * y;
  }, 0);
  return Math.abs(twice) / 2;
}
