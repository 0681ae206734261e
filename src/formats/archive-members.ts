import { type Archive, isZip, openArchive } from './archive.js';
import { type ReadLimits, unreadable } from './byte-source.js';
import { headOf } from './encoding.js';
import { archiveOf, foreignFormat, mapless, root } from './foreign.js';
import type { Head } from './format.js';
import { GEOJSON } from './geojson/format.js';
import { KML } from './kml/format.js';
import { chosenLayers, layerNamed, namedLayers } from './layers.js';
import type { MapReader } from './map-reader.js';
import { FORMATS, READ_EXTENSIONS } from './registry.js';

/** A file of an archive by its content: a map, or what is left out with a note; `plain`: no map, whoever packed it. */
export type Member =
  /** `unread`: why its format is not read here. `layered`: it has layers of its own, which `--layer` may name. */
  | { name: string; is: 'map'; unread: string | null; layered: boolean }
  | { name: string; is: 'noted'; why: string }
  | { name: string; is: 'plain' };

/** Endings of words and tables too: a file called so is a map by its content alone. */
const OF_WORDS_TOO = ['json', 'csv', 'tsv', 'txt'];
/** Texts that are no table and no map, whoever packed them. */
const WORDS =
  /(^|\/)(\.[^/]*|(readme|licen[cs]e|copying|notice|authors|changelog)[^./]*|[^/]*\.(md|rst|rtf|css|log|cpg|wld|[jptgb]gw|py|r|sh|ini|cfg|ya?ml|toml))$/i;
/** So many bytes of text are looked through for tables (seconds a megabyte, where lines have no end); what is beyond is judged by its ending. */
const MOST_TEXT = 2e6;
/** What a shapefile is made of beside its .shp, and what programs keep beside it. */
const PART = /\.(shx|dbf|prj|cpg|qpj|qix|sb[nx]|fb[nx]|ai[nh]|atx|ixs|mxs|shp\.xml)$/i;

/**
 * The files of an archive, by what they are: their first bytes decide, never their names. A file that is called as a map is (`.kml`) and
 * is none by its content counts as one, and is refused when it is read: it may be damaged.
 * @throws SalientError `invalid_body` where the archive is damaged
 */
export function membersOf(archive: Archive, limits: ReadLimits): Member[] {
  const shapes = new Set(archive.names.filter((name) => /\.shp$/i.test(name)).map((name) => stem(name)));
  const left = { bytes: MOST_TEXT };
  return archive.names.map((name) => {
    if (PART.test(name) && shapes.has(stem(name))) return { name, is: 'plain' };
    return { name, ...contentOf(archive, name, limits, left) };
  });
}

const stem = (name: string) => name.replace(/\.shp\.xml$|\.\w+$/i, '').toLowerCase();
const endingOf = (name: string) => /\.(\w+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';

type Content = Member extends infer One ? (One extends Member ? Omit<One, 'name'> : never) : never;

const map = (unread: string | null = null, layered = false): Content => ({ is: 'map', unread, layered });
const NO_MAP: Content = { is: 'noted', why: 'it is no map by its content (--layer NAME reads it all the same)' };

function contentOf(archive: Archive, name: string, limits: ReadLimits, left: { bytes: number }): Content {
  const ending = endingOf(name);
  const isCalledMap = READ_EXTENSIONS.includes(ending) && !OF_WORDS_TOO.includes(ending);
  const start = archive.head(name);
  if (isZip(start.bytes)) {
    const office = archiveOf(openArchive(archive.read(name), limits).names);
    return office === null ? map(null, true) : { is: 'noted', why: office };
  }
  const { head } = headOf(start.bytes);
  const isText = head.bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b);
  if (isText && !/^\s*[[{<]/.test(head.text)) {
    left.bytes -= head.bytes.length;
    if (left.bytes < 0) return isCalledMap || ['csv', 'tsv', 'txt'].includes(ending) ? map() : NO_MAP;
  }
  const foreign = foreignFormat(head);
  if (foreign && (isCalledMap || foreign.beside === undefined)) return map(foreign.message);
  if (foreign) return foreign.beside === 'plain' ? { is: 'plain' } : { is: 'noted', why: foreign.message };
  const format = FORMATS.find(({ reader }) => reader?.sniff?.(head));
  const isMap =
    format === GEOJSON
      ? isGroundOfJson(head, () => !start.whole && isGroundBehind(archive, name))
      : format === KML
        ? isKml(head)
        : format !== undefined;
  if (isMap || isCalledMap) {
    const takesLayers = format?.reader?.takes?.includes('layer') ?? false;
    return map(null, format === GEOJSON ? LAYERED.test(head.text) : takesLayers);
  }
  return format === undefined && isText && WORDS.test(name) ? { is: 'plain' } : NO_MAP;
}

/** JSON whose objects are its layers. */
const LAYERED = /"type"\s*:\s*"(?:Topology|umap)"/;
/** What stands in JSON that has ground in it: GeoJSON and the other formats of the registry, or an answer that is refused as what it is. */
const GROUND =
  /"type"\s*:\s*"(?:FeatureCollection|Feature|(?:Multi)?Polygon|GeometryCollection|Topology|umap)"|"(?:geometryType|spatialReference|exceededTransferLimit|osm3s)"\s*:/;

const isGroundOfJson = ({ text }: Head, behind: () => boolean) => GROUND.test(text) || behind();

const WINDOW = 1 << 20;

/** The same behind the first bytes; what cannot be looked through piece by piece is taken for a map. */
function isGroundBehind(archive: Archive, name: string): boolean {
  const bytes = archive.read(name);
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b && bytes[0] !== 0x20 && bytes[0] !== 0x0a) return true;
  for (let at = 0; at < bytes.length; at += WINDOW) {
    // Each piece reaches into the next: what is sought may lie across.
    if (GROUND.test(Buffer.from(bytes.subarray(at, at + WINDOW + 256)).toString('latin1'))) return true;
  }
  return false;
}

const isRootKml = root('kml');

/** XML with the root of KML; of text in UTF-16, which states its encoding itself, too. */
function isKml(head: Head): boolean {
  const [a, b] = head.bytes;
  const label = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : null;
  return isRootKml(label === null ? head : { ...head, text: new TextDecoder(label).decode(head.bytes) });
}

/**
 * The files of an archive that are read, and the layer in them: the only map, or those that `--layer` names. What might be a map and is left
 * out is noted. A map of a format that is not read counts as one: to read the others without a word would lose it.
 * @throws SalientError `invalid_body` where there is no map, or several of which none is named; `invalid_parameter` for an unknown one
 */
export function chosenMaps(
  members: readonly Member[],
  layer: string | null,
  reader: MapReader,
): { chosen: string[]; layer: string | null } {
  const maps = members.filter((member) => member.is === 'map');
  const noted = members.filter((member) => member.is === 'noted');
  const names = maps.map(({ name }) => name);
  const left = noted.map(({ name }) => name);
  const readable = maps.filter(({ unread }) => unread === null);
  if (readable.length === 0) {
    const whole = mapless(members.map(({ name }) => name));
    if (whole !== null) throw unreadable(whole);
  }
  if (names.length === 0) {
    const [one = '', ...more] = left;
    if (layer !== null && layerNamed(left, layer) !== undefined)
      return { chosen: namedLayers(left, layer), layer: null };
    if (more.length === 0 && OF_WORDS_TOO.includes(endingOf(one))) return { chosen: left, layer };
    const why = noted.slice(0, 3).map((one) => ` ${one.name}: ${one.why};`);
    throw unreadable(
      `the archive holds no map:${why.join('')} a KMZ, a shapefile or files of a map are expected`,
      'archive',
    );
  }
  const isNamed = layer !== null && layer !== '*';
  const [only] = maps;
  if (isNamed) {
    // A map that is alone has its own layers: they come before its name without the ending.
    const all = [...names, ...left];
    const meant = maps.length === 1 && layerNamed(all, layer);
    const isLayer = only?.layered && meant === only.name && !layer.endsWith(meant.slice(meant.lastIndexOf('/') + 1));
    if (maps.length === 1 && (meant === undefined || isLayer)) return { chosen: names, layer };
    return { chosen: namedLayers(all, layer), layer: null };
  }
  for (const { name, why } of noted) reader.note(`${name} in the archive is left out: ${why}`);
  if (maps.length === 1) return { chosen: names, layer };
  const unread = maps.find((one) => one.unread !== null);
  if (unread) {
    const others = readable.map(({ name }) => name).join();
    const settled = others === '' ? '' : `; --layer ${quoted(others)} reads what is without it`;
    throw unreadable(`the archive holds ${maps.length} maps; ${unread.name}: ${unread.unread}${settled}`, 'layer');
  }
  return { chosen: chosenLayers(names, layer, 'maps'), layer };
}

const quoted = (name: string) => (/^[\w./,-]+$/.test(name) ? name : `'${name}'`);
