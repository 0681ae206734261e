import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Geometry, MultiPolygon, Polygon } from 'geojson';
import type { LayerRow } from '../db/layers.js';
import type { LayerSource, TileFeature, TileProperties } from './layer.js';
import { stableId } from './layer.js';

/** What of a state a layer depends on: it changes when one of these does, and never else. */
export type LayerInput = 'revision' | 'edition' | 'statement' | 'since';

/** One layer: `tiles/<name>.sql` says what it shows on a date, `tiles/<name>.json` declares it (tiles/README.md). */
export interface Tileset {
  name: string;
  kind: 'areas' | 'fronts' | 'lines' | 'points';
  /** For fronts: the area layer whose shared arcs are drawn. */
  of?: string;
  inputs: LayerInput[];
  description: string;
  fields: Record<string, string>;
  minzoom?: number;
  sql: string;
  /** Hash of SQL and declaration: a part of every ETag. */
  definition: string;
}

/** Reads every layer of the folder, by name. */
export function readTilesets(folder: string): Tileset[] {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -4))
    .sort();
  return names.map((name) => {
    const sql = readFileSync(join(folder, `${name}.sql`), 'utf8');
    const declaration = readFileSync(join(folder, `${name}.json`), 'utf8');
    const definition = createHash('sha256').update(sql).update(declaration).digest('hex').slice(0, 12);
    return { name, sql, definition, ...JSON.parse(declaration) };
  });
}

/** The rows of a layer as something a pyramid is made of; only declared fields travel. */
export function layerSource(tileset: Tileset, rows: readonly LayerRow[]): LayerSource {
  const { name, kind } = tileset;
  const properties = (row: LayerRow): TileProperties =>
    Object.fromEntries(
      Object.keys(tileset.fields).map((field) => [field, (row[field] ?? null) as TileProperties[string]]),
    );
  const feature = <G extends Geometry>(row: LayerRow): TileFeature<G> => ({
    id: stableId(row.key),
    geometry: row.geometry as G,
    properties: properties(row),
  });
  switch (kind) {
    case 'areas':
      return { name, kind, features: rows.map((row) => ({ ...feature<Polygon | MultiPolygon>(row), key: row.key })) };
    case 'fronts':
      return {
        name,
        kind,
        of: tileset.of ?? '',
        sides: rows.map((row) => {
          const [left, right] = [String(row.left_key), String(row.right_key)];
          return { left, right, id: stableId(`${left} ${right}`), properties: properties(row) };
        }),
      };
    case 'lines':
      return { name, kind, features: rows.map((row) => feature(row)), ...minzoom(tileset) };
    case 'points':
      return { name, kind, features: rows.map((row) => feature(row)), ...minzoom(tileset) };
  }
}

const minzoom = ({ minzoom: zoom }: Tileset) => (zoom === undefined ? {} : { minzoom: zoom });
