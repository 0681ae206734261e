import type { CoverageMember } from '../../src/coverage/topology.js';
import { type TileAddress, tileAddress } from '../../src/tiles/address.js';
import type { LayerSource } from '../../src/tiles/layer.js';
import { type Frame, fractalCells } from '../coverage/fractal-cells.js';
import { seededRandom } from '../coverage/random.js';

export const FRAME: Frame = [36, 34.5, 38, 36.1];

/** A coverage of about so many vertices, the same every time: cells with fractal borders, bent finer where more are wanted. */
export function coverageOf(vertices: number): CoverageMember[] {
  // About 26,000 corners at 500 by 400 pixels; more vertices come from bending each side of a pixel.
  const scale = Math.min(1, Math.sqrt(vertices / 26_000));
  const columns = Math.round(500 * scale);
  const coarse = fractalCells(1, Math.round(300 * scale), columns, Math.round(400 * scale), FRAME);
  return bent(coarse.members, Math.max(0, Math.round(Math.log2(vertices / coarse.vertices))));
}

/** What a cell says of itself: the same to both sides of a comparison. */
export function propertiesOf(id: number) {
  const party = ['north', 'south', 'east', 'west', 'centre'][id % 5] as string;
  return {
    party,
    status: id % 7 === 0 ? 'contested' : 'controlled',
    colour: `#${(id * 7919).toString(16).padStart(6, '0').slice(-6)}`,
  };
}

/** The coverage as the source of a layer, its geometry as the database or the caller gives it. */
export function layerOf(cells: readonly { id: number; geometry: string | GeoJSON.MultiPolygon }[]): LayerSource {
  const features = cells.map(({ id, geometry }) => ({ id, key: `${id}`, geometry, properties: propertiesOf(id) }));
  return { name: 'control', kind: 'areas', features };
}

/** All tiles of a zoom over the frame, or a seeded choice of them where there are more than `most`. */
export function tilesOver(zoom: number, most: number): TileAddress[] {
  const side = 2 ** zoom;
  const [west, south, east, north] = FRAME;
  const column = (lon: number) => Math.floor(((lon + 180) / 360) * side);
  const row = (lat: number) => Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * side);
  const tiles: TileAddress[] = [];
  for (let x = column(west); x <= column(east); x++) {
    for (let y = row(north); y <= row(south); y++) tiles.push(tileAddress(zoom, x, y));
  }
  const random = seededRandom(zoom);
  for (let i = 0; i < most && i < tiles.length; i++) {
    const j = i + Math.floor(random() * (tiles.length - i));
    [tiles[i], tiles[j]] = [tiles[j] as TileAddress, tiles[i] as TileAddress];
  }
  return tiles.slice(0, most);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
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
