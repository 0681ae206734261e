import type { ErrorCode } from '../../errors.js';
import type { Tile } from '../cut/tile.js';
import type { TileIndex } from '../cut/tile-index.js';
import type { LayerSource } from '../layer.js';
import type { Projection } from '../plate-carree.js';

/* The messages between the thread that answers requests and the one that draws. Messages are handled in order. */

/** A group to be made, of what the database gave or of what was kept; without an answer. */
export interface HoldRequest {
  hold: string;
  maxzoom: number;
  sources?: readonly LayerSource[];
  /** Of the sources; what was kept is projected. */
  projection?: Projection;
  packed?: Uint8Array;
}

/** A tile of some groups. */
export interface DrawRequest {
  id: number;
  address: Tile;
  parts: readonly { group: string; layers: readonly string[]; lacking: readonly string[] }[];
  /** The tile is not encoded, but put into the tile of a span, for the days `from` to `to`. */
  into?: SpanStep;
  /** Groups that were drawn from on the other thread, the last one last. */
  lately: readonly string[];
  maxBytes: number;
}

/** A state's place in a tile of many: the span under its number, and the day numbers of the state in it, half-open. */
export interface SpanStep {
  span: number;
  from: number;
  to: number;
}

/** Asks for the tile of a span, and that it be forgotten. */
export interface SpanRequest {
  id: number;
  finish: number;
  maxTileBytes: number;
}

/** Asks for a level of a group, counted from the coarsest, in the form in which it is kept: one a message, so that tiles come between. */
export interface PackRequest {
  id: number;
  pack: string;
  level: number;
  /** The group is forgotten with its last level. */
  isAllOfIt: boolean;
}

/** Has all groups forgotten; without an answer. */
export interface ForgetRequest {
  forgetAll: true;
}

export type Request = HoldRequest | ForgetRequest | DrawRequest | SpanRequest | PackRequest;

/** A part of a tile; the indexes that the other thread lacked are sent along, in shared buffers. */
export type Drawn =
  | { bytes: Uint8Array<ArrayBuffer>; indexes: readonly (readonly [layer: string, index: TileIndex])[] }
  | { missing: true };

export interface PackedLevel {
  maxzoom: number;
  bytes: Uint8Array;
}

export type Answer =
  | { id: number; drawn: readonly Drawn[]; held: number; gone: readonly string[] }
  | { id: number; span: { bytes: Uint8Array<ArrayBuffer>; omitted: number } }
  | { id: number; packed: PackedLevel | null; isLast: boolean }
  | { id: number; code: ErrorCode; message: string };
