import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon } from 'geojson';
import { grouped } from '../model/grouped.js';
import type { LayerSource, TileFeature, TileProperties } from './layer.js';
import { stableId } from './layer.js';
import type { LayerRow } from './layers.sql.js';

/**
 * What of a state a layer depends on, and so all that its SQL is given (tiles/README.md). Its tiles change when one of
 * these does, and never else. `change` is a pair of revisions.
 */
export const LAYER_INPUTS = ['areas', 'ground', 'parties', 'places', 'routes', 'posts', 'events', 'change'] as const;
export type LayerInput = (typeof LAYER_INPUTS)[number];

const KINDS = ['areas', 'fronts', 'labels', 'pockets', 'lines', 'points', 'patches'] as const;

/** One layer: `tiles/<name>.json` declares it, `tiles/<name>.sql` selects what it shows on a date (tiles/README.md). */
export interface Tileset {
  name: string;
  kind: (typeof KINDS)[number];
  /** For fronts, labels and pockets: the area layer whose shared arcs they are made of. */
  of?: string;
  inputs: LayerInput[];
  description: string;
  fields: Record<string, string>;
  minzoom?: number;
  /** Empty for pockets (parts of another layer) and patches (the rows of /change). */
  sql: string;
  /** Hash of SQL and declaration, its own and those of the layer it is `of`: a part of every ETag. */
  definition: string;
}

/** Reads every layer of the folder, by name. Throws where a declaration is not what tiles/README.md requires. */
export function readTilesets(folder: string): Tileset[] {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort();
  const tilesets = names.map((name) => readTileset(folder, name));
  const own = new Map(tilesets.map(({ name, definition }) => [name, definition]));
  return tilesets.map((tileset) => {
    if (!['fronts', 'labels', 'pockets'].includes(tileset.kind)) return tileset;
    const base = tilesets.find(({ name, kind }) => name === tileset.of && kind === 'areas');
    if (!base) throw new Error(`tiles/${tileset.name}.json: "of" names no layer of kind areas`);
    return { ...tileset, definition: hash(tileset.definition, own.get(base.name) ?? '') };
  });
}

function readTileset(folder: string, name: string): Tileset {
  const json = readFileSync(join(folder, `${name}.json`), 'utf8');
  const file = join(folder, `${name}.sql`);
  const sql = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const declared = JSON.parse(json) as Partial<Tileset>;
  const { kind, inputs, fields, description } = declared;
  const wrong = (what: string): never => {
    throw new Error(`tiles/${name}.json: ${what}`);
  };
  if (!kind || !KINDS.includes(kind)) return wrong(`"kind" is one of ${KINDS.join(', ')}`);
  if (!inputs?.length || !inputs.every((input) => LAYER_INPUTS.includes(input)))
    return wrong(`"inputs" are some of ${LAYER_INPUTS.join(', ')}`);
  if (!fields || !description) return wrong('"fields" and "description" are missing');
  if ((sql === '') !== (kind === 'pockets' || kind === 'patches'))
    return wrong(sql === '' ? `tiles/${name}.sql is missing` : `a layer of ${kind} has no SQL`);
  return { ...declared, name, kind, inputs, fields, description, sql, definition: hash(sql, json) };
}

function hash(...texts: string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
}

/** The rows of a layer as something that is drawn; only declared fields travel. */
export function layerSource(tileset: Tileset, rows: readonly LayerRow[]): LayerSource {
  const { name, kind, of = '' } = tileset;
  const properties = (row: LayerRow): TileProperties =>
    Object.fromEntries(
      Object.keys(tileset.fields).map((field) => [field, (row[field] ?? null) as TileProperties[string]]),
    );
  const features = <G extends Geometry>(): TileFeature<G>[] =>
    rows.map((row) => ({ id: stableId(row.key), geometry: row.geometry as G, properties: properties(row) }));
  const minzoom = tileset.minzoom === undefined ? {} : { minzoom: tileset.minzoom };
  switch (kind) {
    case 'areas':
    case 'patches':
      return {
        name,
        kind: 'areas',
        features: features<Polygon | MultiPolygon>().map((feature, i) => ({
          ...feature,
          key: (rows[i] as LayerRow).key,
        })),
      };
    case 'fronts':
      return {
        name,
        kind,
        of,
        sides: rows.map((row) => {
          const [left, right] = [String(row.left_key), String(row.right_key)];
          return { left, right, id: stableId(`${left} ${right}`), properties: properties(row) };
        }),
      };
    case 'labels':
      return { name, kind, of, texts: rows.map((row) => ({ key: row.key, properties: properties(row) })) };
    case 'pockets':
      return { name, kind, of };
    case 'lines':
      return { name, kind, features: features<LineString | MultiLineString>(), ...minzoom };
    case 'points':
      return { name, kind, features: features<Point>(), ...minzoom };
  }
}

/**
 * The layers in groups that are built together: each area layer with those made of its arcs, every other layer by itself.
 * Groups are kept apart, so that an event more does not build the areas again.
 */
export function layerGroups(tilesets: readonly Tileset[]): Tileset[][] {
  return [...grouped(tilesets, (tileset) => tileset.of ?? tileset.name).values()];
}
