import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { type TileAddress, tileAddress } from '../../src/tiles/address.js';
import { buildLayerGroup, type LayerGroup, tileOf, unpackLayerGroup } from '../../src/tiles/drawing/layer-group.js';
import { readGroup, writeGroup } from '../../src/tiles/drawing/packed-group.js';
import { type AreaFeature, type FrontSides, type LayerSource, stableId } from '../../src/tiles/layer.js';
import { fractalCells } from '../coverage/fractal-cells.js';
import { rectangle } from '../coverage/squares.js';
import { conflicts, doubledRingArea, type Edge } from './planarity.js';

const area = (id: number, key: string, ...rings: number[][][]): AreaFeature => ({
  id,
  key,
  geometry: { type: 'Polygon', coordinates: rings },
  properties: { key, nothing: null },
});

/** A front between every two keys of the areas. */
function frontSides(areas: readonly AreaFeature[]): FrontSides[] {
  const keys = [...new Set(areas.map(({ key }) => key))].sort();
  return keys.flatMap((left, i) =>
    keys.slice(i + 1).map((right) => ({ left, right, id: stableId(`${left} ${right}`), properties: { left, right } })),
  );
}

function decode(group: LayerGroup, tile: TileAddress, layer: string): VectorTileFeature[] {
  const bytes = tileOf(group, tile, [layer]);
  if (bytes.length === 0) return [];
  const found = new VectorTile(new PbfReader(bytes)).layers[layer];
  return Array.from({ length: found?.length ?? 0 }, (_, i) => found?.feature(i) as VectorTileFeature);
}

const control: AreaFeature[] = [
  area(1, 'government', rectangle(0, 0, 10, 10, [[10, 5]])),
  area(2, 'opposition', rectangle(10, 5, 20, 10)),
  area(3, 'opposition', rectangle(10, 0, 20, 5)),
];
const sources: LayerSource[] = [
  { name: 'control', kind: 'areas', features: control },
  {
    name: 'front',
    kind: 'fronts',
    of: 'control',
    sides: frontSides(control),
  },
  { name: 'pocket', kind: 'pockets', of: 'control' },
  {
    name: 'route',
    kind: 'lines',
    minzoom: 3,
    features: [
      {
        id: 5,
        geometry: {
          type: 'LineString',
          coordinates: [
            [1, 1],
            [19, 9],
          ],
        },
        properties: { name: 'M5' },
      },
    ],
  },
  {
    name: 'place',
    kind: 'points',
    features: [{ id: 9, geometry: '{"type":"Point","coordinates":[11.25,0]}', properties: { name: 'On the corner' } }],
  },
];
const group = buildLayerGroup(sources);

describe('a group', () => {
  it('draws an area with its id and properties, nulls left out', () => {
    const found = decode(group, tileAddress(4, 8, 7), 'control');
    expect(found.map(({ id, properties }) => [id, properties])).toEqual([
      [1, { key: 'government' }],
      [2, { key: 'opposition' }],
      [3, { key: 'opposition' }],
    ]);
  });

  it('draws a tile deep inside an area as one square with its margin', () => {
    const [only, ...others] = decode(group, tileAddress(10, 530, 500), 'control');
    expect(others).toEqual([]);
    expect(only?.loadGeometry().map((ring) => ring.map(({ x, y }) => [x, y]))).toEqual([
      [
        [-64, -64],
        [4160, -64],
        [4160, 4160],
        [-64, 4160],
        [-64, -64],
      ],
    ]);
  });

  it('draws the front once, between the parties and not between allies, with the first party on its left', () => {
    const [front, ...others] = decode(group, tileAddress(4, 8, 7), 'front');
    expect(others).toEqual([]);
    expect(front?.properties).toEqual({ left: 'government', right: 'opposition' });
    const lines = front?.loadGeometry() ?? [];
    expect(lines).toHaveLength(1);
    // The government is in the west: the line runs north, and tile y grows southwards.
    expect(lines[0]?.at(0)?.y).toBeGreaterThan(lines[0]?.at(-1)?.y as number);
  });

  it('draws nothing below the least zoom of a layer', () => {
    expect(decode(group, tileAddress(2, 2, 1), 'route')).toEqual([]);
    expect(decode(group, tileAddress(3, 4, 3), 'route')).toHaveLength(1);
  });

  it('joins a line across tiles: both have the same point on either side of the border', () => {
    const points = (x: number): string[] =>
      decode(group, tileAddress(6, x, 31), 'route')
        .flatMap((feature) => feature.loadGeometry().flat())
        .map((p) => `${p.x + (x - 33) * 4096},${p.y}`);
    expect(points(33).filter((p) => points(34).includes(p)).length).toBeGreaterThanOrEqual(2);
  });

  it('draws a point in every tile that its symbol reaches, inside of exactly one, also on a corner where four meet', () => {
    const meeting = [15, 16].flatMap((x) => [15, 16].map((y) => tileAddress(5, x + 1, y)));
    const drawn = meeting.flatMap((tile) => decode(group, tile, 'place')).flatMap((one) => one.loadGeometry().flat());
    expect(drawn).toHaveLength(4);
    expect(drawn.filter(({ x, y }) => x >= 0 && y >= 0 && x < 4096 && y < 4096)).toHaveLength(1);
    expect(drawn.every(({ x, y }) => Math.min(x, y) >= -64 && Math.max(x, y) < 4096 + 64)).toBe(true);
  });

  it('Tiles: answers an empty tile with no bytes, and refuses what it has not', () => {
    expect(tileOf(group, tileAddress(10, 0, 0), group.layers)).toHaveLength(0);
    expect(() => tileOf(group, tileAddress(15, 0, 0), ['control'])).toThrow(/finest zoom served, 14/);
    expect(() => tileOf(group, tileAddress(5, 0, 0), ['roads'])).toThrow(/no such layer/);
    expect(() => buildLayerGroup([{ name: 'front', kind: 'fronts', of: 'control', sides: [] }])).toThrow(/control/);
  });

  it('draws the same bytes every time, and whatever was drawn before', () => {
    const tile = tileAddress(6, 32, 31);
    const other = buildLayerGroup(sources);
    for (let z = 0; z < 6; z++) tileOf(other, tileAddress(z, 0, 0), other.layers);
    expect(tileOf(other, tile, other.layers)).toEqual(tileOf(group, tile, group.layers));
  });

  it('draws areas that overlap each as it is, in valid rings', () => {
    const cells = fractalCells(1, 12, 40, 40, [36, 34, 38, 36]).members;
    const shifted = fractalCells(2, 12, 40, 40, [36.5, 34.5, 38.5, 36.5]).members;
    const overlapping = buildLayerGroup([
      {
        name: 'claims',
        kind: 'areas',
        features: [...cells, ...shifted].map(({ polygons }, i) => ({
          id: i,
          key: `${i}`,
          geometry: { type: 'MultiPolygon', coordinates: polygons },
          properties: {},
        })),
      },
    ]);
    for (let x = 18; x <= 20; x++) {
      for (let y = 12; y <= 13; y++) {
        for (const feature of decode(overlapping, tileAddress(5, x, y), 'claims')) {
          const rings = feature.loadGeometry().map((ring) => ring.slice(0, -1));
          const edges = rings.flatMap((ring) =>
            ring.map(
              (p, i): Edge => [p.x, p.y, ring[(i + 1) % ring.length]?.x ?? 0, ring[(i + 1) % ring.length]?.y ?? 0],
            ),
          );
          expect(conflicts(edges)).toEqual([]);
          expect(rings.reduce((sum, ring) => sum + doubledRingArea(ring), 0)).toBeGreaterThan(0);
        }
      }
    }
  });
});

describe('a group that was kept', () => {
  const cells = fractalCells(3, 200, 640, 640, [36, 34, 38, 36]);
  const features = cells.members.map(
    ({ id, polygons }) =>
      ({
        id,
        key: `k${id % 5}`,
        geometry: { type: 'MultiPolygon', coordinates: polygons },
        properties: { id },
      }) as AreaFeature,
  );
  const whole: LayerSource[] = [
    { name: 'control', kind: 'areas', features },
    { name: 'front', kind: 'fronts', of: 'control', sides: frontSides(features) },
    { name: 'pocket', kind: 'pockets', of: 'control' },
    { name: 'label', kind: 'labels', of: 'control', texts: [{ key: 'k1', properties: { name: 'one' } }] },
  ];
  const layers = whole.map(({ name }) => name);

  it('draws the same bytes as the one that was made, from the coarsest level that has the zoom', {
    timeout: 60_000,
  }, () => {
    const built = buildLayerGroup(whole);
    const levels = built.levels.map((maxzoom) => ({ maxzoom, bytes: writeGroup(built.pack(maxzoom)) }));
    expect(levels.map(({ maxzoom }) => maxzoom)).toEqual([5, 8, 11, 14]);
    const sizes = levels.map(({ bytes }) => bytes.length);
    expect(sizes[0]).toBeLessThan((sizes[3] as number) / 3);
    for (const [zoom, column, row] of [
      [4, 9, 6],
      [5, 19, 12],
      [7, 77, 50],
      [8, 153, 101],
      [11, 1229, 810],
      [14, 9830, 6480],
    ] as const) {
      const tile = tileAddress(zoom, column, row);
      const level = levels.find(({ maxzoom }) => maxzoom >= zoom);
      const kept = unpackLayerGroup(readGroup(level?.bytes as Uint8Array));
      const expected = tileOf(built, tile, layers);
      expect([zoom, Buffer.from(tileOf(kept, tile, layers)).equals(expected)]).toEqual([zoom, true]);
    }
    expect(tileOf(built, tileAddress(7, 77, 50), layers).length).toBeGreaterThan(1000);
  });

  it('cannot be read when it is cut off', () => {
    const bytes = writeGroup(buildLayerGroup(sources).pack(14));
    expect(() => readGroup(bytes.subarray(0, 0))).toThrow('cut off');
  });
});
