import type { MapSource } from '../formats/byte-source.js';
import type { ImportOptions } from '../formats/feature-attributes.js';
import type { ReadOptions } from '../formats/format.js';
import type { Mapping } from '../formats/mapping.js';
import type { IsoDate } from '../model/dates.js';
import type { DateMeans } from '../series/series.sql.js';
import type { StepKind } from '../series/step-kinds.js';
import type { SeriesCreation } from './create-series.js';
import type { MapRules } from './repair/rules.js';

/** A file of any format that is read (docs/importing.md), by its path or as its bytes. */
export interface MapFile {
  source: MapSource;
  /** Its name, for rules of a mapping that speak of it, and for messages. */
  name: string | null;
}

/** A file that will be imported after another in the same words, so that it may be read meanwhile. */
export interface NextFile {
  path: string;
  /** Its day, where it is not in the file or the same for both. */
  date: IsoDate | null;
}

/** What a sender hands over for an import: the map, and beside it how it is to be read and the theatre of a new series. */
export interface MapParts {
  map: MapSource;
  /** Name of the map's file. */
  file: string | null;
  /** Further files whose areas are parts of the same map. */
  more?: readonly MapFile[];
  /** A mapping file (JSON). */
  mapping: Uint8Array | null;
  /** A boundary as GeoJSON. */
  theatre: Record<string, unknown> | null;
  /** The file that comes after it. */
  next?: NextFile | null;
}

export const NO_PARTS: MapParts = { map: new Uint8Array(), mapping: null, theatre: null, file: null };

export interface ImportRequest {
  series: string;
  /** A file of any format that is read: its bytes, its path, or GeoJSON as text. */
  map: MapSource | string;
  /** Further files whose areas are parts of the same maps: for example one file a party. */
  more?: readonly MapFile[];
  /** Mark of the files of one run; null: the file stands alone. */
  run?: string | null;
  options: Omit<ImportOptions, 'knownParties' | 'mapping'>;
  next?: NextFile | null;
  reading?: ReadOptions;
  /** How the publisher's maps are read, from now on; null: as stored with the series, or by properties. */
  mapping?: Mapping | null;
  /** What may be done to a map before it is judged; by default nothing. */
  rules?: Partial<MapRules>;
  /** Where the map comes from; null: the publisher of the series. */
  source: string | null;
  create: SeriesCreation | null;
  /** What the sender takes the series to state; refused where it states something else. */
  stated?: { dateMeans: DateMeans | null; rest: string | null };
  /** Why a change out of all proportion is right; null: such a map waits for review. Kept with the revision. */
  accept: string | null;
  /** Why every map of the file waits for review, whatever its step; null: only one out of proportion does. Not beside `accept`. */
  hold?: string | null;
  /** The one day of the file that is taken; null: all of them. */
  only?: IsoDate | null;
  /** What the step to the one map of the file is, `accept` being the reason; null: movement. */
  kind?: StepKind | null;
  /** Who sends it, in words; kept with a map that waits for review. */
  by?: string | null;
}

/** A gigabyte unpacked: what a theatre's whole history takes, and no bomb. */
export const READ_OPTIONS: ReadOptions = { layer: null, limits: { unpackedBytes: 1e9 } };

/** A day of a file beside what the series has. */
export interface ReadDay {
  date: IsoDate;
  /** Hash of what was read. */
  sha256: string;
  /** Whether the series has it so already. */
  stored: boolean;
}

export interface Imported {
  date: IsoDate;
  /** Null when the map did not become one of the series. */
  revision: number | null;
  /**
   * `unchanged`: the file is the same as the current revision of that date. `held`: it waits for a person. `refused`,
   * `withdrawn`: a person decided so of exactly this map before.
   */
  result: 'stored' | 'revised' | 'unchanged' | 'held' | 'refused' | 'withdrawn';
  changed_km2: number | null;
  /** Number of the map under review, waiting or refused. */
  held: number | null;
  notes: string[];
}
