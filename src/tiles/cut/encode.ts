import { PbfWriter } from 'pbf';
import { EXTENT } from '../../coverage/grid.js';
import { writeGeometry } from './encode-geometry.js';
import type { TileProperties } from './tile.js';

/** A feature in tile units (0 to 4096, y southwards, margin outside), paths flat: x, y, x, y … */
export interface DrawnFeature {
  id: number;
  type: 'points' | 'lines' | 'polygons';
  /** Polygons: all rings of all parts, each outer ring before its holes, not closed. Points: one path. */
  paths: number[][];
  properties: TileProperties;
}

export interface DrawnLayer {
  name: string;
  features: DrawnFeature[];
}

/** Field numbers of MVT 2.1 (vector_tile.proto). */
const LAYER = 3;
const IN_LAYER = { name: 1, feature: 2, key: 3, value: 4, extent: 5, version: 15 } as const;
const IN_FEATURE = { id: 1, tags: 2, type: 3, geometry: 4 } as const;
const IN_VALUE = { string: 1, double: 3, unsigned: 5, signed: 6, boolean: 7 } as const;
const TYPE = { points: 1, lines: 2, polygons: 3 } as const;

/** Grown once, written over by every tile: what is handed out is a copy. */
const writer = new PbfWriter(new Uint8Array(2 ** 16));

/** MVT 2.1 bytes. Layers without features are left out, as the specification wants; nothing at all is zero bytes. */
export function encodeTile(layers: readonly DrawnLayer[]): Uint8Array<ArrayBuffer> {
  // A tile before this one may have failed halfway.
  writer.pos = 0;
  writer.length = writer.buf.length;
  for (const layer of layers) if (layer.features.length > 0) writer.writeMessage(LAYER, writeLayer, layer);
  return Uint8Array.from(writer.buf.subarray(0, writer.pos));
}

/** What the features of a layer have in common: every key and every value is written once, features name their numbers. */
interface Tables {
  readonly keys: Map<string, number>;
  /** By type too: the text "1" is not the number 1. */
  readonly values: Map<string | number | boolean, number>;
}

function writeLayer({ name, features }: DrawnLayer, pbf: PbfWriter): void {
  const tables: Tables = { keys: new Map(), values: new Map() };
  pbf.writeVarintField(IN_LAYER.version, 2);
  pbf.writeStringField(IN_LAYER.name, name);
  pbf.writeVarintField(IN_LAYER.extent, EXTENT);
  for (const feature of features) pbf.writeMessage(IN_LAYER.feature, () => writeFeature(feature, tables, pbf), null);
  for (const key of tables.keys.keys()) pbf.writeStringField(IN_LAYER.key, key);
  for (const value of tables.values.keys()) pbf.writeMessage(IN_LAYER.value, writeValue, value);
}

function writeFeature({ id, type, paths, properties }: DrawnFeature, tables: Tables, pbf: PbfWriter): void {
  const tags: number[] = [];
  for (const key in properties) {
    const value = properties[key];
    if (value === null || value === undefined) continue;
    tags.push(numberIn(tables.keys, key), numberIn(tables.values, value));
  }
  pbf.writeVarintField(IN_FEATURE.id, id);
  pbf.writePackedVarint(IN_FEATURE.tags, tags);
  pbf.writeVarintField(IN_FEATURE.type, TYPE[type]);
  pbf.writeMessage(IN_FEATURE.geometry, () => writeGeometry(type, paths, pbf), null);
}

function numberIn<T>(table: Map<T, number>, value: T): number {
  const known = table.get(value);
  if (known !== undefined) return known;
  table.set(value, table.size);
  return table.size - 1;
}

function writeValue(value: string | number | boolean, pbf: PbfWriter): void {
  if (typeof value === 'string') pbf.writeStringField(IN_VALUE.string, value);
  else if (typeof value === 'boolean') pbf.writeBooleanField(IN_VALUE.boolean, value);
  // Signed ones are doubled to be written: below this that is beyond 53 bits.
  else if (!Number.isSafeInteger(value) || value < -(2 ** 52)) pbf.writeDoubleField(IN_VALUE.double, value);
  else if (value < 0) pbf.writeSVarintField(IN_VALUE.signed, value);
  else pbf.writeVarintField(IN_VALUE.unsigned, value);
}
