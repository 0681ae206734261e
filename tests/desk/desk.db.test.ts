import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lapse } from '../../src/desk/approvers.sql.js';
import {
  type AuditEntry,
  type AuditHead,
  appendAudit,
  auditEntries,
  auditHead,
  verifyAudit,
} from '../../src/desk/audit.sql.js';
import { verifyExported } from '../../src/desk/audit-file.js';
import { conflictOf } from '../../src/desk/conflict.js';
import {
  approve,
  end,
  listProposals,
  propose,
  proposedMap,
  release,
  releaseDue,
  showProposal,
} from '../../src/desk/desk.js';
import { giveRole } from '../../src/desk/membership.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { stateRule } from '../../src/desk/review-rule.js';
import type { Role } from '../../src/desk/role.js';
import { parseDate } from '../../src/model/dates.js';
import { defineReport } from '../../src/reports/define.js';
import { insertDefinition } from '../../src/reports/definitions.sql.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { askControl, askPlaces } from '../../src/series/control.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import type { Scope } from '../../src/store/principal.js';
import { createToken, revokeToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap, squareDegrees } from '../setup/desk-histories.js';
import { valley } from '../setup/valley.js';

const DAY = '2024-05-01';
const box = (w: number, s: number, e: number, n: number) => ({
  type: 'Polygon' as const,
  coordinates: [
    [
      [w, s],
      [e, s],
      [e, n],
      [w, n],
      [w, s],
    ],
  ],
});
const SOURCES = [{ url: 'https://example.org/report', publisher: 'A paper' }];

/** A theatre of two squares: aland in the west, borland in the east. */
async function twoParties(db: Db, series: string): Promise<void> {
  const feature = (party: string, geometry: object) => ({ type: 'Feature', properties: { party }, geometry });
  const features = [feature('aland', box(30, 40, 30.5, 40.5)), feature('borland', box(30.5, 40, 31, 40.5))];
  await firstMap(db, series, parseDate(DAY), features);
}

const edit = (geometry: object, party: string | null, more: object = {}) =>
  parseProposal({ kind: 'edit', date: DAY, why: 'a town fell', sources: SOURCES, geometry, party, ...more });

async function areas(db: Db, series: string): Promise<Record<string, number>> {
  return squareDegrees(
    (await askControl(db, { series, date: parseDate(DAY), knownAt: null }, { cells: false })).features,
  );
}

const bytes = async (db: Db, series: string) =>
  JSON.stringify(await askControl(db, { series, date: parseDate(DAY), knownAt: null }, { cells: false }));

/** Makes people reviewers of a series: an approval counts as long as they are. */
async function reviewers(db: Db, series: string, ...people: string[]): Promise<void> {
  for (const holder of people) await giveRole(db, series, { holder, role: 'reviewer', by: 'token:chief' });
}

const in100ms = () => new Date(Date.now() + 100).toISOString();
const decision = (by: string) => ({ why: 'the source holds', by, embargo: null, rebase: false });

onEachDatabase('the desk', (open) => {
  it('a proposed edit tells what it would do, and changes nothing before somebody else approves it', async () => {
    const db = await open();
    await twoParties(db, 'desk-edit');
    const before = await bytes(db, 'desk-edit');
    const { proposal, preview } = await propose(
      db,
      'desk-edit',
      edit(box(30.5, 40.1, 30.7, 40.3), 'aland'),
      'token:ann',
    );
    expect(preview.change).toEqual([expect.objectContaining({ from: 'borland', to: 'aland' })]);
    expect(preview.change[0]?.km2).toBeCloseTo(377.8, 0);
    expect(await bytes(db, 'desk-edit')).toBe(before);

    await expect(approve(db, 'desk-edit', proposal, decision('token:ann'))).rejects.toMatchObject({
      code: 'own_proposal',
    });
    expect(await bytes(db, 'desk-edit')).toBe(before);
    expect(await approve(db, 'desk-edit', proposal, decision('token:bob'))).toMatchObject({ state: 'released' });
    expect(await bytes(db, 'desk-edit')).not.toBe(before);
    await expect(approve(db, 'desk-edit', proposal, decision('token:cem'))).rejects.toMatchObject({ code: 'decided' });
  });

  it('an edit leaves neither a gap nor an overlap, wherever it is drawn', async () => {
    const db = await open();
    await twoParties(db, 'desk-seam');
    const at = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(at, at), { minLength: 3, maxLength: 3 }), async (corners) => {
        const ring = corners.map(([x, y]) => [30 + x, 40 + y / 2]);
        const [[ax, ay], [bx, by], [cx, cy]] = ring as [number, number][] as [
          [number, number],
          [number, number],
          [number, number],
        ];
        fc.pre(Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) > 1e-3);
        const { preview } = await propose(
          db,
          'desk-seam',
          edit({ type: 'Polygon', coordinates: [[...ring, ring[0]]] }, null, { status: 'contested' }),
          'token:ann',
        );
        const passed = preview.change.reduce((sum, row) => sum + row.km2, 0);
        expect(preview.change.every(({ to }) => to === 'contested')).toBe(true);
        expect(passed).toBeGreaterThan(0);
        expect(preview.notes.filter((note) => /overlap|gap/.test(note))).toEqual([]);
      }),
      { numRuns: 8, seed: 7 },
    );
  });

  it('a rule of two asks two people beside the author, and each once', async () => {
    const db = await open();
    await twoParties(db, 'desk-two');
    await reviewers(db, 'desk-two', 'person:bob', 'person:cem');
    await stateRule(db, 'desk-two', { approvals: 2, why: 'front of the capital', by: 'token:chief' });
    const { proposal } = await propose(db, 'desk-two', edit(box(30.5, 40.1, 30.6, 40.2), 'aland'), 'token:ann');
    expect(await approve(db, 'desk-two', proposal, decision('person:bob'))).toMatchObject({
      state: 'open',
      approvals: 1,
    });
    await expect(approve(db, 'desk-two', proposal, decision('person:bob'))).rejects.toMatchObject({ code: 'decided' });
    expect(await approve(db, 'desk-two', proposal, decision('person:cem'))).toMatchObject({
      state: 'released',
      approvals: 2,
    });
  });

  it('the strictest embargo that any approver stated holds, whoever comes last, and what goes out is released as a step of its own', async () => {
    const db = await open();
    await twoParties(db, 'desk-strictest');
    const by = 'token:chief';
    await reviewers(db, 'desk-strictest', 'person:bob', 'person:cem');
    await stateRule(db, 'desk-strictest', { approvals: 2, why: 'front of the capital', by });
    const before = await bytes(db, 'desk-strictest');
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const later = new Date(Date.now() + 7_200_000).toISOString();
    const until = (at: string | null) => (at === null || at === 'release' ? at : new Date(at).toISOString());
    let south = 40;
    const approvedWith = async (first: string | null, second: string | null) => {
      south += 0.05;
      const change = edit(box(30.5, south, 30.6, south + 0.04), 'aland');
      const { proposal } = await propose(db, 'desk-strictest', change, 'token:ann');
      const given = (until: string | null) => ({ embargo: until === null ? null : { until } });
      const open = await approve(db, 'desk-strictest', proposal, { ...decision('person:bob'), ...given(first) });
      expect(open).toMatchObject({ state: 'open', release_at: first });
      const { approvals } = await showProposal(db, 'desk-strictest', proposal);
      expect(until(approvals[0]?.embargo ?? null)).toBe(first);
      return approve(db, 'desk-strictest', proposal, { ...decision('person:cem'), ...given(second) });
    };
    for (const [first, second, holds] of [
      ['release', null, 'release'],
      ['release', soon, 'release'],
      [soon, 'release', 'release'],
      [later, soon, later],
      [soon, later, later],
      [soon, null, soon],
    ] as const) {
      const approved = await approvedWith(first, second);
      expect(approved.state).toBe('approved');
      expect(until('release_at' in approved ? approved.release_at : null)).toBe(holds);
      expect(await bytes(db, 'desk-strictest')).toBe(before);
    }
    expect(await releaseDue(db)).toEqual([]);
    const entries = (await auditEntries(db, 0, 10_000)).filter(({ subject }) => subject.startsWith('desk-strictest/'));
    const of = (action: string) => entries.filter((entry) => entry.action === action).map(({ detail }) => detail);
    expect(of('approve')[0]).toMatchObject({ embargo: 'release' });
    expect(of('approve')[1]).not.toHaveProperty('embargo');
    expect(of('embargo')[0]).toEqual({ until: 'release' });
    expect(await approvedWith(null, null)).toMatchObject({ state: 'released' });
  });

  it('an approval counts as long as who gave it may approve there, and shows why it no longer does', async () => {
    const db = await open();
    const series = 'desk-lapsed';
    await twoParties(db, series);
    await stateRule(db, series, { approvals: 2, why: 'front of the capital', by: 'token:chief' });
    const role = (holder: string, given: Role | null) =>
      giveRole(db, series, { holder, role: given, by: 'token:chief' });
    const token = (name: string, scopes: Scope[], expiresAt: string | null = null) =>
      createToken(db, { name, scopes, expiresAt, by: 'the tests' });
    const ways: [string, Lapse | null, () => Promise<unknown>, () => Promise<unknown>][] = [
      ['person:rita', 'no_right', () => role('person:rita', 'reviewer'), () => role('person:rita', null)],
      ['person:saul', 'no_right', () => role('person:saul', 'keeper'), () => role('person:saul', 'contributor')],
      ['person:tom', null, () => role('person:tom', 'reviewer'), () => role('person:tom', 'publisher')],
      ['token:lapse-a', 'token_revoked', () => token('lapse-a', ['review']), () => revokeToken(db, 'lapse-a', 'x')],
      [
        ...(['token:lapse-b', 'token_revoked', () => token('lapse-b', ['review'])] as const),
        () => revokeToken(db, 'lapse-b', 'x').then(() => token('lapse-b', ['review'])),
      ],
      [
        ...(['token:lapse-c', 'token_expired', () => token('lapse-c', ['review'], in100ms())] as const),
        () => new Promise((resolve) => setTimeout(resolve, 150)),
      ],
      ['token:lapse-d', null, () => token('lapse-d', ['admin']), async () => {}],
      ['environment', null, async () => {}, async () => {}],
    ];
    for (const [n, [by, lapsed, give, take]] of ways.entries()) {
      await give();
      const [west, east] = [30.5 + n * 0.05, 30.54 + n * 0.05];
      const { proposal } = await propose(db, series, edit(box(west, 40.1, east, 40.2), 'aland'), 'token:ann');
      await approve(db, series, proposal, decision(by));
      await take();
      const { approvals } = await showProposal(db, series, proposal);
      expect([by, approvals.map((given) => given.lapsed)]).toEqual([by, [lapsed]]);
      const second = await approve(db, series, proposal, decision('local'));
      expect([by, second.state, second.approvals]).toEqual([by, lapsed ? 'open' : 'released', lapsed ? 1 : 2]);
      if (by !== 'token:lapse-b') continue;
      // Another token of the name approves by itself.
      expect(await approve(db, series, proposal, decision(by))).toMatchObject({ state: 'released', approvals: 2 });
    }
    for (const name of ['lapse-b', 'lapse-c', 'lapse-d']) await revokeToken(db, name, 'the tests');
  });

  it('a rule of two may be about some kinds of change', async () => {
    const db = await open();
    const rule = { approvals: 2, kinds: ['withdrawal'] as const, why: 'a map is quickly gone', by: 'token:owner' };
    await twoParties(db, 'desk-kinds');
    await stateRule(db, 'desk-kinds', rule);
    const { approvals_by_kind } = await listProposals(db, 'desk-kinds', true);
    expect(approvals_by_kind).toMatchObject({ edit: 1, withdrawal: 2, claim: 1, held: null });
    const withdrawal = parseProposal({ kind: 'withdrawal', date: DAY, why: 'a hoax', sources: SOURCES });
    const one = await propose(db, 'desk-kinds', edit(box(30.5, 40.1, 30.6, 40.2), 'aland'), 'token:ann');
    expect(await approve(db, 'desk-kinds', one.proposal, decision('token:bob'))).toMatchObject({ state: 'released' });
    const two = await propose(db, 'desk-kinds', withdrawal, 'token:ann');
    expect(await approve(db, 'desk-kinds', two.proposal, decision('token:bob'))).toMatchObject({
      state: 'open',
      approvals_needed: 2,
    });
  });

  it('two reviewers at the same moment make one decision', async () => {
    const db = await open();
    await twoParties(db, 'desk-race');
    const { proposal } = await propose(db, 'desk-race', edit(box(30.5, 40.1, 30.6, 40.2), 'aland'), 'token:ann');
    const ended = await Promise.allSettled([
      approve(db, 'desk-race', proposal, decision('token:bob')),
      end(db, 'desk-race', proposal, { outcome: 'rejected', why: 'not so', by: 'token:cem' }),
    ]);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await showProposal(db, 'desk-race', proposal)).state).toMatch(/released|rejected/);
  });

  it('an approved change under embargo shows nowhere before it is released: the same bytes', async () => {
    const db = await open();
    await twoParties(db, 'desk-embargo');
    const before = await bytes(db, 'desk-embargo');
    const { proposal } = await propose(db, 'desk-embargo', edit(box(30.5, 40.1, 30.6, 40.2), 'aland'), 'token:ann');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const embargoed = { ...decision('token:bob'), embargo: { until } };
    expect(await approve(db, 'desk-embargo', proposal, embargoed)).toMatchObject({ state: 'approved' });
    expect((await releaseDue(db)).filter(({ series }) => series === 'desk-embargo')).toEqual([]);
    expect(await bytes(db, 'desk-embargo')).toBe(before);
    expect(JSON.stringify(await proposedMap(db, 'desk-embargo', proposal))).not.toBe(before);
    expect(await release(db, 'desk-embargo', proposal, { by: 'token:bob', rebase: false })).toMatchObject({
      state: 'released',
    });
    expect(await bytes(db, 'desk-embargo')).not.toBe(before);
  });

  it('a change whose map was corrected meanwhile is a stated conflict, settled by a person', async () => {
    const db = await open();
    await twoParties(db, 'desk-conflict');
    const first = await propose(db, 'desk-conflict', edit(box(30.5, 40.1, 30.7, 40.3), 'aland'), 'token:ann');
    const second = await propose(db, 'desk-conflict', edit(box(30.6, 40.1, 30.8, 40.3), 'aland'), 'token:ann');
    await approve(db, 'desk-conflict', first.proposal, decision('token:bob'));
    const after = await bytes(db, 'desk-conflict');
    await expect(approve(db, 'desk-conflict', second.proposal, decision('token:bob'))).rejects.toMatchObject({
      code: 'proposal_conflict',
    });
    expect(await bytes(db, 'desk-conflict')).toBe(after);
    const shown = await showProposal(db, 'desk-conflict', second.proposal);
    expect(shown).toMatchObject({ state: 'open', preview: { conflict: expect.stringContaining('borland to aland') } });
    const passing = (m2: number) => ({ content: { kind: 'edit' }, effect: [{ from: 'a', to: 'b', m2 }] });
    expect(conflictOf(passing(20) as never, passing(3e6) as never)).toBe('a to b 20 m² then, 3.00 km² now');
    const settled = { ...decision('token:bob'), rebase: true };
    expect(await approve(db, 'desk-conflict', second.proposal, settled)).toMatchObject({ state: 'released' });
  });

  it('a withdrawal and its restoration are proposals too', async () => {
    const db = await open();
    await twoParties(db, 'desk-withdraw');
    const before = await areas(db, 'desk-withdraw');
    const words = { date: DAY, why: 'a hoax', sources: SOURCES };
    expect(() => parseProposal({ kind: 'withdrawal', ...words, why: ' \n' })).toThrow('/why');
    const out = await propose(db, 'desk-withdraw', parseProposal({ kind: 'withdrawal', ...words }), 'token:ann');
    await approve(db, 'desk-withdraw', out.proposal, decision('token:bob'));
    await expect(bytes(db, 'desk-withdraw')).rejects.toMatchObject({
      code: expect.stringMatching(/withdrawn|no_data/),
    });
    const back = await propose(db, 'desk-withdraw', parseProposal({ kind: 'restoration', ...words }), 'token:ann');
    await approve(db, 'desk-withdraw', back.proposal, decision('token:bob'));
    expect(await areas(db, 'desk-withdraw')).toEqual(before);
  });

  it('what would change nothing, or is no polygon, is refused when it is proposed', async () => {
    const db = await open();
    await twoParties(db, 'desk-refused');
    const same = propose(db, 'desk-refused', edit(box(30.1, 40.1, 30.2, 40.2), 'aland'), 'token:ann');
    await expect(same).resolves.toMatchObject({ preview: { change: [] } });
    const bow = {
      type: 'Polygon',
      coordinates: [
        [
          [30, 40],
          [30.2, 40.2],
          [30.2, 40],
          [30, 40.2],
          [30, 40],
        ],
      ],
    };
    await expect(propose(db, 'desk-refused', edit(bow, 'aland'), 'token:ann')).rejects.toMatchObject({
      code: 'invalid_proposal',
      problems: [expect.objectContaining({ at: '/geometry', where: [expect.closeTo(30.1), expect.closeTo(40.1)] })],
    });
    await expect(
      propose(db, 'desk-refused', edit(box(30, 40, 30.1, 40.1), 'nobody'), 'token:ann'),
    ).rejects.toMatchObject({
      code: 'invalid_snapshot',
    });
  });

  describe('a claim', () => {
    it('moves the derived series, its places and the log; the bundle still loads, and the same claim is refused', async () => {
      const db = await open();
      const id = `desk-claim-${db.engine}`;
      await loadBundle(db, parseBundle(valley(id)), () => {});
      await deriveSeries(db, id, {}, () => {});
      const report = { id: `${id}-r`, title: id, series: [id], period: { every: 'month' }, since: '2021-02-01' };
      await defineReport(db, { ...report, formats: ['json'] });
      await issuePeriod(db, `${id}-r`, '2021-02');
      // As an older version accepted it: one definition that cannot be read stops no preview.
      const unread = { ...report, id: `${id}-unread`, schedule: { cron: '0 0 31 4,6,9,11 *', time_zone: 'UTC' } };
      await insertDefinition(db, unread.id, unread, null);
      const { features } = await askPlaces(db, { series: id, date: parseDate('2021-02-05'), knownAt: null });
      const [first, other] = features as { properties: { id: string; party: string } }[];
      const place = first?.properties;
      const taker = features
        .map((one) => (one.properties as { party: string }).party)
        .find((party) => party && party !== place?.party);
      expect(other).toBeDefined();
      const sources = [
        { url: 'https://example.org/own', publisher: 'Their radio', stance: 'partisan', favours: taker },
      ];
      const stated = { kind: 'captured', place: place?.id, party: taker };
      const words = parseProposal({ kind: 'claim', date: '2021-02-05', why: 'it fell', sources, claim: stated });
      const { proposal, preview } = await propose(db, id, words, 'token:ann');
      expect(preview.places).toContainEqual(expect.objectContaining({ id: place?.id, to: taker }));
      expect(preview.change.some(({ from, to, km2: area }) => from === place?.party && to === taker && area > 0)).toBe(
        true,
      );
      expect(preview.notes).toContainEqual(expect.stringContaining('partisan sources'));
      const corrected = { report: `${id}-r`, title: id, period: '2021-02', first: expect.stringContaining('→') };
      const unknown = { report: unread.id, title: unread.id, period: null, differences: null };
      expect(preview.reports).toEqual([
        { ...corrected, differences: expect.any(Number) },
        { ...unknown, first: expect.stringContaining('cannot be read: ') },
      ]);

      expect(await issuePeriod(db, `${id}-r`, '2021-02')).toMatchObject({ outcome: 'nothing_new' });
      await expect(approve(db, id, proposal, decision('token:bob'))).rejects.toMatchObject({ code: 'partisan_source' });
      await approve(db, id, proposal, { ...decision('token:bob'), partisan: 'nobody else is there' });
      expect(await issuePeriod(db, `${id}-r`, '2021-02')).toMatchObject({ outcome: 'corrected', edition: 2 });
      const after = await askPlaces(db, { series: id, date: parseDate('2021-02-05'), knownAt: null });
      expect(
        after.features.find((one) => (one.properties as { id: string }).id === place?.id)?.properties,
      ).toMatchObject({ party: taker });
      await expect(propose(db, id, words, 'token:ann')).rejects.toMatchObject({ code: 'invalid_proposal' });
      await loadBundle(db, parseBundle(valley(id)), () => {});
    });

    it('of a place or party that nobody knows is refused with its pointer', async () => {
      const db = await open();
      await twoParties(db, 'desk-unknown');
      const stated = { kind: 'captured', place: 'nowhere', party: 'nobody' };
      const words = parseProposal({ kind: 'claim', date: DAY, why: 'it fell', sources: SOURCES, claim: stated });
      await expect(propose(db, 'desk-unknown', words, 'token:ann')).rejects.toMatchObject({
        code: 'invalid_proposal',
        problems: [expect.objectContaining({ at: '/claim/place' }), expect.objectContaining({ at: '/claim/party' })],
      });
    });
  });

  describe('the audit log', () => {
    it('says who proposed, approved and released, in a chain that verifies', async () => {
      const db = await open();
      await twoParties(db, 'desk-audit');
      const { proposal } = await propose(db, 'desk-audit', edit(box(30.5, 40.1, 30.6, 40.2), 'aland'), 'token:ann');
      await approve(db, 'desk-audit', proposal, decision('token:bob'));
      const entries = (await auditEntries(db, 0, 10_000)).filter(({ subject }) => subject.startsWith('desk-audit/'));
      expect(entries.map(({ action, principal }) => [action, principal])).toEqual([
        ['propose', 'token:ann'],
        ['approve', 'token:bob'],
        ['release', 'token:bob'],
      ]);
      expect(await verifyAudit(db)).toMatchObject({ broken_at: null });
    });

    it.each(
      Object.entries({
        no: 'no = no + 1000000',
        recorded_us: 'recorded_us = recorded_us + 1',
        principal: "principal = 'token:y'",
        action: "action = 'tried'",
        subject: "subject = subject || '!'",
        detail: `detail = detail || '{"m": null}'`,
        previous: "previous = sha256('other')",
        hash: "hash = sha256('other')",
        'detail and the hash over it': `detail = '{}', hash = audit_hash(no, recorded_us, principal, action, subject, '{}', previous)`,
      }),
    )('shows the first entry of which %s was changed', async (_, change) => {
      const db = await open();
      for (const n of [1, 2, 3])
        await appendAudit(db, { principal: 'token:x', action: 'try', subject: 'columns', detail: { n } });
      const [, middle, after] = (await auditEntries(db, 0, 10_000))
        .filter(({ subject }) => subject === 'columns')
        .slice(-3);
      const undo = new Error('undo');
      const tampering = db.transaction(async (tx) => {
        await tx.query('alter table audit_entry disable trigger kept');
        await tx.query(`update audit_entry set ${change} where no = $1`, [middle?.no]);
        const { broken_at } = await verifyAudit(tx);
        // An entry whose own hash fits shows in the next one.
        expect([middle?.no, after?.no]).toContain(broken_at);
        throw undo;
      });
      await expect(tampering).rejects.toBe(undo);
      expect(await verifyAudit(db)).toMatchObject({ broken_at: null });
    });

    it('shows an entry that was taken out or put in, and against its last hash one that was cut off', async () => {
      const db = await open();
      for (const n of [1, 2, 3])
        await appendAudit(db, { principal: 'token:x', action: 'try', subject: 'cuts', detail: { n } });
      const before = await verifyAudit(db);
      const [first, middle, last] = (await auditEntries(db, 0, 10_000)).filter(({ subject }) => subject === 'cuts');
      const undo = new Error('undo');
      const verdictAfter = async (statement: string, values: unknown[]) => {
        let verdict = before;
        const tampering = db.transaction(async (tx) => {
          await tx.query('alter table audit_entry disable trigger kept');
          await tx.query(statement, values);
          verdict = await verifyAudit(tx);
          throw undo;
        });
        await expect(tampering).rejects.toBe(undo);
        return verdict;
      };
      const gone = await verdictAfter('delete from audit_entry where no = $1', [middle?.no]);
      expect(gone.broken_at).toBe(last?.no);
      const added = await verdictAfter(
        `insert into audit_entry select no + 1, recorded_us, principal, action, subject, detail, hash,
           audit_hash(no + 1, recorded_us, principal, 'approve', subject, detail, hash) from audit_entry where no = $1`,
        [last?.no],
      );
      expect(added.broken_at).toBe((last?.no ?? 0) + 1);
      const cut = await verdictAfter('delete from audit_entry where no = $1', [last?.no]);
      expect([cut.broken_at, cut.entries]).toEqual([null, before.entries - 1]);
      expect(cut.last_hash).not.toBe(before.last_hash);
      expect([first?.hash, middle?.hash]).toEqual([middle?.previous, cut.last_hash]);
    });

    it('is exported so that it can be verified elsewhere', async () => {
      const db = await open();
      await appendAudit(db, {
        principal: 'token:é',
        action: 'try',
        subject: '"q"\n',
        detail: { z: 1.5, a: ['ü', null], bb: {} },
      });
      const exported = JSON.stringify(await auditEntries(db, 0, 10_000));
      const [row] = await db.query<{ entries: number; wrong: number }>(
        `select count(*)::int as entries,
                count(*) filter (where encode(audit_hash(no, recorded_us, principal, action, subject, detail, decode(previous, 'hex')), 'hex')
                                       <> hash)::int as wrong
         from jsonb_to_recordset($1::jsonb) as e(no bigint, recorded_us bigint, principal text, action text, subject text,
                                                 detail jsonb, previous text, hash text)`,
        [exported],
      );
      expect(row).toEqual({ entries: (await verifyAudit(db)).entries, wrong: 0 });
    });

    it('is verified as a file without a database, whatever was done to it', async () => {
      const db = await open();
      const detail = { z: 1.5, a: ['ü', null, '\u2028"'], bb: { big: 1e21 } };
      for (const n of [1, 2, 3, 4])
        await appendAudit(db, { principal: 'token:é', action: 'try', subject: 'file', detail: { ...detail, n } });
      const entries = await auditEntries(db, 0, 10_000);
      const head = await auditHead(db);
      const noted = head?.hash ?? '';
      type File = { entries: AuditEntry[]; head: AuditHead | null };
      const verified = (tamper: (file: File) => void, hash: string | null = null) => {
        const file = structuredClone({ entries, head });
        tamper(file);
        return verifyExported(JSON.stringify(file), hash);
      };
      const whole = { entries: entries.length, first: 1, last: head?.no, last_hash: noted, broken_at: null, why: null };
      expect(verified(() => {})).toEqual(whole);
      expect(verified(() => {}, noted)).toEqual(whole);
      expect(await verifyAudit(db, noted)).toMatchObject({ broken_at: null, noted_at: head?.no });

      const third = entries.length - 2;
      const no = third + 1;
      const at = (entry: number, why: string) => ({ broken_at: entry, why: expect.stringContaining(why) });
      const entry = ({ entries: all }: File) => all[third] as AuditEntry;
      const fields: Partial<Record<keyof AuditEntry, unknown>> = {
        ...{ recorded_us: 1, principal: 'token:y', action: 'tried', subject: 'other', detail: { n: 3 } },
        ...{ text: '[]', hash: 'ab'.repeat(32), previous: 'ab'.repeat(32) },
      };
      for (const [name, value] of Object.entries(fields))
        expect(
          verified((file) => Object.assign(entry(file), { [name]: value })),
          name,
        ).toMatchObject({ broken_at: no });
      // Changed with a hash that fits: the next one no longer follows.
      const forged = verified((file) => {
        const one = entry(file);
        one.text = one.text.replace('"try"', '"tri"');
        one.action = 'tri';
        one.hash = createHash('sha256').update(Buffer.from(one.previous, 'hex')).update(one.text).digest('hex');
      });
      expect(forged).toMatchObject(at(no + 1, 'does not hold the hash'));
      expect(verified(({ entries: all }) => void all.splice(third, 1))).toMatchObject(
        at(no + 1, `entry ${no} is missing`),
      );
      expect(verified((file) => void file.entries.splice(third, 0, entry(file)))).toMatchObject(at(no, 'put in'));
      const swapped = verified(({ entries: all }) => void all.splice(third, 0, ...all.splice(third + 1, 1)));
      expect(swapped).toMatchObject(at(no + 1, 'is missing'));
      expect(verified(({ entries: all }) => void all.shift(), noted)).toMatchObject({ first: 2, broken_at: null });
      const renumbered = verified(({ entries: all }) => {
        all.shift();
        for (const one of all) one.no--;
      });
      expect(renumbered).toMatchObject({ broken_at: 1 });

      // Cut off at the end: by the head in the file, and by the one that somebody noted.
      const cut = ({ entries: all }: File) => void all.pop();
      expect(verified(cut)).toMatchObject(at(entries.length, 'cut off'));
      const headToo = (file: File) => {
        cut(file);
        file.head = { no: entries.length - 1, hash: file.entries.at(-1)?.hash ?? '' };
      };
      expect(verified(headToo)).toMatchObject({ broken_at: null });
      expect(verified(headToo, noted)).toMatchObject(at(entries.length, 'no entry has the hash'));
      expect(await verifyAudit(db, 'ab'.repeat(32))).toMatchObject(at(entries.length + 1, 'no entry has'));
      expect(() => verifyExported('{"entries": [{}]}', null)).toThrow(/no exported audit log/);
    });

    it('shows the first entry that was changed', async () => {
      const db = await open();
      for (const n of [1, 2, 3])
        await appendAudit(db, { principal: 'token:x', action: 'try', subject: 'chain', detail: { n } });
      const [, middle] = (await auditEntries(db, 0, 10_000)).filter(({ subject }) => subject === 'chain');
      await db.transaction(async (tx) => {
        await tx.query('alter table audit_entry disable trigger kept');
        await tx.query(`update audit_entry set detail = '{"n": 9}' where no = $1`, [middle?.no]);
        expect(await verifyAudit(tx)).toMatchObject({ broken_at: middle?.no });
        await tx.query(`update audit_entry set detail = $2::jsonb where no = $1`, [
          middle?.no,
          JSON.stringify(middle?.detail),
        ]);
        await tx.query('alter table audit_entry enable trigger kept');
      });
      expect(await verifyAudit(db)).toMatchObject({ broken_at: null });
    });
  });

  it('the open proposals of a series are listed with what they would do', async () => {
    const db = await open();
    await twoParties(db, 'desk-list');
    await propose(db, 'desk-list', edit(box(30.5, 40.1, 30.6, 40.2), 'aland'), 'token:ann');
    const { proposals, approvals_needed } = await listProposals(db, 'desk-list', true);
    expect(approvals_needed).toBe(1);
    expect(proposals).toEqual([expect.objectContaining({ state: 'open', proposed_by: 'token:ann', kind: 'edit' })]);
  });
});
