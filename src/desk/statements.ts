import { SalientError } from '../errors.js';
import { hasPlace, hasPost } from '../series/claims-and-events.sql.js';
import {
  currentClaims,
  currentEvents,
  currentSources,
  insertClaims,
  insertEvents,
  insertSources,
} from '../series/claims-and-events-write.sql.js';
import { editionAt, groundParties, recordingInstant } from '../series/reference/editions.sql.js';
import { contentHash } from '../store/content-hash.js';
import type { Db } from '../store/pool.js';
import type { Source, Statement } from './proposal.js';

/**
 * Records a claim or an event with its sources, in the append-only log that bundles are recorded in too. Ids begin with
 * `desk-`, so that a bundle which does not know them still loads.
 * @throws SalientError `invalid_proposal` when the record that is written has no such place, post or party now, or when exactly this is recorded already
 */
export async function recordStatement(db: Db, theatre: string, content: Statement, sources: readonly Source[]) {
  const { kind, id, date, said: stated } = content;
  await checkNames(db, theatre, content, sources);
  const recorded = await (kind === 'claim' ? currentClaims : currentEvents)(db, theatre);
  if (recorded.some((row) => row.id === id)) {
    throw new SalientError('invalid_proposal', `exactly this ${kind} is recorded already, as ${id}`);
  }
  await db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    const cited = sources.map((source) => sourceRow(source));
    const known = new Set((await currentSources(tx, theatre)).map((row) => row.id));
    await insertSources(
      tx,
      theatre,
      cited.filter((row) => !known.has(row.id)),
      at,
    );
    const { latest = date, dates_inferred = false, ...rest } = withoutContinuation(stated);
    const row = {
      ...{ relation: 'at', ...rest, id, earliest: date, latest, dates_inferred, facts: [] },
      published_on: earliestOf(sources),
      counts: 'counts' in stated ? stated.counts : [],
      sources: [...new Set(cited.map((source) => source.id))],
    };
    await (kind === 'claim' ? insertClaims : insertEvents)(tx, theatre, [{ ...row, sha256: contentHash(row) }], at);
  });
}

/** Until when a series goes on is said of the series, not of the place. */
function withoutContinuation(stated: Statement['said']): Statement['said'] {
  const row: Statement['said'] & { complete_until?: unknown } = { ...stated };
  delete row.complete_until;
  return row;
}

const earliestOf = (sources: readonly Source[]) =>
  sources.flatMap(({ published_on: on }) => on ?? []).sort()[0] ?? null;

function sourceRow({ url, publisher, title, archive, published_on, stance = 'general', favours }: Source) {
  const row = {
    ...{ publisher, title: title ?? null, url, published_on: published_on ?? null, published_on_inferred: false },
    ...{ stance, favours: favours ?? null, via: null, note: null, ...(archive && { archive }) },
  };
  const sha256 = contentHash(row);
  return { ...row, id: `desk-${sha256.slice(0, 24)}`, sha256 };
}

async function checkNames(
  db: Db,
  theatre: string,
  { kind, said: stated }: Statement,
  sources: readonly Source[],
): Promise<void> {
  const problems: { code: string; at: string; message: string }[] = [];
  const edition = (await editionAt(db, theatre, null))?.id ?? null;
  const { place } = stated;
  const post = 'post' in stated ? stated.post : undefined;
  for (const [what, id, has] of [
    ['place', place, hasPlace],
    ['post', post, hasPost],
  ] as const) {
    if (id === undefined || (edition !== null && (await has(db, edition, id)))) continue;
    const message = `the theatre has no ${what} ${JSON.stringify(id)}`;
    problems.push({ code: 'unknown', at: `/${kind}/${what}`, message });
  }
  const parties = (await groundParties(db, theatre)).map(({ id }) => id);
  const named = [
    'party' in stated ? [`/${kind}/party`, stated.party] : [],
    ...sources.map(({ favours }, i) => [`/sources/${i}/favours`, favours]),
  ];
  for (const [at, party] of named) {
    if (at !== undefined && party !== undefined && !parties.includes(party))
      problems.push({
        code: 'unknown',
        at,
        message: `${JSON.stringify(party)} is no party here; there are ${parties.join(', ')}`,
      });
  }
  if (problems.length > 0) throw new SalientError('invalid_proposal', problems[0]?.message ?? '', problems);
}
