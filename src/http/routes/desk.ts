import { auditEntries, auditHead, verifyAudit } from '../../desk/audit.sql.js';
import {
  approve,
  comment,
  end,
  listProposals,
  propose,
  proposedMap,
  proposeEach,
  release,
  showProposal,
  stop,
  tryProposal,
} from '../../desk/desk.js';
import type { Embargo } from '../../desk/embargo.js';
import { PROPOSAL_SCHEMA, parseProposal, parseSources } from '../../desk/proposal.js';
import { proposalsOfTable } from '../../desk/proposal-table.js';
import { RULED_KINDS, type RuledKind, stateRule } from '../../desk/review-rule.js';
import { SalientError } from '../../errors.js';
import { allBytesOf } from '../../formats/byte-source.js';
import { parseJson } from '../../geometry/json-limits.js';
import type { ImportWords } from '../../maps/import-words.js';
import { published } from '../../model/contract.js';
import type { IsoDate } from '../../model/dates.js';
import { REFERENCE_KINDS } from '../../series/bundle/reference-rows.js';
import { principalName } from '../../store/principal.js';
import { date, flag, instant, oneOf, optional, series, text, wholeNumber } from '../parameters.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';

const proposal = wholeNumber('number of the proposal', 999_999_999);
const why = text('the reason; kept');

/** Proposed changes and the audit log: editorial, so a credential reads them. */
export const DESK_ROUTES: readonly Route[] = [
  route('/proposal.schema.json', 'JSON Schema of a proposed change', {}, {}, async () => published(PROPOSAL_SCHEMA)),
  route(
    '/series/{id}/proposals',
    'The proposed changes of a series, with who said what of each',
    { id: series },
    { open: flag('true: those that wait for a decision or a release') },
    ({ db }, values) => listProposals(db, values.id, values.open ?? false),
    'read',
  ),
  route(
    '/series/{id}/proposals/{proposal}',
    'A proposed change with what it would do now; f=geojson gives the map as it would be',
    { id: series, proposal },
    { f: optional(oneOf(['json', 'geojson'], 'form of the answer')) },
    ({ db }, values) => (values.f === 'geojson' ? proposedMap : showProposal)(db, values.id, values.proposal),
    'read',
  ),
  route(
    '/audit',
    'Who did what, when and why, in order: each entry with the hash of the one before it',
    {},
    {
      after: optional(wholeNumber('number of the entry after which to begin', 999_999_999)),
      limit: optional(wholeNumber('how many entries at most; 1000 when absent', 10_000)),
    },
    async ({ db }, { after, limit }) => {
      // Before the entries: the end of a log that grows meanwhile is not further than what is sent.
      const head = await auditHead(db);
      return { entries: await auditEntries(db, after ?? 0, limit ?? 1000), head };
    },
    'admin',
  ),
  route(
    '/audit/verify',
    'Whether the audit log holds: its length, its last hash, the first entry that was changed',
    {},
    { head: optional(text('a hash that the log had earlier: one that no entry has shows that its end was cut off')) },
    ({ db }, { head }) => verifyAudit(db, head),
    'admin',
  ),
];

const MAP_WORDS = ['date-property', 'party', 'party-property', 'status-property', 'layer', 'file'] as const;

/** Why, and on whose word, where a file is proposed. */
const PROVENANCE = {
  why: text('the reason, in words'),
  source: text('address of the source: http or https'),
  publisher: text('who publishes the source'),
} as const;
const STATEMENT_KINDS = ['claim', 'event'] as const;

/** Scope, further scope and role of what who contributes may do. */
const BY_CONTRIBUTORS = ['write', () => null, 'contributor'] as const;

/** What people do with proposals. Each is recorded in the audit log with its principal. */
export const DESK_WRITES: readonly Write[] = [
  write(
    '/series/{id}/proposals',
    'Propose a change of any kind (/proposal.schema.json): the answer says what it would do',
    {},
    { preview: flag('true: only what it would do, with the map that it would make; nothing is stored') },
    true,
    (db, id, { preview }, { map }) =>
      (preview ? tryProposal : propose)(db, id, parseProposal(parseJson(map as Uint8Array)), principalName()),
    ...BY_CONTRIBUTORS,
  ),
  write(
    '/series/{id}/proposals/map',
    'Propose a file of any format as the map of its day: the answer says what it would do',
    {},
    {
      date: date('day of the map'),
      ...PROVENANCE,
      'date-property': optional(text('property of each feature that holds its day')),
      party: optional(text('party of every area, when the file does not say')),
      'party-property': optional(text('property of each feature that holds its party')),
      'status-property': optional(text('property of each feature that holds its status')),
      layer: optional(text('layer of a file that has several')),
      file: optional(text('name of the file')),
    },
    true,
    async (db, id, values, { map }) => {
      const words = Object.fromEntries(
        MAP_WORDS.flatMap((name) => (values[name] === null ? [] : [[name, values[name]]])),
      );
      const sources = parseSources([{ url: values.source, publisher: values.publisher }]);
      const content = { kind: 'map' as const, date: values.date, words: words as ImportWords };
      return propose(db, id, { content, why: values.why, sources, file: await allBytesOf(map) }, principalName());
    },
    ...BY_CONTRIBUTORS,
  ),
  ...REFERENCE_KINDS.map((kind) =>
    write(
      `/series/{id}/proposals/${kind}`,
      `Propose ${kind} to add or change, from a GeoJSON FeatureCollection or a CSV table: the answer says what they would do`,
      {},
      {
        ...PROVENANCE,
        date: date('day on which the preview looks'),
        ...(kind === 'posts' && {
          operator: optional(text('party that runs the posts, where a record does not say')),
          since: optional(date('day on which the posts were there first, where a record does not say')),
        }),
      },
      true,
      async (db, id, values, { map }) => {
        const { operator = null, since = null } = values as { operator?: string | null; since?: IsoDate | null };
        const sources = parseSources([{ url: values.source, publisher: values.publisher }]);
        const content = { kind, date: values.date, operator, since };
        return propose(db, id, { content, why: values.why, sources, file: await allBytesOf(map) }, principalName());
      },
      ...BY_CONTRIBUTORS,
    ),
  ),
  ...STATEMENT_KINDS.map((kind) =>
    write(
      `/series/{id}/proposals/${kind}s`,
      `Propose the ${kind}s of a CSV table, one proposal a row; all of them or, when one row cannot be, none`,
      {},
      {},
      true,
      async (db, id, _, { map }) => proposeEach(db, id, proposalsOfTable(kind, await allBytesOf(map)), principalName()),
      ...BY_CONTRIBUTORS,
    ),
  ),
  write(
    '/series/{id}/proposals/{proposal}/comment',
    'Say something of a proposal; decides nothing',
    { proposal },
    { text: text('what is said; kept') },
    false,
    (db, id, values) => comment(db, id, values.proposal, values.text, principalName()),
    ...BY_CONTRIBUTORS,
  ),
  write(
    '/series/{id}/proposals/{proposal}/approve',
    'Approve a proposal of somebody else; it goes out at once, at an instant, or when it is released',
    { proposal },
    {
      why,
      'release-at': optional(instant('embargo: the instant at which it goes out')),
      embargo: flag('true: it goes out when somebody releases it'),
      rebase: flag('true: although the map under it has changed since it was proposed'),
      'partisan-why': optional(
        text('why partisan sources of the side that gains hold, where the change stands by them alone; kept'),
      ),
    },
    false,
    (db, id, { proposal: number, why: reason, rebase, ...values }) => {
      const until = embargoOf(values.embargo ?? false, values['release-at']);
      const despite = { rebase: rebase ?? false, partisan: values['partisan-why'] };
      return approve(db, id, number, { why: reason, by: principalName(), embargo: until, ...despite });
    },
    'review',
  ),
  write(
    '/series/{id}/proposals/{proposal}/reject',
    'Reject a proposal, with the reason',
    { proposal },
    { why },
    false,
    (db, id, values) => end(db, id, values.proposal, { outcome: 'rejected', why: values.why, by: principalName() }),
    'review',
  ),
  write(
    '/series/{id}/proposals/{proposal}/retract',
    'Take one’s own proposal back',
    { proposal },
    { why },
    false,
    (db, id, values) => end(db, id, values.proposal, { outcome: 'retracted', why: values.why, by: principalName() }),
    ...BY_CONTRIBUTORS,
  ),
  write(
    '/series/{id}/proposals/{proposal}/release',
    'Let an approved change out before its embargo ends',
    { proposal },
    { rebase: flag('true: although the map under it has changed since it was proposed') },
    false,
    (db, id, values) => release(db, id, values.proposal, { by: principalName(), rebase: values.rebase ?? false }),
    'review',
    () => null,
    'publisher',
  ),
  write(
    '/series/{id}/proposals/{proposal}/stop',
    'Stop an approved change before it goes out: it never does',
    { proposal },
    { why },
    false,
    (db, id, values) => stop(db, id, values.proposal, { why: values.why, by: principalName() }),
    'review',
  ),
  write(
    '/series/{id}/review-rule',
    'State how many people other than the author approve a change of the series',
    {},
    {
      approvals: wholeNumber('how many', 5, 1),
      kinds: optional(
        text(`of which kinds of change alone, between commas: ${RULED_KINDS.join(', ')}; held: maps under review`),
      ),
      why,
    },
    false,
    (db, id, { kinds, ...values }) => stateRule(db, id, { ...values, kinds: ruledKinds(kinds), by: principalName() }),
    'admin',
  ),
];

function embargoOf(byHand: boolean, at: string | null): Embargo {
  if (byHand && at !== null) throw new SalientError('invalid_parameter', 'give release-at or embargo=true, not both');
  if (byHand) return { until: 'release' };
  if (at === null) return null;
  if (Date.parse(at) <= Date.now())
    throw new SalientError(
      'invalid_parameter',
      `release-at: ${at} is past; leave it out to let the change out at once`,
    );
  return { until: at };
}

function ruledKinds(given: string | null): RuledKind[] | null {
  if (given === null) return null;
  return given.split(',').map((name) => {
    const kind = RULED_KINDS.find((known) => known === name.trim());
    if (!kind)
      throw new SalientError(
        'invalid_parameter',
        `kinds: ${JSON.stringify(name)} is none of ${RULED_KINDS.join(', ')}`,
      );
    return kind;
  });
}
