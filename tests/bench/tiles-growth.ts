/**
 * How tiles grow: the group's build time and memory with the vertices of a map, the cost of a tile with the snapshots
 * in the store. `TEST_DATABASE_URL=postgres://… npx tsx tests/bench/tiles-growth.ts [vertices …]`; without vertices: 1,000
 * to 1,000,000. Writes table and plot (tiles-growth.svg) into tests/bench.
 */
import { writeFileSync } from 'node:fs';
import { planSimplification } from '../../src/coverage/plan.js';
import { simplifyForZoom } from '../../src/coverage/simplify.js';
import { buildTopology } from '../../src/coverage/topology.js';
import { indexForCutting } from '../../src/tiles/cut/cut-index.js';
import { buildLayerGroup, tileOf } from '../../src/tiles/drawing/layer-group.js';
import { coverageOf, layerOf, median, tilesOver } from './bench-coverage.js';
import { plotted } from './growth-plot.js';
import { SNAPSHOT_STEPS, snapshotCosts } from './growth-snapshots.js';
import { table, writeFigures } from './readme.js';

/** As with the rivals: so many times to warm up, then the median of so many. */
const WARM_UP = 10;
const RUNS = 7;

const sizes = process.argv.slice(2).map(Number);
const rows: (string | number)[][] = [];
const build: [number, number][] = [];
const memory: [number, number][] = [];
for (const wanted of sizes.length > 0 ? sizes : [1e3, 1e4, 1e5, 1e6]) {
  const members = coverageOf(wanted);
  let since = performance.now();
  const lap = (): number => {
    const took = performance.now() - since;
    since = performance.now();
    return took;
  };
  const topology = buildTopology(members);
  const topologyMs = lap();
  const plan = planSimplification(topology);
  const planMs = lap();
  for (let zoom = 0; zoom <= 14; zoom++) indexForCutting(simplifyForZoom(plan, zoom));
  const zoomsMs = lap();
  const group = buildLayerGroup([
    layerOf(members.map(({ id, polygons }) => ({ id, geometry: { type: 'MultiPolygon', coordinates: polygons } }))),
  ]);
  const tileMs = [5, 8, 12].map((zoom) => {
    const took = tilesOver(zoom, 20).flatMap((tile) => {
      const runs = Array.from({ length: WARM_UP + RUNS }, () => {
        const began = performance.now();
        return tileOf(group, tile, ['control']).length > 0 ? performance.now() - began : Number.NaN;
      });
      const warm = median(runs.slice(WARM_UP));
      return Number.isNaN(warm) ? [] : [warm];
    });
    return median(took).toFixed(2);
  });
  for (let zoom = 0; zoom <= 14; zoom++)
    tileOf(group, tilesOver(zoom, 1)[0] as ReturnType<typeof tilesOver>[0], ['control']);
  const count = topology.x.length;
  build.push([count, topologyMs + planMs + zoomsMs]);
  memory.push([count, group.bytes() / 1e6]);
  rows.push([
    count.toLocaleString('en'),
    ...[topologyMs, planMs, zoomsMs].map((ms) => `${ms.toFixed(0)} ms`),
    `${(((topologyMs + planMs + zoomsMs) / count) * 1000).toFixed(0)} µs`,
    `${(group.bytes() / 1e6).toFixed(1)} MB`,
    tileMs.join(' / '),
  ]);
  console.log(rows.at(-1)?.join('  '));
}

const costs = await snapshotCosts();
const shown = (ms: number) => (Number.isNaN(ms) ? '–' : ms.toFixed(2));
const header = ['vertices', 'topology', 'plan', 'zooms 0–14', 'all, a vertex', 'group', 'warm tile z5 / z8 / z12, ms'];
const stored = [
  'snapshots in the store',
  '`?date=` look-up, ms',
  'TileJSON, ms',
  'first tile of a state, ms',
  'tile from memory by `?date=`, ms',
];
writeFigures(
  'growth',
  `${table(header, rows)}

${table(
  stored,
  costs.map(({ snapshots, lookUp, json, cold, cached }) => [
    snapshots,
    shown(lookUp),
    shown(json),
    shown(cold),
    shown(cached),
  ]),
)}

![Build time and memory by vertices, and the cost of a tile by snapshots](tiles-growth.svg)`,
);
const by = (what: 'lookUp' | 'json' | 'cold' | 'cached') =>
  costs.flatMap((one): [number, number][] => (Number.isNaN(one[what]) ? [] : [[one.snapshots, one[what]]]));
writeFileSync(
  new URL('tiles-growth.svg', import.meta.url),
  plotted([
    {
      title: 'The group of a map',
      x: 'vertices',
      y: 'ms, MB',
      lines: [
        { name: 'build, all zooms, ms', points: build },
        { name: 'memory, MB', points: memory },
      ],
    },
    {
      title: 'A tile, by snapshots in the store',
      x: `snapshots (1 to ${SNAPSHOT_STEPS.at(-1)})`,
      y: 'ms',
      lines: [
        { name: 'first tile of a state', points: by('cold') },
        { name: 'TileJSON', points: by('json') },
        { name: 'tile from memory, ?date=', points: by('cached') },
      ],
    },
  ]),
);
process.exit(0);
