import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approve, propose, showProposal } from '../../src/desk/desk.js';
import { parseProposal } from '../../src/desk/proposal.js';
import {
  askRecordedCopy,
  askRecordedSources,
  copyRecordedSource,
  copyRecordedSources,
} from '../../src/desk/recorded-sources.js';
import { askCopy, askReliability, copySource, stateReliability } from '../../src/desk/sources.js';
import { purge } from '../../src/maps/withdrawal/purge.js';
import { withdrawSnapshot } from '../../src/maps/withdrawal/withdraw.js';
import { type Instant, parseDate } from '../../src/model/dates.js';
import { askClaims } from '../../src/series/claims-and-events.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap } from '../setup/desk-histories.js';
import { box } from '../setup/good-input.js';
import { openPublisher, type Publisher } from '../setup/publisher.js';
import { serviceOn } from '../setup/service.js';

const DAY = '2024-05-01';
const ground = (west: number, east: number) => ({ type: 'Polygon', coordinates: [box(west, 40, east, 40.4)] });
const source = (favours: string | null, name = 'their-radio') => ({
  url: `https://example.org/${name}`,
  publisher: name,
  ...(favours && { stance: 'partisan', favours }),
});

onEachDatabase('sources of a proposal', (engine) => {
  let publisher: Publisher;
  const { get } = serviceOn(engine);
  beforeAll(async () => {
    publisher = await openPublisher();
  });
  afterAll(() => publisher.close());

  async function started(series: string) {
    const db = await engine();
    const area = (party: string, west: number, east: number) => ({
      ...{ type: 'Feature', properties: { party } },
      geometry: ground(west, east),
    });
    await firstMap(db, series, parseDate(DAY), [area('aland', 30, 30.5), area('borland', 30.5, 31)]);
    return db;
  }
  /** Ground of borland to aland, by these sources. */
  const taken = (sources: object[], more: object = {}) =>
    parseProposal({
      ...{ kind: 'edit', date: DAY, why: 'it fell', sources },
      ...{ geometry: ground(30.5, 30.6), party: 'aland', ...more },
    });

  it('a partisan source counts by itself only against its own side: for it, a reviewer says why it holds', async () => {
    const db = await started('sources-partisan');
    const decision = { why: 'so', by: 'token:bob', embargo: null, rebase: false };
    const of = async (sources: object[], more: object = {}) =>
      propose(db, 'sources-partisan', taken(sources, more), 'token:ann');
    const against = await of([source('borland')]);
    expect(against.preview).toMatchObject({ partisan: null });
    const two = await of([source('aland'), source(null, 'a-paper')]);
    expect(two.preview).toMatchObject({ partisan: null });
    const others = await of([source('aland'), source('borland', 'other-radio')]);
    expect(others.preview).toMatchObject({ partisan: null });
    // Ground that becomes contested is lost by the side whose source says so.
    const lost = await of([source('aland')], { geometry: ground(30.4, 30.5), party: null, status: 'contested' });
    expect(lost.preview).toMatchObject({ partisan: null });

    const alone = await of([source('aland'), source('aland', 'their-paper')]);
    expect(alone.preview.partisan).toBe('aland');
    expect(alone.preview.notes).toContainEqual(expect.stringContaining('partisan sources of aland alone'));
    const id = alone.proposal;
    for (const embargo of [null, { until: 'release' as const }]) {
      const refused = approve(db, 'sources-partisan', id, { ...decision, embargo });
      await expect(refused).rejects.toMatchObject({ code: 'partisan_source' });
    }
    expect((await showProposal(db, 'sources-partisan', id)).state).toBe('open');
    const said = { ...decision, partisan: 'pictures show it' };
    expect(await approve(db, 'sources-partisan', id, said)).toMatchObject({ state: 'released' });
    const [entry] = await db.query<{ detail: object }>(
      `select detail from audit_entry where action = 'approve' and subject = $1`,
      [`sources-partisan/proposals/${id}`],
    );
    expect(entry?.detail).toEqual({ why: 'so', partisan: 'pictures show it' });
  });

  it('an imported map in a proposal is judged by what it would change, the same way', async () => {
    const db = await started('sources-map');
    const map = (border: number) =>
      new TextEncoder().encode(
        JSON.stringify({
          type: 'FeatureCollection',
          features: [
            { type: 'Feature', properties: { party: 'aland' }, geometry: ground(30, border) },
            { type: 'Feature', properties: { party: 'borland' }, geometry: ground(border, 31) },
          ],
        }),
      );
    const content = { kind: 'map' as const, date: parseDate('2024-05-02'), words: {} };
    const [by] = taken([source('aland')]).sources;
    const partisan = async (border: number) => {
      const file = map(border);
      const words = { content, why: 'their map', sources: by ? [by] : [], file };
      return (await propose(db, 'sources-map', words, 'token:ann')).preview.partisan;
    };
    expect(await partisan(30.51)).toBe('aland');
    expect(await partisan(30.49)).toBeNull();
  });

  it('have the grade of their publisher, as stated last, in preview and review', async () => {
    const db = await started('sources-grade');
    const grade = (given: 'B' | 'E' | null, publisher = 'Their-Radio') =>
      stateReliability(db, 'sources-grade', { publisher, grade: given, why: 'a year of it', by: 'token:kim' });
    await grade('E');
    const { proposal, preview } = await propose(db, 'sources-grade', taken([source(null)]), 'token:ann');
    expect(preview.sources).toMatchObject([{ publisher: 'their-radio', reliability: 'E' }]);
    await grade('B', 'their-radio');
    expect((await showProposal(db, 'sources-grade', proposal)).sources).toMatchObject([{ reliability: 'B' }]);
    expect(await askReliability(db, 'sources-grade')).toMatchObject({
      scale: { B: 'usually reliable' },
      publishers: [{ grade: 'B', why: 'a year of it', by: 'token:kim' }],
    });
    await grade(null);
    expect((await showProposal(db, 'sources-grade', proposal)).sources).toMatchObject([{ reliability: null }]);
    expect((await askReliability(db, 'sources-grade')).publishers).toEqual([]);
  });

  it('are copied: the hash always, the bytes up to a size; fetched from the archive, or given', async () => {
    const db = await started('sources-copy');
    const words = { url: 'https://example.org/report', publisher: 'A', archive: `http://${publisher.host}/archived` };
    const { proposal } = await propose(db, 'sources-copy', taken([words]), 'token:ann');
    publisher.answer = ({ url }, response) => response.end(`page of ${url}`);
    const fetch = { hosts: [], allowPrivate: ['127.0.0.1'], maxBytes: 1000, timeoutMs: 2000, userAgent: 'Salient/0' };
    const given = { url: words.url, bytes: null, keepBytes: 100, fetch, by: 'token:ann' };
    const sha256 = createHash('sha256').update('page of /archived').digest('hex');
    const copied = await copySource(db, 'sources-copy', proposal, given);
    expect(copied).toMatchObject({ sha256, bytes: 17, stored: true, fetched: true });
    const large = await copySource(db, 'sources-copy', proposal, { ...given, bytes: new Uint8Array(101) });
    expect(large).toMatchObject({ bytes: 101, stored: false, fetched: false });
    const { sources } = await showProposal(db, 'sources-copy', proposal);
    expect(sources[0]?.copies).toMatchObject([
      { sha256, stored: true },
      { stored: false, by: 'token:ann' },
    ]);
    const { base64 } = await askCopy(db, 'sources-copy', proposal, sha256);
    expect(Buffer.from(base64, 'base64').toString()).toBe('page of /archived');
    await expect(askCopy(db, 'sources-copy', proposal, large.sha256)).rejects.toMatchObject({ code: 'no_data' });
    const inside = { ...given, fetch: { ...fetch, allowPrivate: [] } };
    await expect(copySource(db, 'sources-copy', proposal, inside)).rejects.toThrow(/private address/);
    const other = { ...given, url: 'https://example.org/other' };
    await expect(copySource(db, 'sources-copy', proposal, other)).rejects.toMatchObject({ code: 'invalid_proposal' });
    publisher.answer = (_, response) => response.writeHead(404).end();
    await expect(copySource(db, 'sources-copy', proposal, given)).rejects.toMatchObject({ code: 'not_pulled' });
  });

  it('of recorded claims are graded, archived and copied, once each; what fails is left alone for a while', async () => {
    const series = 'sources-recorded';
    const db = await started(series);
    const at = (name: string) => `http://${publisher.host}/${name}`;
    const claim = async (name: string, more: object = {}) => {
      const stated = { kind: 'held', location: name, party: 'aland' };
      const sources = [{ url: at(name), publisher: 'A Paper', ...more }];
      const words = parseProposal({ kind: 'claim', date: DAY, why: 'so', sources, claim: stated });
      const { proposal } = await propose(db, series, words, 'token:ann');
      return { proposal, out: () => approve(db, series, proposal, { why: 'so', by: 'token:bob', embargo: null }) };
    };
    const fetch = { hosts: [], allowPrivate: ['127.0.0.1'], maxBytes: 1000, timeoutMs: 2000, userAgent: 'Salient/0' };
    const settings = { fetch, keepBytes: 100, by: 'token:ann' };
    const cited = async (knownAt: Instant | null = null) => {
      const { features } = await askClaims(db, { series, place: null, knownAt });
      return Object.fromEntries(features.map(({ properties }) => [properties.location, properties.sources[0]]));
    };
    const asked: string[] = [];
    publisher.answer = ({ url = '' }, response) => {
      asked.push(url);
      if (url === '/gone') response.writeHead(503, { 'retry-after': '999999' }).end();
      else response.end(`page of ${url}`);
    };

    for (const [name, more] of [
      ['one', { archive: at('archived') }],
      ['gone'],
      ['one-more', { url: at('one') }],
    ] as const)
      await (await claim(name, more)).out();
    const held = await claim('waiting', { url: at('one') });
    await copySource(db, series, held.proposal, { url: at('one'), bytes: Buffer.from('early'), ...settings });
    expect((await cited()).one).toMatchObject({ via: null, archive: at('archived'), reliability: null, copies: [] });

    await stateReliability(db, series, { publisher: 'a paper', grade: 'C', why: 'a year of it', by: 'token:kim' });
    const [{ before }] = (await db.query('select clock_timestamp() as before')) as [{ before: Instant }];
    const first = await copyRecordedSources(db, series, { ...settings, limit: 10 });
    expect(first.copied.map(({ url, bytes, stored }) => [url, bytes, stored])).toEqual([[at('one'), 17, true]]);
    expect(first.failed).toMatchObject([{ url: at('gone'), error: expect.stringMatching(/answered 503/) }]);
    const hours = (Date.parse(first.failed[0]?.not_before ?? '') - Date.now()) / 3.6e6;
    expect(Math.abs(hours - 168)).toBeLessThan(1);
    const again = await copyRecordedSources(db, series, { ...settings, limit: 10 });
    expect(again).toMatchObject({ copied: [], failed: [], remaining: 0, waiting: [{ url: at('gone') }] });
    expect(asked.sort()).toEqual(['/archived', '/gone']);

    // A copy of a proposal is shown from its release, also when it was made before.
    const sha = (words: string) => createHash('sha256').update(words).digest('hex');
    const ofOne = async (knownAt: Instant | null = null) =>
      (await cited(knownAt)).one?.copies.map((copy: { sha256: string }) => copy.sha256);
    expect(await ofOne()).toEqual([sha('page of /archived')]);
    await held.out();
    expect(await ofOne()).toEqual([sha('early'), sha('page of /archived')]);
    expect(await ofOne(before)).toEqual([]);
    expect((await cited(before)).one).toMatchObject({ reliability: 'C' });

    // One by name: given, with where it is archived; the bytes come back, but not those of another source.
    const { sources } = await askRecordedSources(db, series);
    const gone = sources.find(({ url }) => url === at('gone'));
    expect(gone).toMatchObject({ reliability: 'C', cited: 1, failure: { failures: 1 } });
    const id = gone?.id ?? '';
    const one = { ...settings, bytes: Buffer.from('by hand'), archive: 'https://archive.example.org/1' };
    const { sha256 } = await copyRecordedSource(db, series, id, one);
    expect((await cited()).gone).toMatchObject({ archive: one.archive, copies: [{ sha256, bytes: 7 }] });
    expect((await askRecordedSources(db, series)).sources.find((each) => each.id === id)).toMatchObject({
      failure: null,
    });
    const { base64 } = await askRecordedCopy(db, series, id, sha256);
    expect(Buffer.from(base64, 'base64').toString()).toBe('by hand');
    await expect(askRecordedCopy(db, series, id, sha('early'))).rejects.toMatchObject({ code: 'no_data' });
    const unknown = copyRecordedSource(db, series, 'nobody', one);
    await expect(unknown).rejects.toMatchObject({ code: 'unknown_source' });

    const text = await (await get(`/ogc/collections/${series}_claim_unlocated/items?f=csv&sortby=location`)).text();
    expect(text).toContain('A Paper: C');
    expect(text).toContain(`,${one.archive},${sha256}`);
  });

  it('of recorded claims are fetched from no private address, and from none larger than the limit', async () => {
    const series = 'sources-refused';
    const db = await started(series);
    const large = { url: `http://${publisher.host}/large`, publisher: 'B' };
    const stated = { kind: 'held', location: 'somewhere', party: 'aland' };
    const words = parseProposal({ kind: 'claim', date: DAY, why: 'so', sources: [large], claim: stated });
    const { proposal } = await propose(db, series, words, 'token:ann');
    await approve(db, series, proposal, { why: 'so', by: 'token:bob', embargo: null });
    publisher.answer = (_, response) => response.end('x'.repeat(1001));
    const fetch = { hosts: [], allowPrivate: [] as string[], maxBytes: 1000, timeoutMs: 2000, userAgent: 'Salient/0' };
    const id = (await askRecordedSources(db, series)).sources[0]?.id ?? '';
    const copied = (allowPrivate: string[]) =>
      copyRecordedSource(db, series, id, {
        ...{ fetch: { ...fetch, allowPrivate }, keepBytes: 100, by: 'token:ann', archive: null, bytes: null },
      });
    await expect(copied([])).rejects.toThrow(/private address/);
    await expect(copied(['127.0.0.1'])).rejects.toThrow(/larger than/);
  });

  it('lose their kept copies with the map that rests on them when it is purged; the hash stays', async () => {
    const db = await started('sources-purged');
    const { proposal } = await propose(db, 'sources-purged', taken([source(null)]), 'token:ann');
    const fetch = { hosts: [], allowPrivate: [], maxBytes: 1000, timeoutMs: 2000, userAgent: 'Salient/0' };
    const bytes = Buffer.from('who saw it');
    const url = 'https://example.org/their-radio';
    const { sha256 } = await copySource(db, 'sources-purged', proposal, {
      ...{ url, bytes, keepBytes: 100, fetch, by: 'token:ann' },
    });
    await approve(db, 'sources-purged', proposal, { why: 'so', by: 'token:bob', embargo: null, rebase: false });
    await withdrawSnapshot(db, 'sources-purged', parseDate(DAY), { why: 'she is in danger', by: 'token:kim' });
    const purged = await purge(db, 'sources-purged', parseDate(DAY), { why: 'she is in danger', by: 'token:kim' });
    expect(purged.proposals).toEqual([proposal]);
    await expect(askCopy(db, 'sources-purged', proposal, sha256)).rejects.toMatchObject({ code: 'no_data' });
    const rows = await db.query('select url, sha256, content from source_copy where proposal = $1', [proposal]);
    expect(rows).toEqual([{ url: 'purged', sha256, content: null }]);
  });
});
