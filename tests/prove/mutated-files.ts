import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { box } from '../setup/good-input.js';
import { csv, flatGeobuf, geoJson, geoPackage, kml, shapefile, zip } from '../setup/map-files.js';

const AREAS = [{ properties: { party: 'a', name: 'A' }, polygons: [[box(36, 35, 37, 36)]] as Polygon[] }];
const encode = (text: string) => new TextEncoder().encode(text);
const stored = (name: string) => readFileSync(join(import.meta.dirname, '../maps/cases', name));

/** A good file of every format. */
export const FILES: Record<string, Uint8Array> = {
  GeoJSON: encode(JSON.stringify(geoJson(AREAS))),
  KML: encode(kml(AREAS)),
  KMZ: zip({ 'doc.kml': kml(AREAS) }),
  Shapefile: zip(shapefile(AREAS)),
  'Shapefile with an index': stored('33c-shp-gap-zeros.zip'),
  GeoPackage: geoPackage(AREAS),
  FlatGeobuf: flatGeobuf(AREAS),
  CSV: encode(csv(AREAS)),
  'CSV with EWKB': stored('22b-ewkbhex.csv'),
  GeoParquet: stored('15-geoparquet.parquet'),
  TopoJSON: encode(
    '{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[0]],"properties":{"party":"a"}}},"arcs":[[[1,1],[2,1],[2,2],[1,1]]]}',
  ),
  'Esri JSON': encode(
    '{"geometryType":"esriGeometryPolygon","features":[{"attributes":{"party":"a"},"geometry":{"rings":[[[1,1],[1,2],[2,2],[1,1]]]}}]}',
  ),
};

/** Mulberry32: the same files every time. */
export function random(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The file with bytes changed, cut out, doubled or cut off. */
export function mutated(file: Uint8Array, next: () => number): Uint8Array {
  const bytes = Uint8Array.from(file);
  const at = () => Math.floor(next() * bytes.length);
  const kind = next();
  if (kind < 0.15) return bytes.subarray(0, at());
  if (kind < 0.25) {
    const [a, b] = [at(), at()].sort((x, y) => x - y) as [number, number];
    return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]);
  }
  if (kind < 0.35) {
    const [a, b] = [at(), at()].sort((x, y) => x - y) as [number, number];
    return Buffer.concat([bytes.subarray(0, b), bytes.subarray(a)]);
  }
  for (let left = 1 + Math.floor(next() * 8); left > 0; left--) {
    const special = [0, 1, 0x7f, 0x80, 0xff];
    bytes[at()] = next() < 0.5 ? Math.floor(next() * 256) : (special[Math.floor(next() * special.length)] as number);
  }
  return bytes;
}
