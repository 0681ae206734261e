import { SalientError } from '../errors.js';
import { standingSeries } from '../series/as-of.js';
import { refusePurged } from '../series/purged.js';
import { recordingInstant } from '../series/reference/editions.sql.js';
import type { Db, Queryable } from '../store/pool.js';
import { within } from '../store/rehearsal.js';
import { appendAudit } from './audit.sql.js';
import { conflictOf, type Despite, refuseConflict } from './conflict.js';
import { type Embargo, strictest } from './embargo.js';
import { makeProposed, tryProposed } from './make-proposed.js';
import { goAhead, keepUp } from './members-record.js';
import { previewChange, previewMap } from './preview.js';
import { isReference, type Proposed, unknownProposal } from './proposal.js';
import {
  approvalsNeeded,
  dueReleases,
  insertApproval,
  insertComment,
  insertOutcome,
  insertProposal,
  insertRelease,
  insertStop,
  lockProposal,
  type ProposalRow,
  proposals,
  proposedFile,
} from './proposals.sql.js';
import { changeOf } from './proposed-change.js';
import { restingConflict } from './resting.js';
import { neededByKind } from './review-rule.js';
import { sourceViewer } from './sources.js';

/** Proposes a change: it is tried on the map as it is, and kept with what it would do. Nothing public changes. */
export async function propose(db: Db, series: string, change: Proposed, by: string) {
  const tried = await tryOnMap(db, series, change, by);
  return db.transaction((tx) => keepProposal(tx, series, tried, by));
}

/**
 * Proposes several changes, each tried on the map as it is: all of them, or none when one is refused.
 * @throws SalientError as `propose`, with the number of the row
 */
export async function proposeEach(db: Db, series: string, changes: readonly Proposed[], by: string) {
  const tried: Tried[] = [];
  for (const [row, change] of changes.entries()) {
    tried.push(
      await tryOnMap(db, series, change, by).catch((error) => {
        if (!(error instanceof SalientError)) throw error;
        const problems = error.problems.map((problem) => ({ ...problem, at: `/${row}${problem.at}` }));
        throw new SalientError(error.code, `row ${row + 1}: ${error.message}`, problems);
      }),
    );
  }
  const proposals: Awaited<ReturnType<typeof keepProposal>>[] = [];
  await db.transaction(async (tx) => {
    for (const one of tried) proposals.push(await keepProposal(tx, series, one, by));
  });
  return { series, proposals };
}

type Tried = Awaited<ReturnType<typeof tryOnMap>>;

async function tryOnMap(db: Db, series: string, { content: given, why, sources, file = null }: Proposed, by: string) {
  const { theatre } = await standingSeries(db, series);
  const { applied, ...preview } = await previewChange(
    db,
    { series, theatre, id: null },
    { content: given, file, why, sources, by },
  );
  const { effect, replaced } = applied;
  const content = isReference(given) && replaced !== undefined ? { ...given, replaces: replaced } : given;
  return { row: { series, theatre, content, file, why, sources, effect, by }, preview };
}

async function keepProposal(tx: Queryable, series: string, { row, preview }: Tried, by: string) {
  const { content, why, sources } = row;
  const proposal = await insertProposal(tx, row);
  const detail = { kind: content.kind, date: content.date, why, sources };
  await audit(within(tx), series, proposal, 'propose', by, detail);
  return { series, proposal, state: 'open' as const, preview };
}

/** What a proposal would do, with the map that it would make (GeoJSON): nothing is stored, and nobody hears of it. */
export async function tryProposal(
  db: Db,
  series: string,
  { content, why, sources, file = null }: Proposed & { file?: Uint8Array | null },
  by: string,
) {
  const { theatre } = await standingSeries(db, series);
  const change = { content, file, why, sources, by };
  const of = { series, theatre, id: null };
  const { applied: _, ...preview } = await previewChange(db, of, change);
  const map = await previewMap(db, of, change);
  return { series, proposal: null, state: 'preview' as const, preview, map };
}

/** The proposals of a series; with `open` those that wait for a decision or a release. */
export async function listProposals(db: Db, series: string, open: boolean) {
  const shown = await sourceViewer(db, series);
  return {
    series,
    approvals_needed: await approvalsNeeded(db, series, null),
    approvals_by_kind: await neededByKind(db, series),
    proposals: (await proposals(db, series, { open })).map((row) => summaryOf(row, shown)),
  };
}

/** One proposal with what it would do now, while it is not yet in the map. @throws SalientError `unknown_proposal` */
export async function showProposal(db: Db, series: string, id: number) {
  const shown = await sourceViewer(db, series);
  const row = await proposalNamed(db, series, id);
  const open = row.state === 'open' || row.state === 'approved';
  const preview = open ? await tryOut(db, row) : null;
  const file = isReference(row.content) ? await proposedFile(db, id) : null;
  const records = file && Buffer.from(file).toString('utf8');
  return {
    ...summaryOf(row, shown),
    content: row.content,
    ...(records && { records }),
    approvals_needed: await approvalsNeeded(db, series, row.kind),
    preview,
  };
}

/** The map as a proposal would make it: GeoJSON. @throws SalientError `unknown_proposal`, `decided` once it went out */
export async function proposedMap(db: Db, series: string, id: number) {
  const row = await proposalNamed(db, series, id);
  if (row.state !== 'open' && row.state !== 'approved') {
    throw new SalientError('decided', `proposal ${id} is ${row.state}: its map is no longer a proposal`);
  }
  return previewMap(db, row, await changeOf(db, row));
}

async function tryOut(db: Db, row: ProposalRow) {
  try {
    const { applied, ...preview } = await previewChange(db, row, await changeOf(db, row));
    return { ...preview, conflict: conflictOf(row, applied) };
  } catch (error) {
    if (!(error instanceof SalientError)) throw error;
    return { refused: { code: error.code, message: error.message, problems: error.problems } };
  }
}

/** Says something of a proposal; decides nothing. */
export function comment(db: Db, series: string, id: number, text: string, by: string) {
  return db.transaction(async (tx) => {
    await proposalNamed(within(tx), series, id);
    await insertComment(tx, id, by, text);
    await audit(within(tx), series, id, 'comment', by, { text });
    return { series, proposal: id };
  });
}

/**
 * Approves a proposal. Nobody approves their own, nor what a subscription
 * of theirs brought; when as many others as the rule of the series requires have
 * and still may, it is
 * approved and goes out at once or when its embargo ends: of the embargoes that they stated the strictest. Two reviewers at the same moment take turns: one decision.
 * @throws SalientError `unknown_proposal`, `decided`, `own_proposal`, `proposal_conflict` when the map under it has changed
 * and `rebase` is not given, `partisan_source` when it stands by sources of the side that gains and `partisan` is not
 */
export function approve(
  db: Db,
  series: string,
  id: number,
  { why, by, embargo, rebase, partisan = null }: { why: string; by: string; embargo: Embargo } & Partial<Despite>,
) {
  return db.transaction(async (tx) => {
    const inside = within(tx);
    const row = await undecided(inside, series, id);
    const stated = row.approvals.map(({ embargo: until }) => (until === null ? null : { until }));
    const held = strictest([...stated, embargo]);
    // The record of members is of a theatre: no writer of any of its series may be under way.
    if (held !== null) await recordingInstant(tx);
    if (isAuthor(row, by)) {
      const how = row.proposed_by === by ? 'proposed this' : `stated ${row.proposed_by}, which proposed this`;
      throw new SalientError(
        'own_proposal',
        `${by} ${how}: somebody else approves it (salient token create makes their credential)`,
      );
    }
    const counting = row.approvals.filter(({ lapsed }) => lapsed === null);
    if (counting.some((given) => given.by === by)) {
      throw new SalientError('decided', `${by} has approved proposal ${id} already`);
    }
    await insertApproval(tx, { proposal: id, by, why, embargo });
    const detail = { why, ...(partisan !== null && { partisan }), ...(embargo !== null && { embargo: embargo.until }) };
    await audit(inside, series, id, 'approve', by, detail);
    const words = { rebase: rebase ?? false, partisan };
    const needed = await approvalsNeeded(tx, series, row.kind);
    const given = counting.length + 1;
    const counts = { approvals: given, approvals_needed: needed };
    const release_at = held?.until ?? null;
    if (given < needed) return { series, proposal: id, state: 'open' as const, release_at, ...counts };

    await insertOutcome(tx, { proposal: id, outcome: 'approved', by, why, embargo: held });
    if (release_at !== null) {
      // It is tried again, so that nothing is approved that could not go out.
      await checkConflict(inside, row, words);
      await audit(inside, series, id, 'embargo', by, { until: release_at });
      await goAhead(inside, row.theatre);
      return { series, proposal: id, state: 'approved' as const, release_at, ...counts };
    }
    return { ...(await putOut(inside, row, by, words)), ...counts };
  });
}

/** Whether a principal answers for a proposal: by itself, or by the subscription that brought it. */
const isAuthor = ({ proposed_by, stated_by }: ProposalRow, by: string) => proposed_by === by || stated_by === by;

/** Ends a proposal: a reviewer rejects it, or its author takes it back. @throws SalientError `unknown_proposal`, `decided` */
export function end(
  db: Db,
  series: string,
  id: number,
  { outcome, why, by }: { outcome: 'rejected' | 'retracted'; why: string; by: string },
) {
  return db.transaction(async (tx) => {
    const inside = within(tx);
    const row = await undecided(inside, series, id);
    if (outcome === 'retracted' && !isAuthor(row, by)) {
      throw new SalientError(
        'not_allowed',
        `only ${row.stated_by ?? row.proposed_by} takes this proposal back; a reviewer rejects it`,
      );
    }
    await insertOutcome(tx, { proposal: id, outcome, by, why, embargo: null });
    await audit(inside, series, id, outcome === 'rejected' ? 'reject' : 'retract', by, { why });
    return { series, proposal: id, state: outcome };
  });
}

/** Lets an approved change out. @throws SalientError `unknown_proposal`, `decided`, `proposal_conflict` */
export function release(db: Db, series: string, id: number, { by, rebase }: { by: string; rebase: boolean }) {
  return db.transaction(async (tx) => {
    const inside = within(tx);
    const row = await waiting(inside, series, id, 'released');
    await recordingInstant(tx);
    const released = await putOut(inside, row, by, { rebase, partisan: 'approved' });
    await keepUp(inside, row.theatre);
    return released;
  });
}

/**
 * Stops an approved change before it goes out: it never does, and leaves the record of members. Who still wants it proposes it again.
 * @returns also which of those that wait do not fit without it, and why
 * @throws SalientError `unknown_proposal`; `decided` where it went out already, or waits for no release
 */
export function stop(db: Db, series: string, id: number, { why, by }: { why: string; by: string }) {
  return db.transaction(async (tx) => {
    const inside = within(tx);
    const row = await waiting(inside, series, id, 'stopped');
    // The record of members is of a theatre, as in `approve`.
    await recordingInstant(tx);
    await insertStop(tx, id, by, why);
    const no_longer_fit = await keepUp(inside, row.theatre);
    await audit(inside, series, id, 'stop', by, { why, ...(no_longer_fit.length > 0 && { no_longer_fit }) });
    return { series, proposal: id, state: 'stopped' as const, no_longer_fit };
  });
}

/** How a release that came due went. */
export interface Released {
  series: string;
  proposal: number;
  /** Null: it went out. */
  failure: string | null;
}

/** Lets out what is due. Each by itself: one that fails stays approved and waits for a person; the caller logs why. */
export async function releaseDue(db: Db): Promise<Released[]> {
  const done: Released[] = [];
  for (const { id, series } of await dueReleases(db)) {
    const failure = await release(db, series, id, { by: 'embargo', rebase: false }).then(
      () => null,
      (error: Error) => error.message,
    );
    done.push({ series, proposal: id, failure });
  }
  return done;
}

/** @throws SalientError as `applyChange`; `proposal_conflict` also where it rests on what is not out */
async function putOut(inside: Db, row: ProposalRow, by: string, words: Despite) {
  const { series, id } = row;
  const applied = await makeProposed(inside, row, [], { keep: true }).catch(async (refusal) => {
    if (!(refusal instanceof SalientError)) throw refusal;
    throw restingConflict(id, (await tryProposed(inside, row)).restsOn);
  });
  refuseConflict(row, applied, words);
  await insertRelease(inside, id, by, { revision: applied.revision, notes: applied.notes });
  await audit(inside, series, id, 'release', by, { date: applied.date, revision: applied.revision });
  return {
    series,
    proposal: id,
    state: 'released' as const,
    date: applied.date,
    revision: applied.revision,
    notes: applied.notes,
  };
}

async function checkConflict(inside: Db, row: ProposalRow, words: Despite): Promise<void> {
  refuseConflict(row, (await tryProposed(inside, row)).result, words);
}

/** Locked. @throws SalientError `decided` unless it is approved and not out */
async function waiting(inside: Db, series: string, id: number, verb: string): Promise<ProposalRow> {
  await lockProposal(inside, id);
  const row = await proposalNamed(inside, series, id);
  if (row.state === 'approved') return row;
  const how = row.stop ? ` by ${row.stop.by}: ${row.stop.why}` : '';
  throw new SalientError('decided', `proposal ${id} is ${row.state}${how}: only an approved one that waits is ${verb}`);
}

async function undecided(inside: Db, series: string, id: number): Promise<ProposalRow> {
  await lockProposal(inside, id);
  const row = await proposalNamed(inside, series, id);
  if (row.state === 'open') return row;
  const way = row.state === 'approved' ? ' (it is not out: stop it before, with a reason)' : '';
  throw new SalientError(
    'decided',
    `proposal ${id} was ${row.outcome?.outcome} by ${row.outcome?.by}: ${row.outcome?.why}${way}`,
  );
}

async function proposalNamed(db: Db, series: string, id: number): Promise<ProposalRow> {
  const [row] = await proposals(db, series, { id });
  if (!row) throw unknownProposal(series, id);
  if ('purged' in row.content) throw refusePurged(series, row.date);
  return row;
}

const subjectOf = (series: string, id: number) => `${series}/proposals/${id}`;

const audit = (db: Db, series: string, id: number, action: string, principal: string, detail: unknown) =>
  appendAudit(db, { principal, action, subject: subjectOf(series, id), detail });

type ShowSources = Awaited<ReturnType<typeof sourceViewer>>;

function summaryOf({ content: _, effect, theatre: __, ...row }: ProposalRow, shown: ShowSources) {
  const change = effect.map(({ from, to, m2 }) => ({ from, to, km2: m2 / 1e6 }));
  const sources = shown(row.id, row.sources);
  return { ...row, sources, change, href: `/series/${row.series}/proposals/${row.id}` };
}
