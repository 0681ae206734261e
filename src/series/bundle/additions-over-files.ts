import { ProblemList } from '../../model/problem-list.js';
import type { Queryable } from '../../store/pool.js';
import { amendBy, amendEdition } from '../reference/amend-edition.js';
import { rowsByKey } from '../reference/copy-edition.sql.js';
import { type Edition, recordingInstant } from '../reference/editions.sql.js';
import { nameAddition, referenceAdditions } from '../reference/reference-additions.sql.js';

/**
 * Lays what the desk added to a theatre over a new version of its files: rows whose key the files left as it was, or state as the
 * desk does. What the files have taken over is theirs from then on.
 * @param before the version of the files that the additions have been laid over so far
 * @returns the version that holds now
 * @throws SalientError `invalid_geodata` for rows that both the files and the desk have changed, each otherwise
 */
export async function layAdditionsOver(tx: Queryable, before: Edition, files: Edition): Promise<Edition> {
  const { theatre } = files;
  let current = files;
  const conflicts = new ProblemList();
  for (const addition of await referenceAdditions(tx, theatre)) {
    const { id, kind, file, words, keys, base, edition } = addition;
    let open = false;
    for (const table of TABLES_OF[kind]) {
      const rows = (of: number) => rowsByKey(tx, of, table, keys);
      const [was, made, stated, now] = [
        await rows(base),
        await rows(edition),
        await rows(before.id),
        await rows(files.id),
      ];
      for (const key of keys) {
        const taken = stated.get(key) === made.get(key);
        open ||= !taken;
        if (taken || now.get(key) === made.get(key) || now.get(key) === was.get(key)) continue;
        // An earlier addition had changed it: what the files say has to be what they said.
        if (now.get(key) === stated.get(key)) continue;
        const words = `the files and addition ${id} of the desk both changed ${key}, each otherwise: state it in the file as it was, or as the desk does`;
        conflicts.add('conflict', `${FILE_OF[table]}/${key}`, words);
      }
    }
    if (!open || conflicts.all.length > 0) continue;
    const amended = await amendEdition(tx, current, await recordingInstant(tx), amendBy(kind, file, words));
    await nameAddition(tx, amended.edition, id);
    current = { ...current, id: amended.edition, sha256: amended.sha256 };
  }
  if (conflicts.all.length > 0) throw conflicts.toError('invalid_geodata');
  return current;
}

const TABLES_OF = {
  parties: ['party_entry', 'relation'],
  places: ['place_entry'],
  routes: ['route'],
  posts: ['post'],
} as const;
const FILE_OF = {
  party_entry: 'parties.csv',
  relation: 'relations.csv',
  place_entry: 'places.csv',
  route: 'routes.geojson',
  post: 'posts.csv',
} as const;
