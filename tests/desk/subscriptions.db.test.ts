import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { approve, listProposals } from '../../src/desk/desk.js';
import { approveHeld } from '../../src/desk/held-maps.js';
import { stateRule } from '../../src/desk/review-rule.js';
import {
  listSubscriptions,
  pause,
  showSubscription,
  subscribe,
  unsubscribe,
} from '../../src/desk/subscriptions/ask.js';
import { openPuller, type Puller, type PullSettings, pullNow } from '../../src/desk/subscriptions/puller.js';
import { takeSubscription } from '../../src/desk/subscriptions/subscriptions.sql.js';
import { type Importer, openImporter } from '../../src/maps/import.js';
import { approveMap, mapsUnderReview, rejectMap } from '../../src/maps/review/review.js';
import { type Instant, parseDate } from '../../src/model/dates.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { currentRevisions } from '../../src/series/revisions.sql.js';
import { type Db, openPool } from '../../src/store/pool.js';
import { freshDatabase, onEachDatabase, SERVER_URL } from '../setup/databases.js';
import { firstMap } from '../setup/desk-histories.js';
import { box } from '../setup/good-input.js';
import { fileWithTag, openPublisher, type Publisher } from '../setup/publisher.js';

/** A map of two parties whose border lies at a longitude; with `date`, each feature states it. */
function mapOf(border: number, date?: string): string {
  const feature = (party: string, geometry: object) => ({
    type: 'Feature',
    properties: { party, ...(date && { date }) },
    geometry,
  });
  const features = [feature('aland', ground(30, border)), feature('borland', ground(border, 31))];
  return JSON.stringify({ type: 'FeatureCollection', features });
}

const ground = (west: number, east: number) => ({ type: 'Polygon', coordinates: [box(west, 40, east, 40.4)] });

let count = 0;

onEachDatabase('a subscription', (engine) => {
  let publisher: Publisher;
  let importer: Importer;
  let ahead = 0;
  const pullers: Puller[] = [];

  const clockOf = (db: Db) => async () =>
    new Date(Date.parse(await databaseClock(db)) + ahead * 1000).toISOString() as Instant;
  const settingsOf = (db: Db, given: Partial<PullSettings> = {}): PullSettings => ({
    hosts: [],
    allowPrivate: ['127.0.0.1', 'localhost'],
    maxBytes: 1e6,
    timeoutMs: 2000,
    userAgent: 'Salient/test',
    everySeconds: 0,
    clock: clockOf(db),
    ...given,
  });
  beforeAll(async () => {
    importer = openImporter(await engine());
    publisher = await openPublisher();
  });
  afterAll(async () => {
    publisher.close();
    await importer.close();
  });
  afterEach(async () => {
    for (const puller of pullers.splice(0)) await puller.close();
    // What a test left is no work of the next one's.
    for (const [id, of] of made.splice(0))
      await unsubscribe(await engine(), of, id, 'the test is over').catch(() => {});
  });

  const made: [number, string][] = [];
  async function subscribed(
    db: Db,
    more: object = {},
    series = `pulled-${process.pid}-${++count}`,
    path = `/${series}.geojson`,
  ) {
    await firstMap(db, series, parseDate('2024-05-01'), JSON.parse(mapOf(30.5)).features).catch((error) => {
      if (error.code !== 'series_exists') throw error;
    });
    const stated = { address: `http://${publisher.host}${path}`, publisher: 'A paper', mode: 'approved', ...more };
    const { id } = await subscribe(db, series, stated, 'token:ann', { hosts: [] });
    made.push([id, series]);
    return { series, id };
  }
  async function drained(db: Db, given: Partial<PullSettings> = {}) {
    const puller = openPuller(db, importer, settingsOf(db, given));
    pullers.push(puller);
    await puller.drain();
  }
  const days = async (db: Db, series: string) => (await currentRevisions(db, series)).map((row) => row.valid_on);
  const stateOf = async (db: Db, { series, id }: { series: string; id: number }) =>
    showSubscription(db, series, id, true);

  it.skipIf(SERVER_URL === '')(
    'is told a fault of the database in words, not in those of SQL [needs TEST_DATABASE_URL]',
    async () => {
      const db = await engine();
      const at = await subscribed(db);
      publisher.answer = fileWithTag(mapOf(30.5, '2024-05-02'), '"1"');
      // A database without our tables.
      const empty = openPool({ connectionString: await freshDatabase(SERVER_URL), max: 1 }, 'server');
      const elsewhere = openImporter(empty);
      const puller = openPuller(db, elsewhere, settingsOf(db));
      pullers.push(puller);
      await puller.drain();
      await elsewhere.close();
      await empty.close();
      const { last_outcome, last_error } = await stateOf(db, at);
      expect(last_outcome).toBe('failed');
      expect(last_error).toMatch(/database|service/);
      expect(last_error).not.toMatch(/relation|does not exist|\$1/);
      ahead += 3600;
      await drained(db);
      expect(await stateOf(db, at)).toMatchObject({ last_outcome: 'stored', last_error: null });
    },
  );

  it('brings a changed file in as a new map, a corrected one as a revision, an unchanged one not at all', async () => {
    const db = await engine();
    const at = await subscribed(db);
    publisher.answer = fileWithTag(mapOf(30.5, '2024-05-02'), '"1"');
    await drained(db);
    expect(await days(db, at.series)).toEqual(['2024-05-01', '2024-05-02']);
    expect(await stateOf(db, at)).toMatchObject({
      last_outcome: 'stored',
      last_status: 200,
      state: 'due',
      last_error: null,
    });

    const asked = publisher.requests.length;
    await drained(db);
    expect(publisher.requests, 'it is not due').toHaveLength(asked);
    ahead += 3600;
    await drained(db);
    expect(publisher.requests).toHaveLength(asked + 1);
    expect(await stateOf(db, at)).toMatchObject({ last_outcome: 'unchanged', last_status: 304 });

    publisher.answer = fileWithTag(mapOf(30.51, '2024-05-02'), '"2"');
    ahead += 3600;
    await drained(db);
    const now = await currentRevisions(db, at.series);
    expect(now.map((row) => row.valid_on)).toEqual(['2024-05-01', '2024-05-02']);
    const { pulls } = await stateOf(db, at);
    expect(pulls.map(({ outcome, words }) => [outcome, words])).toEqual([
      ['stored', 'revised: the map of 2024-05-02'],
      ['stored', 'stored: the map of 2024-05-02'],
    ]);

    // Without an ETag the content itself is compared.
    publisher.answer = (_, response) => response.end(mapOf(30.51, '2024-05-02'));
    for (const _ of [1, 2]) {
      ahead += 3600;
      await drained(db);
      expect(await stateOf(db, at)).toMatchObject({ last_outcome: 'unchanged', last_status: 200 });
    }
    expect((await currentRevisions(db, at.series)).map(({ id }) => id)).toEqual(now.map(({ id }) => id));
  });

  it('whose every map waits: a person decides each, and what was decided is not asked again', async () => {
    const db = await engine();
    const at = await subscribed(db, { mode: 'hold' });
    const waiting = async () => (await mapsUnderReview(db, at.series, false)).held;
    publisher.answer = (_, response) => response.end(mapOf(30.5, '2024-05-02'));
    await drained(db);
    publisher.answer = (_, response) => response.end(mapOf(30.51, '2024-05-03'));
    ahead += 3600;
    await drained(db);
    expect(await days(db, at.series)).toEqual(['2024-05-01']);
    const [second, third] = await waiting();
    expect(second).toMatchObject({
      date: '2024-05-02',
      sent_by: `subscription:${at.id}`,
      problems: [{ code: 'every_map' }],
    });
    // The later one stays held although it is in proportion beside the accepted one.
    const accepted = { kind: 'movement' as const, why: 'it holds', by: 'token:bob' };
    expect(await approveMap(db, at.series, second?.id ?? 0, accepted)).toMatchObject({ released: [] });
    await rejectMap(db, at.series, third?.id ?? 0, { why: 'a wrong border', by: 'token:bob' });
    expect(await days(db, at.series)).toEqual(['2024-05-01', '2024-05-02']);
    publisher.answer = (_, response) => response.end(`${mapOf(30.51, '2024-05-03')}\n`);
    ahead += 3600;
    await drained(db);
    expect(await waiting()).toEqual([]);
    expect(await stateOf(db, at)).toMatchObject({ last_outcome: 'decided' });
  });

  it('proposes each new day of a growing file once; in a series with a rule of review, approved means so too', async () => {
    const db = await engine();
    const at = await subscribed(db);
    await stateRule(db, at.series, { approvals: 1, why: 'two look', by: 'token:kim' });
    const both = JSON.parse(mapOf(30.5, '2024-05-02'));
    both.features.push(...JSON.parse(mapOf(30.6, '2024-05-03')).features);
    publisher.answer = (_, response) => response.end(JSON.stringify(both));
    await drained(db);
    const { proposals } = await listProposals(db, at.series, true);
    expect(proposals.map(({ date, proposed_by }) => [date, proposed_by])).toEqual([
      ['2024-05-02', `subscription:${at.id}`],
      ['2024-05-03', `subscription:${at.id}`],
    ]);
    expect(await days(db, at.series)).toEqual(['2024-05-01']);
    const decision = { why: 'the paper holds', by: 'token:bob', embargo: null, rebase: true };
    await approve(db, at.series, proposals[0]?.id ?? 0, decision);
    expect(await days(db, at.series)).toEqual(['2024-05-01', '2024-05-02']);
    both.features.push(...JSON.parse(mapOf(30.7, '2024-05-04')).features);
    publisher.answer = (_, response) => response.end(JSON.stringify(both));
    ahead += 3600;
    await drained(db);
    const open = (await listProposals(db, at.series, true)).proposals;
    expect(open.map(({ date }) => date)).toEqual(['2024-05-03', '2024-05-04']);
  });

  it('a publisher who fails is told, asked again later and later, and stops no other; who wants a pause gets it', async () => {
    const db = await engine();
    const bad = await subscribed(db);
    const good = await subscribed(db, { address: `http://localhost:${publisher.port}/good.geojson` });
    let status = 500;
    publisher.answer = ({ url }, response) => {
      if (url === '/good.geojson') response.end(mapOf(30.5, '2024-05-02'));
      else response.writeHead(status, { ...(status === 429 && { 'retry-after': '100000' }) }).end();
    };
    const gaps: number[] = [];
    for (const _ of [1, 2, 3]) {
      await drained(db);
      const { next_due, failures } = await stateOf(db, bad);
      const gap = (Date.parse(next_due) - Date.parse(await clockOf(db)())) / 1000;
      gaps.push(Math.round(gap / 3600));
      expect(failures).toBe(gaps.length);
      ahead += gap + 1;
    }
    expect(gaps).toEqual([1, 2, 4]);
    expect(await days(db, good.series)).toEqual(['2024-05-01', '2024-05-02']);
    const failing = await stateOf(db, bad);
    expect(failing).toMatchObject({
      state: 'failing',
      last_status: 500,
      last_error: `${publisher.host} answered 500`,
    });
    expect(failing.pulls, 'the same failure is told once').toHaveLength(1);

    status = 429;
    await drained(db);
    const asked = publisher.requests.length;
    await expect(pullNow(db, importer, settingsOf(db), bad.series, bad.id)).rejects.toMatchObject({
      code: 'rate_limited',
    });
    ahead += 90;
    const late = await pullNow(db, importer, settingsOf(db), bad.series, bad.id).catch((error) => error);
    expect(late.code).toBe('rate_limited');
    expect(late.retryAfterS).toBeGreaterThan(99_000);
    expect(publisher.requests).toHaveLength(asked);
  });

  it('a file that is no map, or whose day nobody can know, is refused in words, and is asked for whole the next time', async () => {
    const db = await engine();
    const at = await subscribed(db);
    publisher.answer = fileWithTag('<!doctype html><title>Sign in</title>', '"page"');
    await drained(db);
    expect(await stateOf(db, at)).toMatchObject({ state: 'failing', last_error: expect.stringContaining('HTML') });
    publisher.answer = fileWithTag(mapOf(30.5), '"page"');
    ahead += 3601;
    await drained(db);
    expect((await stateOf(db, at)).last_error).toMatch(/date/);
    expect(publisher.requests.at(-1)?.headers['if-none-match']).toBeUndefined();

    const modified = await subscribed(db, { date_from: 'modified', reading: { 'time-zone': 'Europe/Kyiv' } });
    await drained(db);
    expect((await stateOf(db, modified)).last_error).toMatch(/no Last-Modified/);
    publisher.answer = (_, response) =>
      response.writeHead(200, { 'last-modified': 'Thu, 02 May 2024 22:30:00 GMT' }).end(mapOf(30.5));
    ahead += 7300;
    await drained(db);
    expect(await days(db, modified.series)).toContain('2024-05-03');
  });

  it('is told what it has: a file without a day its own ways to one, a file with labels the word that leaves them out', async () => {
    const db = await engine();
    const undated = await subscribed(db);
    publisher.answer = fileWithTag(mapOf(30.5), '"1"');
    await drained(db);
    const { words } = (await stateOf(db, undated)).pulls[0] ?? {};
    expect(words).toMatch(/give one for the whole file \(--date-from fetched or modified\)/);
    expect(words).not.toMatch(/--date[ ,;)]|--date-pattern/);

    const collection = JSON.parse(mapOf(30.5, '2024-05-02'));
    const label = {
      type: 'Feature',
      properties: { name: 'a town' },
      geometry: { type: 'Point', coordinates: [30, 40] },
    };
    collection.features.push(label);
    publisher.answer = fileWithTag(JSON.stringify(collection), '"2"');
    const labelled = await subscribed(db);
    await drained(db);
    expect((await stateOf(db, labelled)).pulls[0]?.words).toMatch(/--ignore-geometry Point leaves such features out/);
    const reading = { 'ignore-geometry': 'Point, none' };
    const without = await subscribed(db, { reading });
    await drained(db);
    expect((await stateOf(db, without)).pulls[0]).toMatchObject({ outcome: 'stored' });
    await expect(subscribed(db, { reading: { 'ignore-geometry': 'Polygon' } })).rejects.toThrow(/ignore-geometry/);
  });

  it('a process that is killed between a map and its record brings the same map in once, of the day on which it came', async () => {
    const db = await engine();
    const at = await subscribed(db, { date_from: 'fetched' });
    publisher.answer = (_, response) => response.end(mapOf(30.5));
    const now = await clockOf(db)();
    await drained(db);
    const once = await days(db, at.series);
    expect(once).toEqual(['2024-05-01', now.slice(0, 10)]);
    // As the kill left it: the day is noted, the end is not.
    await db.query(
      `update subscription_state set pending_sha256 = sha256, pending_date = $2, sha256 = null, owner = 'killed', until = $3::timestamptz + interval '900 s'
       where subscription = $1`,
      [at.id, now.slice(0, 10), await clockOf(db)()],
    );
    ahead += 3700;
    await drained(db);
    ahead += 86_400;
    await drained(db);
    expect(await days(db, at.series)).toEqual(once);
    expect(await stateOf(db, at)).toMatchObject({ last_outcome: 'unchanged' });
  });

  it('two processes: each pull is taken by one of them, and a host is asked by one at a time', async () => {
    const db = await engine();
    const one = await subscribed(db);
    const two = await subscribed(db);
    const given = { now: await clockOf(db)(), seconds: 60, id: null };
    const taken = await Promise.all(
      ['a', 'b', 'c'].map((owner) => db.transaction((tx) => takeSubscription(tx, { ...given, owner }))),
    );
    expect(taken.filter((row) => row !== null).map((row) => row.id)).toEqual([one.id]);
    const number = two.id;
    await expect(pullNow(db, importer, settingsOf(db), two.series, number)).rejects.toMatchObject({
      code: 'rate_limited',
    });
    await sleep(0);
    ahead += 61;
    publisher.answer = fileWithTag(mapOf(30.5, '2024-05-02'), '"1"');
    expect(await pullNow(db, importer, settingsOf(db), two.series, number)).toMatchObject({ outcome: 'stored' });
  });

  it('pauses, resumes and ends; whoever may not import sees the host of the address alone', async () => {
    const db = await engine();
    const at = await subscribed(db, { address: `http://${publisher.host}/m?key=s3cret` });
    const shown = JSON.stringify(await listSubscriptions(db, at.series, false));
    expect(shown).toContain(`http://${publisher.host}/***`);
    expect(shown).not.toContain('s3cret');
    await pause(db, at.series, at.id, 'the publisher moves');
    const asked = publisher.requests.length;
    await drained(db);
    expect(publisher.requests).toHaveLength(asked);
    expect(await stateOf(db, at)).toMatchObject({ state: 'paused', paused_why: 'the publisher moves' });
    await pause(db, at.series, at.id, null);
    publisher.answer = (_, response) => response.writeHead(404).end();
    await drained(db);
    expect(publisher.requests).toHaveLength(asked + 1);
    expect(JSON.stringify(await stateOf(db, at)).replace(/"address":"[^"]*"/, '')).not.toContain('s3cret');
    await unsubscribe(db, at.series, at.id, 'it is closed');
    await expect(stateOf(db, at)).rejects.toMatchObject({ code: 'unknown_subscription' });
    const wrong = { address: 'http://ann:pw@example.org/a', publisher: '', every_minutes: 1, mode: 'all' };
    const refused = await subscribe(db, at.series, wrong, 'token:ann', { hosts: [] }).catch((error) => error);
    expect(refused.code).toBe('invalid_subscription');
    expect(refused.problems.map((problem: { at: string }) => problem.at).sort()).toEqual([
      '/address',
      '/every_minutes',
      '/mode',
      '/publisher',
    ]);
    const elsewhere = { address: 'https://example.org/a', publisher: 'A' };
    await expect(subscribe(db, at.series, elsewhere, 'x', { hosts: ['example.net'] })).rejects.toThrow(
      /SALIENT_PULL_HOSTS/,
    );
  });

  it('is of who stated it: what it brings, another approves, whoever pulled it', async () => {
    const db = await engine();
    const rule = { approvals: 1, why: 'two look at every map', by: 'token:chief' };
    const decision = { why: 'it holds', embargo: null };
    const at = await subscribed(db, { mode: 'proposal' });
    publisher.answer = fileWithTag(mapOf(30.6, '2024-05-02'), '"author"');
    await drained(db);
    const [{ id: proposal } = { id: 0 }] = (await listProposals(db, at.series, true)).proposals;
    await expect(approve(db, at.series, proposal, { ...decision, by: 'token:ann' })).rejects.toMatchObject({
      code: 'own_proposal',
      message: expect.stringContaining(`token:ann stated subscription:${at.id}`),
    });
    const [row] = (await listProposals(db, at.series, true)).proposals;
    expect([row?.proposed_by, row?.stated_by]).toEqual([`subscription:${at.id}`, 'token:ann']);
    // Who takes it over states another one: of what the first brought, its first author stays the author.
    await unsubscribe(db, at.series, at.id, 'eve goes on with it');
    const taken = { address: `http://${publisher.host}/${at.series}.geojson`, publisher: 'A paper', mode: 'proposal' };
    const later = await subscribe(db, at.series, taken, 'token:eve', { hosts: [] });
    made.push([later.id, at.series]);
    await expect(approve(db, at.series, proposal, { ...decision, by: 'token:ann' })).rejects.toMatchObject({
      code: 'own_proposal',
    });
    expect(await approve(db, at.series, proposal, { ...decision, by: 'token:eve' })).toMatchObject({
      state: 'released',
    });

    const holding = await subscribed(db, { mode: 'hold' });
    await stateRule(db, holding.series, { ...rule, kinds: ['held'] });
    publisher.answer = fileWithTag(mapOf(30.52, '2024-05-02'), '"held"');
    await drained(db);
    const [held] = (await mapsUnderReview(db, holding.series, false)).held;
    const accept = (principal: string) =>
      approveHeld(db, holding.series, held?.id ?? 0, { kind: 'movement', why: 'it holds', by: null, principal });
    await expect(accept('token:ann')).rejects.toMatchObject({ code: 'own_proposal' });
    expect(await accept('token:ben')).toMatchObject({ decision: 'accepted' });
  });
});
