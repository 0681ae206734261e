import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { approve, listProposals, propose, release, releaseDue, stop } from '../../src/desk/desk.js';
import { keepAllUp } from '../../src/desk/members-record.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { everyRecord } from '../../src/http/access/members.js';
import { importSnapshots } from '../../src/maps/import.js';
import { purge } from '../../src/maps/withdrawal/purge.js';
import { restoreSnapshot, withdrawSnapshot } from '../../src/maps/withdrawal/withdraw.js';
import { snapshotHistory } from '../../src/maps/withdrawal/withdrawals.sql.js';
import { type Instant, type IsoDate, parseDate } from '../../src/model/dates.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { askClaims } from '../../src/series/claims-and-events.js';
import { askControl, askPlaces } from '../../src/series/control.js';
import { stateStep } from '../../src/series/step-kind.js';
import { asMember } from '../../src/store/members-record.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap, squareDegrees } from '../setup/desk-histories.js';
import { box } from '../setup/good-input.js';

/* What is approved under embargo: members know it from the approval, the public from the release. */

const DAY = parseDate('2024-05-01');
const feature = (party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: { type: 'Polygon', coordinates: [box(west, 40, east, 41)] },
});
const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];

/** Ground between two meridians to aland. */
const edit = (west: number, east: number) =>
  parseProposal({
    ...{ kind: 'edit', date: DAY, why: 'seen', sources, party: 'aland' },
    geometry: { type: 'Polygon', coordinates: [box(west, 40, east, 41)] },
  });

/** A town to add. */
const towns = (name: string, lon: number) =>
  parseProposal({
    ...{ kind: 'places', date: DAY, why: 'the gazetteer lacks it', sources },
    records: {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { name }, geometry: { type: 'Point', coordinates: [lon, 40.5] } }],
    },
  });

/** As a member reads it. */
async function member<T>(db: Db, doing: () => Promise<T>): Promise<T> {
  return asMember(await everyRecord(db, '/'), doing);
}

const held = async (db: Db, series: string, knownAt: Instant | null) =>
  squareDegrees((await askControl(db, { series, date: DAY, knownAt }, { cells: false })).features).aland;

onEachDatabase('the record of members', (db) => {
  it('begins with the approval, the public one with the release; both stay what they were', async () => {
    const store = await db();
    const series = 'ahead-one';
    await firstMap(store, series, DAY, [feature('aland', 30, 30.5), feature('borland', 30.5, 31)]);
    const before = await databaseClock(store);
    const { proposal } = await propose(store, series, edit(30.5, 30.6), 'token:ann');
    const decision = { why: 'two say so', by: 'token:ben', embargo: { until: 'release' as const }, rebase: false };
    await approve(store, series, proposal, decision);
    const approved = await databaseClock(store);
    expect([await held(store, series, null), await held(store, series, approved)]).toEqual([
      expect.closeTo(0.5),
      expect.closeTo(0.5),
    ]);
    expect(await member(store, () => held(store, series, null))).toBeCloseTo(0.6);
    expect(await member(store, () => held(store, series, approved))).toBeCloseTo(0.6);
    expect(await member(store, () => held(store, series, before))).toBeCloseTo(0.5);

    // The public map is corrected meanwhile: members have the correction, and the change upon it.
    const map = JSON.stringify({
      type: 'FeatureCollection',
      features: [feature('aland', 30, 30.4), feature('borland', 30.4, 31)],
    });
    const given = { series, map, options: { date: DAY }, source: 'https://example.org/again', create: null };
    await importSnapshots(store, { ...given, accept: 'corrected' });
    expect(await held(store, series, null)).toBeCloseTo(0.4);
    expect(await member(store, () => held(store, series, null))).toBeCloseTo(0.6);
    await keepAllUp(store);
    const corrected = await databaseClock(store);
    expect(await member(store, () => held(store, series, null))).toBeCloseTo(0.5);

    await release(store, series, proposal, { by: 'token:cid', rebase: true });
    expect(await held(store, series, null)).toBeCloseTo(0.5);
    expect(await member(store, () => held(store, series, null))).toBeCloseTo(0.5);
    expect(await held(store, series, corrected)).toBeCloseTo(0.4);
    expect(await held(store, series, approved)).toBeCloseTo(0.5);
    expect(await member(store, () => held(store, series, approved))).toBeCloseTo(0.6);
    expect(await member(store, () => held(store, series, before))).toBeCloseTo(0.5);
  }, 300_000);

  it('has a place from the approval, beside what is added publicly meanwhile, and one of both after the release', async () => {
    const store = await db();
    const series = 'ahead-place';
    await firstMap(store, series, DAY, [feature('aland', 30, 30.5), feature('borland', 30.5, 31)]);
    const places = async (knownAt: Instant | null = null) =>
      (await askPlaces(store, { series, date: DAY, knownAt })).features
        .map((town) => (town as { id: string }).id)
        .sort();
    const one = await propose(store, series, towns('Secret', 30.2), 'token:ann');
    const decision = { why: 'it is there', by: 'token:ben' };
    await approve(store, series, one.proposal, { ...decision, embargo: { until: 'release' } });
    const approved = await databaseClock(store);
    expect([await places(), await member(store, places)]).toEqual([[], ['secret']]);
    const other = await propose(store, series, towns('Open', 30.7), 'token:ann');
    await approve(store, series, other.proposal, { ...decision, embargo: null });
    await keepAllUp(store);
    expect([await places(), await member(store, places)]).toEqual([['open'], ['open', 'secret']]);
    await release(store, series, one.proposal, { by: 'token:cid', rebase: false });
    expect([await places(), await member(store, places)]).toEqual([
      ['open', 'secret'],
      ['open', 'secret'],
    ]);
    expect([await places(approved), await member(store, () => places(approved))]).toEqual([[], ['secret']]);
  }, 300_000);

  it('is without a change that was stopped, from then on; what else waits stays in it, and nothing more goes out', async () => {
    const store = await db();
    const series = 'ahead-stopped';
    await firstMap(store, series, DAY, [feature('aland', 30, 30.5), feature('borland', 30.5, 31)]);
    const decision = { why: 'two say so', by: 'token:ben', embargo: { until: 'release' as const } };
    const ids: number[] = [];
    for (const change of [edit(30.5, 30.6), towns('Secret', 30.2), edit(30.7, 30.8), towns('Other', 30.3)]) {
      const { proposal } = await propose(store, series, change, 'token:ann');
      await approve(store, series, proposal, decision);
      ids.push(proposal);
    }
    const [first, secret, second, other] = ids as [number, number, number, number];
    const places = async (knownAt: Instant | null = null) =>
      (await askPlaces(store, { series, date: DAY, knownAt })).features
        .map((town) => (town as { id: string }).id)
        .sort();
    const seen = async (knownAt: Instant | null = null) => [await held(store, series, knownAt), await places(knownAt)];
    const approved = await databaseClock(store);
    expect(await member(store, seen)).toEqual([expect.closeTo(0.7), ['other', 'secret']]);

    const words = { why: 'the source takes it back', by: 'token:cid' };
    await stop(store, series, first, words);
    expect(await member(store, seen)).toEqual([expect.closeTo(0.6), ['other', 'secret']]);
    await stop(store, series, secret, words);
    expect(await member(store, seen)).toEqual([expect.closeTo(0.6), ['other']]);
    expect(await member(store, () => seen(approved))).toEqual([expect.closeTo(0.7), ['other', 'secret']]);
    expect(await seen()).toEqual([expect.closeTo(0.5), []]);

    for (const id of [first, secret]) {
      await expect(release(store, series, id, { by: 'token:cid', rebase: true })).rejects.toMatchObject({
        code: 'decided',
        message: expect.stringContaining('stopped by token:cid: the source takes it back'),
      });
      await expect(stop(store, series, id, words)).rejects.toMatchObject({ code: 'decided' });
    }
    await release(store, series, other, { by: 'token:cid', rebase: false });
    await release(store, series, second, { by: 'token:cid', rebase: false });
    expect(await seen()).toEqual([expect.closeTo(0.6), ['other']]);
    expect(await member(store, seen)).toEqual(await seen());
    await expect(stop(store, series, second, words)).rejects.toMatchObject({ code: 'decided' });
    const { proposals } = await listProposals(store, series, false);
    expect(proposals.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'released', 'released']);
    expect((await listProposals(store, series, true)).proposals).toEqual([]);
  }, 300_000);

  it('has what names a place that is not out, under embargo too; it goes out after the place, and a stop of the place tells of it', async () => {
    const store = await db();
    const series = 'ahead-resting';
    await firstMap(store, series, DAY, [feature('aland', 30, 30.5), feature('borland', 30.5, 31)]);
    const captured = (place: string) =>
      parseProposal({
        ...{ kind: 'claim', date: DAY, why: 'it fell', sources },
        claim: { kind: 'captured', place, party: 'aland' },
      });
    const claims = async () =>
      (await askClaims(store, { series, place: null, knownAt: null })).features.map(
        ({ properties }) => properties.place,
      );
    const decision = { why: 'two say so', by: 'token:ben', embargo: null };
    const embargo = { until: 'release' as const };
    const embargoed = async (change: Parameters<typeof propose>[2]) => {
      const { proposal, preview } = await propose(store, series, change, 'token:ann');
      await approve(store, series, proposal, { ...decision, embargo });
      return { proposal, notes: preview.notes.join() };
    };
    const unknown = { code: 'invalid_proposal', message: expect.stringContaining('no place "secret"') };
    await expect(propose(store, series, captured('secret'), 'token:ann')).rejects.toMatchObject(unknown);
    const post = parseProposal({
      ...{ kind: 'claim', date: DAY, why: 'it stands', sources },
      claim: { kind: 'besieged', post: 'aland/7' },
    });
    await expect(propose(store, series, post, 'token:ann')).rejects.toMatchObject({
      message: 'the theatre has no post "aland/7"',
    });

    const place = await embargoed(towns('Secret', 30.2));
    const { proposal, preview } = await propose(store, series, captured('secret'), 'token:ann');
    expect(preview.notes).toContainEqual(expect.stringContaining(`it rests on proposal ${place.proposal}`));
    const atOnce = approve(store, series, proposal, decision);
    await expect(atOnce).rejects.toMatchObject({
      code: 'proposal_conflict',
      message: expect.stringContaining(`rests on proposal ${place.proposal}, approved and not out`),
    });
    expect(await claims()).toEqual([]);
    await approve(store, series, proposal, { ...decision, embargo });
    expect([await claims(), await member(store, claims)]).toEqual([[], ['secret']]);
    const byHand = { by: 'token:cid', rebase: false };
    await expect(release(store, series, proposal, byHand)).rejects.toMatchObject({ code: 'proposal_conflict' });
    await release(store, series, place.proposal, byHand);
    await release(store, series, proposal, byHand);
    expect(await claims()).toEqual(['secret']);

    // The place of another one is stopped: who does it learns what named it, and members have it no more.
    const other = await embargoed(towns('Other', 30.3));
    const about = await embargoed(captured('other'));
    expect(await member(store, claims)).toContain('other');
    const words = { why: 'the source takes it back', by: 'token:cid' };
    const { no_longer_fit } = await stop(store, series, other.proposal, words);
    expect(no_longer_fit).toEqual([{ series, proposal: about.proposal, why: 'the theatre has no place "other"' }]);
    expect(await member(store, claims)).toEqual(['secret']);
    await expect(release(store, series, about.proposal, byHand)).rejects.toMatchObject({ code: 'invalid_proposal' });
    expect((await stop(store, series, about.proposal, words)).no_longer_fit).toEqual([]);
    expect(await claims()).toEqual(['secret']);
  }, 300_000);

  it('keeps an embargo that was stopped when its instant comes', async () => {
    const store = await db();
    const series = 'ahead-timed';
    await firstMap(store, series, DAY, [feature('aland', 30, 30.5), feature('borland', 30.5, 31)]);
    const { proposal } = await propose(store, series, edit(30.5, 30.6), 'token:ann');
    const until = new Date(Date.now() + 500).toISOString();
    await approve(store, series, proposal, { why: 'two say so', by: 'token:ben', embargo: { until } });
    await stop(store, series, proposal, { why: 'the source takes it back', by: 'token:ben' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await releaseDue(store)).filter((one) => one.series === series)).toEqual([]);
    expect(await held(store, series, null)).toBeCloseTo(0.5);
  }, 300_000);

  it('follows every public change: withdrawals, restorations and purges of maps of which members have another, stated kinds of steps', async () => {
    const store = await db();
    const series = 'ahead-follows';
    const [first, second, third] = ['2024-05-01', '2024-05-02', '2024-05-03'].map((day) => parseDate(day));
    const map = (border: number) =>
      JSON.stringify({
        type: 'FeatureCollection',
        features: [feature('aland', 30, border), feature('borland', border, 31)],
      });
    await firstMap(store, series, first as IsoDate, JSON.parse(map(30.5)).features);
    for (const [date, border] of [[second, 30.7], [third, 30.52]] as const) {
      const given = { series, map: map(border), options: { date: date as IsoDate }, source: 'https://example.org/m', create: null };
      await importSnapshots(store, { ...given, accept: 'so it is' });
    } // biome-ignore format: a map a line
    const aland = async (date: IsoDate | undefined) =>
      squareDegrees(
        (await askControl(store, { series, date: date as IsoDate, knownAt: null }, { cells: false })).features,
      ).aland;
    const both = async () => [await aland(second), await member(store, () => aland(second))];
    const change = parseProposal({
      ...{ kind: 'edit', date: second, why: 'seen', sources, party: 'aland' },
      geometry: { type: 'Polygon', coordinates: [box(30.9, 40, 30.95, 41)] },
    });
    const { proposal } = await propose(store, series, change, 'token:ann');
    await approve(store, series, proposal, { why: 'so', by: 'token:ben', embargo: { until: 'release' } });
    expect(await both()).toEqual([expect.closeTo(0.7), expect.closeTo(0.75)]);
    const decided = { why: 'a hoax', by: null };
    const withdrawn = async () => {
      await withdrawSnapshot(store, series, second as IsoDate, decided);
      await keepAllUp(store);
      expect(await both()).toEqual([expect.closeTo(0.5), expect.closeTo(0.55)]);
    };
    await withdrawn();
    await restoreSnapshot(store, series, second as IsoDate, decided);
    await keepAllUp(store);
    expect(await both()).toEqual([expect.closeTo(0.7), expect.closeTo(0.75)]);
    await withdrawn();
    const before = await databaseClock(store);
    await purge(store, series, second as IsoDate, decided);
    await keepAllUp(store);
    expect(await both()).toEqual([expect.closeTo(0.5), expect.closeTo(0.55)]);
    await expect(
      member(store, () => askControl(store, { series, date: second as IsoDate, knownAt: before }, { cells: false })),
    ).rejects.toMatchObject({ code: 'purged' });

    const kinds = async () =>
      (
        await askChange(store, { series, from: first as IsoDate, to: third as IsoDate, knownAt: null })
      ).stated_steps.map(({ date, why }) => [date, why]);
    await stateStep(store, series, third as IsoDate, { kind: 'correction', why: 'redrawn', by: null });
    await keepAllUp(store);
    expect(await kinds()).toContainEqual([third, 'redrawn']);
    expect(await member(store, kinds)).toContainEqual([third, 'redrawn']);
    // Nothing public has changed since: nothing is brought up to date again.
    const marks = async () => (await everyRecord(store, '/'))?.mark;
    const mark = await marks();
    await keepAllUp(store);
    expect(await marks()).toBe(mark);
    await stop(store, series, proposal, { why: 'over', by: 'token:cid' });
    expect(await both()).toEqual([expect.closeTo(0.5), expect.closeTo(0.5)]);
  }, 300_000);

  it('is written by nobody else, and is no part of a list of maps', async () => {
    const store = await db();
    const insert = `insert into revision (series, theatre, valid_on, edition, plane, sha256)
                    select series, theatre, valid_on, edition, plane, sha256 from revision where series = 'ahead-one' limit 1`;
    await expect(member(store, () => store.query(insert))).rejects.toMatchObject({ code: '23001' });
    const history = await snapshotHistory(store, 'ahead-one');
    expect(history.map(({ recorded_at }) => recorded_at)).not.toContain(null);
    expect(history).toHaveLength(3);
  });
});
