import type { ErrorCode } from '../../src/errors.js';
import { brokenAttributes } from './broken-attributes.js';
import { brokenGround } from './broken-ground.js';
import { brokenPolygons } from './broken-polygons.js';
import { brokenShapes } from './broken-shapes.js';
import { brokenStructure } from './broken-structure.js';
import { brokenText } from './broken-text.js';

/** A snapshot file in which exactly one thing is wrong. */
export interface BrokenInput {
  name: string;
  body: string | Uint8Array;
  contentType?: string;
  /** For `POST /series/{id}/snapshots`; `GOOD_QUERY` when absent. */
  query?: string;
  expectCode: ErrorCode;
  /** One of the answer's problems has this code, a pointer like this, and (`hasWhere`) a coordinate. */
  expectProblem: { code?: string; at?: RegExp; hasWhere?: boolean };
  /** The file is well-formed: only what PostGIS measures shows what is wrong. */
  needs?: 'database';
}

/**
 * All of them, for a series with the parties `government` and `opposition` and a theatre that holds
 * lon 36.7 to 37.2, lat 35.2 to 35.6 and lies within lon 35.7 to 37.6, lat 34.7 to 36.6.
 */
export function brokenInputs(): BrokenInput[] {
  const formal = [...brokenText(), ...brokenStructure(), ...brokenAttributes(), ...brokenShapes()];
  return [...formal, ...brokenPolygons(), ...brokenGround()];
}
