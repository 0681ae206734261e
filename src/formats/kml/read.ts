import { kmlWithFolders, type Root } from '@tmcw/togeojson';
import { DOMParser, type Document, type Element } from '@xmldom/xmldom';
import type { IsoDate } from '../../model/dates.js';
import { unreadable } from '../byte-source.js';
import { decoded, encodingRequested } from '../encoding.js';
import type { MapReader } from '../map-reader.js';
import { noFeatures } from '../snapshot-file.js';
import { gatherData, untyped } from './data.js';
import { daysIn, daysOf, holdsOn, intervalOf, notesOfEnds } from './days.js';
import { childrenOf, isHidden, timeOf } from './inherited.js';
import { tidyStyles } from './styles.js';

/** Prefixes that exporters of Google use and forget to declare: nothing that is read stands in them. */
const PREFIXES: Readonly<Record<string, string>> = {
  gx: 'http://www.google.com/kml/ext/2.2',
  atom: 'http://www.w3.org/2005/Atom',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
};
const KML_NAMESPACE = /\sxmlns:([\w-]+)\s*=\s*["']http:\/\/(?:www\.opengis\.net|earth\.google\.com)\/kml\/[\d.]+["']/;

const NOT_GROUND = ['Point', 'LineString', 'LinearRing', 'Model', 'Track', 'MultiTrack'];

/** A file that a KML links by a path of its own archive; null when it is not in there. */
export type Linked = (path: string) => Uint8Array | null;

/** A linked file may link others; one that links itself would never end. */
const MOST_LINKED = 1000;

/**
 * Reads KML: attributes, styles and folders by togeojson; the polygons here, because togeojson closes open rings and
 * leaves out what it cannot read, and ground is never repaired or lost silently. Files of the same archive that it links
 * are a part of the map (GDAL and QGIS write every layer as one of these). Pictures laid over the ground and links
 * elsewhere are no areas and are counted.
 * @param encoding of its text, in place of the one that it states
 */
export function readKml(
  bytes: Uint8Array,
  reader: MapReader,
  encoding: string | null = null,
  linked: Linked = () => null,
): void {
  const text = (of: Uint8Array) =>
    encoding === null ? decodeXml(of) : decoded(of, encodingRequested(encoding), 'the KML');
  const files: KmlFile[] = [{ text: text(bytes), hidden: false }];
  const seen = new Set<string>();
  const elsewhere: string[] = [];
  const open = (path: string, hidden: boolean) => {
    if (seen.has(path)) return;
    const found = seen.size < MOST_LINKED ? linked(path) : null;
    if (found === null) {
      elsewhere.push(path);
      reader.problems.count('kml networklink');
      return;
    }
    seen.add(path);
    files.push({ text: text(found), hidden });
  };
  let features = 0;
  for (let file = files.shift(); file; file = files.shift()) features += readDocument(file, reader, features, open);
  if (features > 0) return;
  const [link] = elsewhere;
  if (link === undefined) {
    noFeatures(reader, '');
    return;
  }
  const message = `the KML has no placemarks, it only links ${JSON.stringify(link)} (NetworkLink): download what is there, and import that`;
  reader.problems.add('empty', '', message);
}

interface KmlFile {
  text: string;
  /** It is linked by what its publisher hid. */
  hidden: boolean;
}

/** Reads one document and opens those that it links; how many placemarks it had. */
function readDocument(
  { text, hidden: whole }: KmlFile,
  reader: MapReader,
  before: number,
  open: (path: string, hidden: boolean) => void,
): number {
  const document = parseXml(withPrefixes(text));
  const root = document.documentElement;
  if (root?.localName !== 'kml') {
    throw unreadable(
      `this is XML with the root <${root?.tagName ?? ''}>, not KML: export it as KML, GeoJSON or GeoPackage`,
    );
  }
  tidyStyles(document, reader);
  untyped(document);
  const placemarks = Array.from(document.getElementsByTagName('Placemark'));
  for (const [index, placemark] of placemarks.entries()) gatherData(placemark, `/features/${before + index}`, reader);
  for (const link of Array.from(document.getElementsByTagName('NetworkLink'))) {
    const href = link.getElementsByTagName('href')[0]?.textContent?.trim() ?? '';
    open(href.replace(/^\.\//, ''), whole || isHidden(link));
  }
  const known = daysOf(reader.usesStatedDays ? placemarks.map(timeOf) : [], reader.statedDay);
  for (const note of notesOfEnds(known)) reader.note(note);
  let next = 0;
  const walk = (node: Root | Root['children'][number], folders: readonly string[]) => {
    if (node.type === 'Feature') {
      const kind = node.properties?.['@geometry-type'];
      if (kind === 'networklink') return;
      if (kind !== undefined) return reader.problems.count(`kml ${String(kind)}`);
      const at = `/features/${before + next}`;
      const placemark = placemarks[next++] as Element;
      const hidden = whole || isHidden(placemark);
      const geometry = readPlacemark(placemark, at, reader);
      const properties = { ...plain(node.properties), ...(hidden && { visibility: 'false' }) };
      const feature = { type: 'Feature', properties, geometry };
      const knownAs = { kind: 'placemark' };
      const time = timeOf(placemark);
      const holds = time && { text: intervalOf(time), on: (day: IsoDate) => holdsOn(time, day) };
      for (const stated of daysIn(time, known.days)) {
        reader.add({ feature, at, crs: null, folders, knownAs, hidden, stated, holds });
      }
      return;
    }
    const inside = node.type === 'folder' ? [...folders, String(node.meta.name ?? '')] : folders;
    for (const child of node.children) walk(child, inside);
  };
  walk(kmlWithFolders(document as unknown as Document), []);
  return next;
}

/**
 * The text with its elements named as KML's readers know them: without the prefix that Python's ElementTree gives each
 * (`ns0:Placemark`), and with the prefixes declared that are used undeclared.
 */
function withPrefixes(text: string): string {
  const prefix = KML_NAMESPACE.exec(text.slice(0, 65_536))?.[1];
  const plain = prefix === undefined ? text : text.replaceAll(new RegExp(`<(/?)${prefix}:(?=\\w)`, 'g'), '<$1');
  const missing = Object.entries(PREFIXES).filter(
    ([name]) => new RegExp(`[<\\s]${name}:\\w`).test(plain) && !plain.includes(`xmlns:${name}`),
  );
  return plain.replace(/<kml\b/, (root) => missing.reduce((so, [name, uri]) => `${so} xmlns:${name}="${uri}"`, root));
}

/** The text, by the encoding that its declaration states. */
function decodeXml(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const mark = start.startsWith('\u00ff\u00fe') ? 'utf-16le' : start.startsWith('\u00fe\u00ff') ? 'utf-16be' : null;
  const label = mark ?? /^[^<]*<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    const what = error instanceof RangeError ? 'an encoding that is not known here' : 'and it is not that';
    throw unreadable(`the XML says that it is ${label}, ${what}: --encoding names the right one`, 'encoding');
  }
}

function parseXml(text: string): Document {
  // KML has no document type; what declares one is not KML, or wants entities to be expanded.
  const prolog = /^\uFEFF?(?:\s|<\?[^>]*\?>|<!--[\s\S]*?-->)*/.exec(text.slice(0, 65_536))?.[0] ?? '';
  if (/^<!doctype/i.test(text.slice(prolog.length, prolog.length + 10))) {
    throw unreadable(
      'this XML declares a document type (an HTML page?): not KML, or not a harmless one: save the map itself as KML',
    );
  }
  let fault: string | null = null;
  const parser = new DOMParser({
    onError(level, message) {
      if (level !== 'warning') fault ??= message;
    },
  });
  try {
    const document = parser.parseFromString(text, 'text/xml');
    if (fault === null) return document as unknown as Document;
  } catch (error) {
    fault ??= (error as Error).message;
  }
  throw unreadable(`not well-formed XML: ${String(fault).split('\n')[0]}; is it half a file? Fetch or export it again`);
}

type KmlValue = string | { value?: unknown; begin?: unknown } | null;

/** A description in HTML is its text; of a time its beginning and end are values; other objects are no values that a rule could ask for. */
function plain(properties: object | null): Record<string, unknown> {
  const entries = Object.entries((properties ?? {}) as Record<string, KmlValue>).flatMap(([key, value]) => {
    if (typeof value !== 'object') return [[key, value]];
    if (key === 'timespan') return Object.entries({ ...value, timespan: value?.begin }).filter(([, time]) => time);
    return value !== null && 'value' in value ? [[key, value.value]] : [];
  });
  return Object.fromEntries(entries);
}

type Found = { type: string; coordinates?: unknown; geometries?: unknown[] };

function readPlacemark(placemark: Element, at: string, reader: MapReader): Found | null {
  const found = childrenOf(placemark).flatMap((child) => readGeometry(child, at, reader) ?? []);
  return found.length > 1 ? { type: 'GeometryCollection', geometries: found } : (found[0] ?? null);
}

function readGeometry(element: Element, at: string, reader: MapReader): Found | null {
  const name = element.localName ?? '';
  if (name === 'MultiGeometry') {
    const members = childrenOf(element).flatMap((child) => readGeometry(child, at, reader) ?? []);
    const polygons = members.filter(({ type }) => type === 'Polygon');
    if (members.length > 0 && polygons.length === members.length) {
      return { type: 'MultiPolygon', coordinates: polygons.map(({ coordinates }) => coordinates) };
    }
    return { type: 'GeometryCollection', geometries: members.flatMap(flat) };
  }
  if (name === 'Polygon') {
    const rings = (boundary: string) =>
      childrenOf(element)
        .filter((child) => child.localName === boundary)
        .flatMap((child) => childrenOf(child).filter((ring) => ring.localName === 'LinearRing'));
    const [shell, ...others] = rings('outerBoundaryIs');
    if (!shell || others.length > 0) {
      reader.problems.add(
        'coordinates',
        `${at}/geometry`,
        `a Polygon has one outerBoundaryIs, this one ${others.length + (shell ? 1 : 0)}: make each outer boundary a Polygon of a MultiGeometry`,
      );
      return { type: 'Polygon', coordinates: [] };
    }
    return { type: 'Polygon', coordinates: [shell, ...rings('innerBoundaryIs')].map(positionsOf) };
  }
  return NOT_GROUND.includes(name) ? { type: name === 'Point' ? 'Point' : 'LineString', coordinates: [] } : null;
}

/** RFC 7946 has one level of collections; KML nests them as it likes. */
function flat(found: Found): Found[] {
  if (found.type === 'GeometryCollection') return (found.geometries as Found[]).flatMap(flat);
  return [found];
}

/**
 * `lon,lat[,height]` tuples; what is not a number stays as its text, and is refused as such by the reader. Writers by hand put
 * blanks after the commas: these are none between tuples as long as each tuple then has two or three numbers.
 */
function positionsOf(ring: Element): unknown[] {
  const text = childrenOf(ring).find((child) => child.localName === 'coordinates')?.textContent ?? '';
  const joined = tuplesOf(text.replace(/,\s+/g, ','));
  const tuples = joined.every(({ length }) => length === 2 || length === 3) ? joined : tuplesOf(text);
  return tuples.map((tuple) =>
    tuple.map((part) => (/^[-+.\d]/.test(part) && !Number.isNaN(Number(part)) ? Number(part) : part)),
  );
}

const tuplesOf = (text: string): string[][] =>
  text
    .trim()
    .split(/\s+/)
    .filter((tuple) => tuple !== '')
    .map((tuple) => tuple.split(','));
