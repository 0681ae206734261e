import type { Instant } from '../model/dates.js';
import { currentSources, insertSources } from '../series/claims-and-events-write.sql.js';
import { theatreTurn } from '../series/reference/editions.sql.js';
import { contentHash } from '../store/content-hash.js';
import type { Queryable } from '../store/pool.js';

/** The log's source for an import: one per place it came from, named by the hash of that. */
export async function sourceNamed(
  tx: Queryable,
  theatre: string,
  name: string,
  publisher: string,
  at: Instant,
): Promise<number> {
  const id = `import-${contentHash([name, publisher]).slice(0, 12)}`;
  const find = async () => (await currentSources(tx, theatre)).find((row) => row.id === id)?.no;
  const found = await find();
  if (found !== undefined) return found;
  // Another series of the theatre may be at it.
  await theatreTurn(tx, theatre);
  const foundMeanwhile = await find();
  if (foundMeanwhile !== undefined) return foundMeanwhile;
  const url = /^https?:\/\//.test(name) ? name : null;
  const source = {
    id,
    publisher,
    title: url ? null : name,
    url,
    published_on: null,
    published_on_inferred: false,
    stance: 'press',
    favours: null,
    via: null,
    note: null,
  };
  await insertSources(tx, theatre, [{ ...source, sha256: contentHash(source) }], at);
  return (await find()) as number;
}
