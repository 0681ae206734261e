import { createRequire } from 'node:module';
import { Geodesic } from 'geographiclib-geodesic';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { expect, it } from 'vitest';
import { countryNamed } from '../../../src/maps/theatre/country.js';
import { namedBoundary } from '../../../src/maps/theatre/theatre-boundary.js';
import { onEachDatabase } from '../../setup/databases.js';

type Rings = [number, number][][];
type Countries = Topology<{ countries: GeometryCollection<{ name: string }> }>;

/** Square kilometres of polygons on the ellipsoid: there the short way between two longitudes is the one that is meant. */
function geodesicKm2(polygons: Rings[]): number {
  const ringM2 = (ring: [number, number][]) => {
    const walk = Geodesic.WGS84.Polygon(false);
    for (const [lon, lat] of ring.slice(0, -1)) walk.AddPoint(lat, lon);
    return Math.abs(walk.Compute(false, true).area ?? 0);
  };
  const km2 = ([shell = [], ...holes]: Rings) => ringM2(shell) - holes.reduce((sum, hole) => sum + ringM2(hole), 0);
  return polygons.reduce((sum, rings) => sum + km2(rings), 0) / 1e6;
}

it.each([
  ['Burma', 'Myanmar'],
  ['DR Congo', 'Dem. Rep. Congo'],
  ['Ivory Coast', "Côte d'Ivoire"],
  ['Czech Republic', 'Czechia'],
  ['Turkey', 'Turkey'],
  ['USA', 'United States of America'],
  ['UK', 'United Kingdom'],
  ['Republic of the Sudan', 'Sudan'],
  ['South Sudan', 'S. Sudan'],
])('%s is a name of %s', (called, name) => {
  expect(countryNamed(called)?.name).toBe(name);
});

onEachDatabase('the boundary of a country by its name', (db) => {
  it('has the area of the country on the ellipsoid, also across 180° and round a pole', async () => {
    const topology = createRequire(import.meta.url)('world-atlas/countries-10m.json') as Countries;
    const drawn = topology.objects.countries.geometries.flatMap((geometry) => {
      const one = feature(topology, geometry);
      const name = (geometry.properties as { name: string }).name;
      if (one.type !== 'Feature' || (one.geometry?.type !== 'Polygon' && one.geometry?.type !== 'MultiPolygon'))
        return [];
      const { type, coordinates } = one.geometry;
      const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as Rings[];
      const vertices = polygons.flat(2);
      const at180 = vertices.length < 10_000 && vertices.some(([lon]) => Math.abs(lon) > 179.9);
      return [{ name, at180, km2: geodesicKm2(polygons) }];
    });
    expect(drawn.length).toBeGreaterThan(250);
    const wrong: unknown[] = [];
    // The embedded engine takes minutes for all: there the small ones at 180° (Fiji) are enough.
    const measured = (await db()).engine === 'embedded' ? drawn.filter(({ at180 }) => at180) : drawn;
    expect(measured.length).toBeGreaterThanOrEqual(1);
    for (const { name, km2 } of measured) {
      const { boundary } = await (await db()).transaction((tx) => namedBoundary(tx, name, 'no id'));
      const outside = boundary.coordinates.flat(2).filter(([lon]) => Math.abs(lon) > 180);
      const [row] = await (await db()).query<{ km2: number }>(
        'select st_area(st_segmentize(st_setsrid(st_geomfromgeojson($1::text), 4326), 0.5)::geography) / 1e6 as km2',
        [JSON.stringify(boundary)],
      );
      const stored = row?.km2 ?? 0;
      if (outside.length > 0 || Math.abs(stored - km2) > 0.002 * km2) wrong.push([name, stored, km2]);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
