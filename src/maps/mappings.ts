import { SalientError } from '../errors.js';
import type { Mapping } from '../formats/mapping.js';
import { readMapping } from '../formats/read-mapping.js';
import type { Instant } from '../model/dates.js';
import { recordingInstant } from '../series/reference/editions.sql.js';
import { statementAt } from '../series/series.sql.js';
import { contentHash } from '../store/content-hash.js';
import type { Db, Queryable } from '../store/pool.js';
import { insertMapping, type MappingEdition, newestMapping } from './mappings.sql.js';

/** States how the maps of a series are read from now on. The same mapping again changes nothing. */
export async function setMapping(db: Db, series: string, file: Uint8Array) {
  const mapping = readMapping(file);
  const edition = await db.transaction(async (tx) => {
    const at = await recordingInstant(tx, series);
    await seriesExists(tx, series);
    return mappingEdition(tx, series, mapping, at);
  });
  return { series, edition };
}

/**
 * How the maps of a series are read.
 * @throws SalientError `unknown_series`, `no_data` when nothing was stated
 */
export async function askMapping(db: Queryable, series: string): Promise<{ series: string } & MappingEdition> {
  await seriesExists(db, series);
  const newest = await newestMapping(db, series);
  if (newest === null)
    throw new SalientError('no_data', `series ${series} has no mapping: its maps are read by properties`);
  return { series, ...newest };
}

/** The edition of the series' mapping with this content: the newest, or a new one. */
export async function mappingEdition(tx: Queryable, series: string, mapping: Mapping, at: Instant): Promise<number> {
  const sha256 = contentHash(mapping);
  const newest = await newestMapping(tx, series);
  return newest?.sha256 === sha256 ? newest.id : insertMapping(tx, series, sha256, mapping, at);
}

async function seriesExists(db: Queryable, series: string): Promise<void> {
  if (await statementAt(db, series, null)) return;
  throw new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}`);
}
