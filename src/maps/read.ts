import { type ErrorCode, type Problem, SalientError } from '../errors.js';
import type { MapSource } from '../formats/byte-source.js';
import type { ImportOptions } from '../formats/feature-attributes.js';
import type { ReadOptions } from '../formats/format.js';
import { createMapReader, type Reading } from '../formats/map-reader.js';
import { idsApart } from '../formats/party-names.js';
import { readMap } from '../formats/read-map.js';
import { type CompactSnapshot, createPacker, type DrawnDay } from './packed-areas.js';

/** A map file as read: its days, and what was noticed on the way. */
export interface ReadFile extends Reading {
  format: string;
  /** In order of date, each date once. */
  snapshots: CompactSnapshot[];
  /** Days in other coordinate systems, which `reprojectFile` turns into snapshots. */
  drawn: DrawnDay[];
}

export interface ReadRequest {
  source: MapSource;
  options: ImportOptions;
  reading: ReadOptions;
  /** Unmapped features are listed and not refused: for `salient mapping check`. */
  lenient: boolean;
}

/**
 * Reads a map file into compact days, in this thread.
 * @throws SalientError `invalid_body`, `too_large`, or `invalid_snapshot` with every problem
 */
export async function readHere(request: ReadRequest): Promise<ReadFile> {
  const { source, options, reading, lenient } = request;
  const packer = createPacker();
  const reader = createMapReader(options, packer.add);
  const format = await readMap(source, reader, reading);
  const read = reader.reading();
  const serious = reader.problems.all.filter(({ code }) => !(lenient && code === 'unmapped'));
  if (serious.length > 0) throw reader.problems.toError('invalid_snapshot');
  // Ids are made while the file is read: where two names would share one, it is read again with an id for each, whatever their order.
  const apart = options.partyIds || options.mapping || options.knownParties ? null : idsApart(read.parties);
  if (apart) return readHere({ ...request, options: { ...options, partyIds: apart } });
  const [snapshots, drawn] = [packer.snapshots(), packer.drawn()];
  if (snapshots.length + drawn.length === 0 && !lenient) {
    throw new SalientError('invalid_snapshot', `none of ${read.features} features is an area: every one is ignored`, [
      { code: 'empty', at: '', message: 'a snapshot without areas says nothing; mark unknown ground as unknown' },
    ]);
  }
  return { ...read, format, snapshots, drawn };
}

export type WorkerAnswer = { file: ReadFile } | { code: ErrorCode; message: string; problems: Problem[] };
