import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { csv, flatGeobuf, geoJson, geoPackage, kml, shapefile, zip } from '../setup/map-files.js';

/** Files of every format, `FUZZ` of each (default 5,000) with bytes changed, cut out, doubled or cut off. */
const EACH = Number(process.env.FUZZ ?? 5000);
/** A file of a few kilobytes that takes longer hangs, as far as a sender can tell. */
const LONGEST_MS = 2000;
const AREAS = [{ properties: { party: 'a', name: 'A' }, polygons: [[box(36, 35, 37, 36)]] as Polygon[] }];
const encode = (text: string) => new TextEncoder().encode(text);
const stored = (name: string) => readFileSync(join(import.meta.dirname, '../maps/cases', name));

const FILES: Record<string, Uint8Array> = {
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
function random(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function mutated(file: Uint8Array, next: () => number): Uint8Array {
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

it.each(Object.keys(FILES))(
  '%s with faults is read or refused, at once and in our words',
  { timeout: 3_600_000 },
  async (format) => {
    const next = random(format.length * 7919);
    const wrong: string[] = [];
    for (let number = 0; number < EACH && wrong.length < 5; number++) {
      const source = mutated(FILES[format] as Uint8Array, next);
      const options = { date: parseDate('2020-01-01'), knownParties: null };
      const started = performance.now();
      try {
        await readHere({ source, options, reading: READ_OPTIONS, lenient: false });
      } catch (error) {
        if (!(error instanceof SalientError)) wrong.push(`${number}: ${(error as Error).stack?.slice(0, 400)}`);
      }
      const took = performance.now() - started;
      if (took > LONGEST_MS) wrong.push(`${number}: took ${Math.round(took)} ms`);
    }
    expect(wrong).toEqual([]);
  },
);

it('eight bytes of a FlatGeobuf are refused at once', async () => {
  const source = Uint8Array.from([0x66, 0x67, 0x62, 3, 0x66, 0x67, 0x62, 0]);
  const options = { date: parseDate('2020-01-01'), knownParties: null };
  await expect(readHere({ source, options, reading: READ_OPTIONS, lenient: false })).rejects.toBeInstanceOf(
    SalientError,
  );
});
