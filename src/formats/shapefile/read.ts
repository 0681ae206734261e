import type { DeclaredCrs } from '../../geometry/geojson-crs.js';
import { type Archive, foldersOf, inMemberNow } from '../archive.js';
import { unreadable } from '../byte-source.js';
import { encodingNamed, encodingRequested } from '../encoding.js';
import type { ReadOptions } from '../format.js';
import { chosenLayers } from '../layers.js';
import type { MapReader } from '../map-reader.js';
import { UNDECLARED_CRS } from '../reading-notes.js';
import { noFeatures } from '../snapshot-file.js';
import { readDbf } from './dbf.js';
import { readShapes } from './shp.js';

/** Code pages of a table whose archive has no .cpg, by the byte that dBASE keeps for it. */
const CODE_PAGES: Record<number, string> = {
  3: 'windows-1252',
  19: 'shift_jis',
  38: 'ibm866',
  77: 'gbk',
  78: 'euc-kr',
  79: 'big5',
  80: 'windows-874',
  87: 'windows-1252',
  101: 'ibm866',
  120: 'big5',
  121: 'euc-kr',
  122: 'gbk',
  123: 'shift_jis',
  124: 'windows-874',
  125: 'windows-1255',
  126: 'windows-1256',
  200: 'windows-1250',
  201: 'windows-1251',
  202: 'windows-1254',
  203: 'windows-1253',
  204: 'windows-1257',
};

/** Reads the layers of zipped shapefiles: the only one, or those that `layer` names. */
export function readShapefiles(archive: Archive, { layer, encoding }: ReadOptions, reader: MapReader): undefined {
  const layers = archive.names.filter((name) => /\.shp$/i.test(name)).map((name) => name.slice(0, -4));
  const chosen = chosenLayers(layers, layer, 'layers');
  let features = 0;
  for (const one of chosen) {
    const called = { layer: one, name: calledIn(layers, one), several: layers.length > 1 };
    features += inMemberNow(`${one}.shp`, called.several, () =>
      readShapefile(archive, called, encoding ?? null, reader),
    );
  }
  if (features === 0) noFeatures(reader, '');
}

/** A layer by its name alone where no other has it, else with its folders: two of one name are not one. */
function calledIn(layers: readonly string[], layer: string): string {
  const bare = (path: string) => path.split('/').at(-1) ?? path;
  return layers.some((other) => other !== layer && bare(other) === bare(layer)) ? layer : bare(layer);
}

/**
 * Reads one layer: .shp (ground) by its .shx, .dbf (attributes, by the encoding of .cpg or the table itself) and .prj
 * (coordinate system). A shapefile without .prj declares none: its numbers must then be lon, lat.
 */
function readShapefile(
  archive: Archive,
  { layer, name, several }: { layer: string; name: string; several: boolean },
  encoding: string | null,
  reader: MapReader,
): number {
  const part = (ending: string) => {
    const name = archive.names.find((entry) => entry.toLowerCase() === `${layer}.${ending}`.toLowerCase());
    return name === undefined ? null : archive.read(name);
  };
  const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes).replace(/\0/g, '').trim();
  const { shapes, dropped, passed } = readShapes(part('shp') as Uint8Array, part('shx'));
  reader.problems.count('height', dropped);
  if (passed > 0) reader.note(`layer ${name}: ${passed} bytes of the .shp are in no record of the .shx: left out`);
  const table = part('dbf');
  const prj = text(part('prj'));
  const crs: DeclaredCrs = prj ? `WKT:${prj}` : null;
  if (!prj) reader.note(`layer ${name}: no .prj declares a coordinate system: ${UNDECLARED_CRS}`);
  if (!table) reader.note(`layer ${name}: no .dbf is beside the .shp: its shapes have no attributes`);
  const rows = table ? readDbf(table, encodingOf(encoding, text(part('cpg')), table)) : null;
  if (rows && rows.length !== shapes.length) {
    throw unreadable(
      `${layer}: ${shapes.length} shapes and ${rows.length} rows of attributes: is a part cut off? Export the shapefile again`,
    );
  }
  const start = several ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
  const stands = { layer: name, member: `${layer}.shp`, folders: foldersOf(layer) };
  let deleted = 0;
  for (const [index, geometry] of shapes.entries()) {
    const properties = rows ? rows[index] : {};
    if (properties === null || properties === undefined) {
      deleted++;
      continue;
    }
    const feature = { type: 'Feature', properties, geometry };
    const knownAs = { number: `record ${index + 1}` };
    reader.add({ feature, at: `${start}/features/${index}`, crs, ...stands, knownAs });
  }
  if (deleted > 0) reader.note(`layer ${name}: ${deleted} of ${shapes.length} records are marked as deleted: left out`);
  return shapes.length - deleted;
}

function encodingOf(requested: string | null, cpg: string | null, table: Uint8Array): string {
  if (requested !== null) return encodingRequested(requested);
  if (!cpg) return CODE_PAGES[table[29] ?? 0] ?? 'utf-8';
  const label = encodingNamed(cpg);
  if (label !== null) return label;
  throw unreadable(
    `the .cpg says ${JSON.stringify(cpg)}, an encoding that is not known here: --encoding names the right one, or convert it to UTF-8`,
    'encoding',
  );
}
