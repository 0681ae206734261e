import type { Archive } from './archive.js';
import type { Chunks, ReadLimits } from './byte-source.js';
import type { MapReader } from './map-reader.js';
import type { PropertyType } from './property-type.js';

/** How a file is read, beside what its properties mean (`ImportOptions`). */
export interface ReadOptions {
  /** Layers of a file that has several: a name, several joined by commas, or `*`; null: as the format decides. */
  layer: string | null;
  /** JSON pointer of the collection inside a JSON document that is no GeoJSON itself; null: the document is it. */
  member?: string | null;
  /** Encoding of the text of a file that states none, or a wrong one (a label of the WHATWG); null: as the file states. */
  encoding?: string | null;
  limits: ReadLimits;
}

/** Options of reading that not every format has. */
export type ReadOption = 'layer' | 'member' | 'encoding';

/** The first bytes of a file, at least 64 kB where it has so many, and these as text. */
export interface Head {
  bytes: Uint8Array;
  text: string;
}

/** An open file: what a format reads from. */
export interface OpenFile {
  head: Head;
  chunks: Chunks;
  options: ReadOptions;
  /** In how many archives, one in the other, it lies. */
  archives: number;
  /** What all that is packed inside an archive may still unpack to. */
  left: { bytes: number };
  /** All bytes. @throws SalientError `too_large` beyond the limit of `options` */
  all(): Promise<Uint8Array>;
  /** The format of a parsed JSON document, where it is not GeoJSON. */
  formatOfJson(root: Record<string, unknown>): Format | undefined;
}

/** Reading of one format. The promise is the label of what was found, where it is not the format's own. */
interface FormatReader {
  /** True when the file is of this format, by its content. */
  sniff?(head: Head): boolean;
  read?(file: OpenFile, reader: MapReader): Promise<string | undefined>;
  /** The same for an archive that is of this format as a whole. */
  sniffArchive?(names: readonly string[]): boolean;
  readArchive?(archive: Archive, options: ReadOptions, reader: MapReader): string | undefined;
  /** The same for a JSON document that has been parsed; formats of JSON are known by their members. */
  sniffJson?(root: Record<string, unknown>): boolean;
  readJson?(root: Record<string, unknown>, options: ReadOptions, reader: MapReader): void;
  /** What is read of it, for the documents. */
  reads: string;
  /** Options of reading that it has; absent: none. A ZIP archive of a format takes `layer` and `encoding`. */
  takes?: readonly ReadOption[];
  /** The format states the right-hand rule (RFC 7946): rings wound otherwise are noted. */
  rightHandRule?: boolean;
}

/** How a writer wants geometries: GeoJSON text, WKB (hex, little-endian) or WKT. */
export type GeometryForm = 'geojson' | 'wkb' | 'wkt';

/** The columns of a file, in order: the type of each and its description. */
export type Columns = Readonly<Record<string, readonly [PropertyType, string]>>;

/** A row of a file: its columns, an id, and its geometry as the writer wants it; null where it has no place. */
export type WrittenRow = Record<string, unknown> & { id: string; geometry: string | null };

/** How the rows of which all these values hold are drawn, in formats that know of colours; the first that holds counts. */
export interface Look {
  label: string;
  where: Readonly<Record<string, string>>;
  /** `#rrggbb` */
  colour: string;
  /** From 0 to 1. */
  opacity: number;
}

/** What a file states beside its rows. */
export interface WrittenLayer {
  /** Technical name: of a table or a layer. */
  name: string;
  title: string;
  /** Publisher, licence and method: what people read in the layer's properties. */
  description: string;
  licence: string;
  /** West, south, east, north, degrees. */
  bounds: readonly [number, number, number, number];
  columns: Columns;
  /** How many rows it has. */
  count: number;
  /** When its content changed last, RFC 3339 with milliseconds in UTC. */
  changed: string;
  /** Null: none of its rows has a place. */
  geometryType: 'MultiPolygon' | 'Polygon' | 'MultiLineString' | 'LineString' | 'Point' | null;
  /** Empty: no colours are known. */
  looks: readonly Look[];
  /** The order of its rows means something: formats with an index by position keep it all the same. */
  ordered: boolean;
  /** Members of a GeoJSON collection beside its features. */
  members: object;
}

export interface FormatWriter {
  geometry: GeometryForm;
  /** It cannot hold a row without a place. */
  onlyPlaced?: true;
  /** How its files end, where that is not its id. */
  ending?: string;
  /** A file piece by piece; no more than a batch of rows is held, unless the format needs an index before its rows. */
  write(layer: WrittenLayer, batches: AsyncIterable<readonly WrittenRow[]>): AsyncIterable<string | Uint8Array>;
}

/** A format of files: one object, from which readers, writers, content negotiation, help and documents follow. */
export interface Format {
  /** Ending of its files and value of `f`: `geojson`. */
  id: string;
  label: string;
  /** Endings of its files without the dot, the usual one first. */
  extensions: readonly string[];
  /** Media types, the one that answers have first. */
  mediaTypes: readonly string[];
  reader?: FormatReader;
  writer?: FormatWriter;
}
