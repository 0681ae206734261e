/**
 * How the pyramid grows with the geometry: `npx tsx tests/bench/tiles-growth.ts [vertices …]` prints one row a size.
 * Build = topology and removal plan; zoom = simplifying and indexing one; tile = cutting and encoding, median over
 * tiles that carry at least one border.
 */
import { planSimplification, simplifyForZoom } from '../../src/coverage/simplify.js';
import { buildTopology, type CoverageMember } from '../../src/coverage/topology.js';
import { tileAddress } from '../../src/model/tile.js';
import { indexForCutting } from '../../src/tiles/cut.js';
import { buildPyramid, tileOf } from '../../src/tiles/pyramid.js';
import { fractalCells } from '../coverage/fractal-cells.js';
import { seededRandom } from '../coverage/random.js';

const sizes = process.argv.slice(2).map(Number);

for (const vertices of sizes.length > 0 ? sizes : [1e3, 1e4, 1e5, 1e6]) {
  // About 26,000 corners at 500 by 400 pixels; more vertices come from bending each side of a pixel.
  const scale = Math.min(1, Math.sqrt(vertices / 26_000));
  const columns = Math.round(500 * scale);
  const coarse = fractalCells(1, Math.round(300 * scale), columns, Math.round(400 * scale), [36, 34.5, 38, 36.1]);
  const members = bent(coarse.members, Math.max(0, Math.round(Math.log2(vertices / coarse.vertices))));

  globalThis.gc?.();
  const before = process.memoryUsage();
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
  const zoomMs = Array.from({ length: 15 }, (_, zoom) => {
    indexForCutting(simplifyForZoom(plan, zoom));
    return lap();
  });
  const pyramid = buildPyramid([
    {
      name: 'control',
      kind: 'areas',
      features: members.map(({ id, polygons }) => ({
        id,
        key: `${id}`,
        geometry: { type: 'MultiPolygon', coordinates: polygons },
        properties: { id },
      })),
    },
  ]);
  const tileMs = [5, 6, 8, 10, 12, 14].map((zoom) => `z${zoom} ${medianTile(pyramid, zoom)}`);
  const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
  console.log(
    `${topology.x.length} vertices: topology ${topologyMs.toFixed(0)} ms, plan ${planMs.toFixed(0)} ms, zooms 0–14 ` +
      `${zoomMs.map((ms) => ms.toFixed(0)).join(' ')} ms; pyramid says ${(pyramid.bytes() / 1e6).toFixed(0)} MB, ` +
      `buffers grew ${(grown / 1e6).toFixed(0)} MB\n  tile (median ms, bytes): ${tileMs.join(', ')}`,
  );
}

function medianTile(pyramid: ReturnType<typeof buildPyramid>, zoom: number): string {
  const random = seededRandom(zoom);
  const took: number[] = [];
  let bytes = 0;
  for (let i = 0; i < 400 && took.length < 60; i++) {
    const [x, y] = [(36 + 2 * random() + 180) / 360, 0.397 + 0.005 * random()];
    const tile = tileAddress(zoom, Math.floor(x * 2 ** zoom), Math.floor(y * 2 ** zoom));
    if (i === 0) for (let warm = 0; warm < 5; warm++) tileOf(pyramid, tile, ['control']);
    const since = performance.now();
    const { length } = tileOf(pyramid, tile, ['control']);
    const ms = performance.now() - since;
    if (length < 200) continue;
    took.push(ms);
    bytes = Math.max(bytes, length);
  }
  took.sort((a, b) => a - b);
  return `${took[took.length >> 1]?.toFixed(2)} (${bytes} B)`;
}

/** Each edge bent `levels` times in its middle, the same way for both neighbours, by little enough that none cross. */
function bent(members: readonly CoverageMember[], levels: number): CoverageMember[] {
  const middle = ([ax = 0, ay = 0]: number[], [bx = 0, by = 0]: number[]): number[] => {
    const [sx, sy] = [ax + bx, ay + by];
    const swing = 0.08 * (((Math.sin(sx * 12.9898 + sy * 78.233) * 43758.5453) % 1) as number);
    const turn = ax < bx || (ax === bx && ay < by) ? swing : -swing;
    return [sx / 2 - turn * (by - ay), sy / 2 + turn * (bx - ax)];
  };
  const bend = (ring: number[][]): number[][] =>
    ring.flatMap((p, i) => {
      const q = ring[i + 1];
      return q ? [p, middle(p, q)] : [p];
    });
  return members.map(({ id, polygons }) => ({
    id,
    polygons: polygons.map((polygon) =>
      polygon.map((ring) => {
        let bending = ring;
        for (let i = 0; i < levels; i++) bending = bend(bending);
        return bending;
      }),
    ),
  }));
}
