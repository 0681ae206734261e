import { beforeAll, expect, it } from 'vitest';
import { approve, propose, release, stop } from '../../src/desk/desk.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { parseDate } from '../../src/model/dates.js';
import { judgeAlerts } from '../../src/reports/alerts/fire.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { askPlaces } from '../../src/series/control.js';
import { createToken, revokeToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { addressOf, READ_PATHS, ROUTE_DAY, storeValley, VARYING } from '../setup/every-route.js';
import { serviceOn } from '../setup/service.js';

/*
 * With and without an approved change that is under embargo, every route that answers readers gives the same bytes and headers, its
 * entity tag among them; once it is released, some do not. A member reads it from the approval on, on every route, and each answer as
 * known at an instant is the same to the byte ever after: to the public and to members.
 */

const SERIES = 'vale-embargo';
/** What tells of the process or of the moment, and not of any series. */
const OF_THE_MOMENT = /^\/(tiles\/counters|metrics|live|ready|health)$/;
/** Answers that name the instant at which they were made: read without it, and without the entity tag that follows from it. */
const NAMES_THE_MOMENT = /^\/(report\?|ogc\/collections\/[^/]+\/items)/;

onEachDatabase(
  'a change under embargo',
  (db) => {
    const { get } = serviceOn(db);
    const states: Record<string, string> = {};
    const opened = new Map<string, number>();

    async function read(address: string, headers: Record<string, string> = {}): Promise<string> {
      const stop = new AbortController();
      const response = await get(address, { redirect: 'manual', signal: stop.signal, headers });
      const events = (response.headers.get('content-type') ?? '').includes('event-stream');
      const bytes = events
        ? new TextDecoder().decode((await response.body?.getReader().read())?.value)
        : Buffer.from(await response.arrayBuffer()).toString('latin1');
      stop.abort();
      opened.set(address, response.status);
      const head = [...response.headers].filter(([name]) => !VARYING.test(name));
      if (!NAMES_THE_MOMENT.test(address)) return JSON.stringify({ status: response.status, headers: head, bytes });
      const rest = head.filter(([name]) => name !== 'etag');
      return JSON.stringify({ status: response.status, headers: rest, bytes: timeless(bytes) });
    }
    const timeless = (bytes: string) =>
      bytes.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT').replace(/\d{4}-\d\d-\d\dT[\d%A.]+Z/g, 'INSTANT');
    /** The answers of every route, about the series as it is and as known just now. */
    async function readAll(knownAt: string): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      for (const [path, { query }] of READ_PATHS) {
        if (OF_THE_MOMENT.test(path)) continue;
        const address = addressOf(path, query, SERIES, states);
        found.set(address, await read(address));
        if (!('known-at' in query)) continue;
        const before = `${address}${address.includes('?') ? '&' : '?'}known-at=${knownAt}`;
        found.set(before, await read(before));
      }
      for (const address of ['/openapi.json', '/', '/ogc', '/ogc/api', `/series/${SERIES}/updates`])
        found.set(address, await read(address));
      return found;
    }
    const bodyOf = (answer = '{}') => (JSON.parse(answer) as { bytes: string }).bytes;
    const asKnown = (address: string, at: string | null) =>
      at === null ? address : `${address}${address.includes('?') ? '&' : '?'}known-at=${at}`;
    const KNOWABLE = [...READ_PATHS].filter(([path, { query }]) => !OF_THE_MOMENT.test(path) && 'known-at' in query);
    /** What routes (all that can; or some) answer of what was known at an instant (null: now), to one who asks. */
    async function readKnown(at: string | null, headers: Record<string, string>, some: readonly string[] = []) {
      const found = new Map<string, string>();
      for (const [path, { query }] of KNOWABLE) {
        if (some.length > 0 && !some.includes(path)) continue;
        const address = asKnown(addressOf(path, query, SERIES, states), at);
        found.set(address, await read(address, headers));
      }
      return found;
    }
    const differing = (a: Map<string, string>, b: Map<string, string>) =>
      [...a].filter(([address, answer]) => b.get(address) !== answer).map(([address]) => address);

    beforeAll(async () => {
      const store = await db();
      await storeValley(store, SERIES);
      for (const [kind, address] of Object.entries({
        state: `/tiles/${SERIES}.json?date=${ROUTE_DAY}`,
        change: `/tiles/${SERIES}/change.json?from=2021-01-01&to=2021-03-01`,
        span: `/tiles/${SERIES}/span.json?from=2021-01-01&to=2021-03-01`,
      })) {
        const { tiles } = (await (await get(address)).json()) as { tiles: string[] };
        states[kind] = /@([^/]+)/.exec(tiles[0] ?? '')?.[1] ?? '';
      }
    });

    it('shows in no byte of any route before it is released, and then it does', async () => {
      const store = await db();
      const { token } = await createToken(store, {
        ...{ name: 'embargo-member', scopes: ['read'], expiresAt: null, by: 'the tests' },
      });
      const member = { authorization: `Bearer ${token}` };
      const knownAt = encodeURIComponent(await databaseClock(store));
      const before = await readAll(knownAt);
      expect(differing(before, await readAll(knownAt))).toEqual([]);
      // The walk means something: most routes answer, and each the same twice.
      expect([...opened.values()].filter((status) => status === 200).length).toBeGreaterThan(60);

      const { features } = await askPlaces(store, { series: SERIES, date: parseDate(ROUTE_DAY), knownAt: null });
      const places = features as { properties: { id: string; party: string } }[];
      const place = places[0]?.properties;
      const party = places.map(({ properties }) => properties.party).find((one) => one && one !== place?.party);
      const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];
      const claim = { kind: 'captured', place: place?.id, party };
      const words = { kind: 'claim', date: ROUTE_DAY, why: 'it fell', sources, claim };
      const { proposal, preview } = await propose(store, SERIES, parseProposal(words), 'token:ann');
      expect(preview.places.length).toBeGreaterThan(0);
      const decision = { why: 'two say so', by: 'token:ben', embargo: { until: 'release' as const }, rebase: false };
      await approve(store, SERIES, proposal, decision);
      // What is made meanwhile does not know of it either.
      await judgeAlerts(store, await databaseClock(store), new Map(), () => {});
      expect(await issuePeriod(store, `${SERIES}-r`, '2021-02')).toMatchObject({ outcome: 'nothing_new' });
      expect(differing(before, await readAll(knownAt))).toEqual([]);

      // A member reads it: as known since the approval; as known before it, what the public reads.
      const some = ['/control', '/places', '/claims', '/change', '/tiles/{series}.json'];
      const approved = encodeURIComponent(await databaseClock(store));
      const asMember = await readKnown(approved, member);
      const asPublic = await readKnown(approved, {});
      // What a member has just read is none of the public's answers, whatever memory it comes from.
      const { id } = parseProposal(words).content as { id: string };
      expect([...asMember.values()].filter((answer) => answer.includes(id)).length).toBeGreaterThan(2);
      expect([...asPublic].filter(([, answer]) => answer.includes(id)).map(([address]) => address)).toEqual([]);
      const told = [...asPublic.keys()].filter(
        (address) => bodyOf(asMember.get(address)) !== bodyOf(asPublic.get(address)),
      );
      for (const address of (await readKnown(approved, {}, some)).keys()) expect(told).toContain(address);
      for (const [address, answer] of await readKnown(knownAt, member, some))
        expect(bodyOf(answer), address).toBe(bodyOf(before.get(address)));
      const present = await readKnown(null, member, some);
      for (const [address, answer] of present) expect(bodyOf(answer), address).not.toBe(bodyOf(before.get(address)));
      // Its tiles have numbers that are no numbers to others.
      const described = bodyOf(await read(`/tiles/${SERIES}.json?date=${ROUTE_DAY}`, member));
      const state = /@([^/]+)/.exec(described)?.[1] ?? '';
      expect(state).not.toBe(states.state);
      const tile = `/tiles/${SERIES}/@${state}/7/67/43.mvt`;
      expect((await get(tile, { headers: member })).status).toBe(200);
      expect((await get(tile)).status).toBe(404);
      expect((await get(tile, { headers: member })).headers.get('cache-control')).toBe('private, no-store');

      await release(store, SERIES, proposal, { by: 'token:ben', rebase: false });
      const after = differing(before, await readAll(knownAt));
      for (const path of [
        '/control',
        '/places',
        '/claims',
        '/change',
        `/tiles/${SERIES}.json`,
        `/series/${SERIES}/updates`,
      ])
        expect(after).toContainEqual(expect.stringMatching(new RegExp(`^${path}(\\?(?!.*known-at)|$)`)));
      const later = await readKnown(approved, {}, some);
      expect(differing(later, asPublic)).toEqual([]);
      // The bytes: a tile by the numbers of a public state may come from the memory of the public, under its headers.
      for (const [address, answer] of await readKnown(approved, member))
        expect(bodyOf(answer), address).toBe(bodyOf(asMember.get(address)));
      // From the release on all read the same again.
      const released = encodeURIComponent(await databaseClock(store));
      const toMembers = await readKnown(released, member, some);
      for (const [address, answer] of await readKnown(released, {}, some))
        expect(bodyOf(toMembers.get(address)), address).toBe(bodyOf(answer));
      // As known before the release nothing differs, to the last byte, for ever.
      expect(after.filter((address) => address.includes('known-at='))).toEqual([]);
      expect(await issuePeriod(store, `${SERIES}-r`, '2021-02')).toMatchObject({ outcome: 'corrected' });
      await revokeToken(store, 'embargo-member', 'the tests');
    }, 300_000);

    it('has no id that any route knows: what it alone names is answered as what nobody ever named, also once it is stopped', async () => {
      const store = await db();
      const series = `${SERIES}-ids`;
      await storeValley(store, series);
      const { token } = await createToken(store, {
        ...{ name: 'embargo-reader', scopes: ['read'], expiresAt: null, by: 'the tests' },
      });
      const member = { authorization: `Bearer ${token}` };
      const records = (properties: object, geometry: object | null) => ({
        type: 'FeatureCollection',
        features: [{ type: 'Feature', properties, geometry }],
      });
      const at = (lon: number, lat: number) => ({ type: 'Point', coordinates: [lon, lat] });
      const line = { type: 'LineString', coordinates: [[10.2, 50.2], [10.8, 50.2]] }; // biome-ignore format: a line
      const party = { id: 'eastland', name: 'Eastland', colour: '#445566', kind: 'ground' };
      const changes = [
        { kind: 'parties', records: records(party, null) },
        { kind: 'places', records: records({ id: 'newtown', name: 'New Town' }, at(10.3, 50.3)) },
        { kind: 'posts', operator: 'uplanders', since: '2021-01-01', records: records({ number: 77, name: 'Seven' }, at(10.4, 50.42)) },
        { kind: 'routes', records: records({ id: 'R9', name: 'New road' }, line) },
        { kind: 'event', event: { kind: 'strike', place: 'birch' } },
        { kind: 'claim', claim: { kind: 'captured', place: 'birch', party: 'south' } },
      ]; // biome-ignore format: one change a line
      const sources = [{ url: 'https://example.org/ids', publisher: 'A paper' }];
      const parsed = changes.map((change) =>
        parseProposal({ date: ROUTE_DAY, why: 'it is there', sources, ...change }),
      );
      const logged = parsed.flatMap(({ content }) => ('id' in content ? [content.id] : []));
      const secret = { place: 'newtown', party: 'eastland', road: 'R9', number: '77', operator: 'uplanders' };
      const parameters: Record<string, string> = { ...secret, 'near-route': 'R9', match: 'eastland:north' };
      const addresses = new Set<string>();
      for (const [path, { inPath, query }] of READ_PATHS) {
        const given = Object.entries(parameters).filter(([name]) => name in query);
        if (given.length === 0 && !('number' in inPath) && !path.startsWith('/routes/')) continue;
        const address = addressOf(path, query, series, {}, secret);
        const separator = address.includes('?') ? '&' : '?';
        addresses.add(address);
        for (const [name, value] of given) addresses.add(`${address}${separator}${name}=${value}`);
      }
      for (const [kind, ids] of Object.entries({
        place: ['2021-01-01.newtown'],
        post: ['uplanders-77'],
        encirclement: ['2021-01-01.uplanders-77'],
        route: ['2021-01-01.R9.1'],
        claim: logged,
        event: logged,
      })) {
        for (const id of ids) addresses.add(`/ogc/collections/${series}_${kind}/items/${id}`);
        addresses.add(`/ogc/collections/${series}_${kind}/items?filter=place%3D%27newtown%27`);
      }
      const askAll = async (headers: Record<string, string> = {}) => {
        const found = new Map<string, string>();
        const now = encodeURIComponent(await databaseClock(store));
        for (const address of addresses) {
          found.set(address, await read(address, headers));
          const response = await get(asKnown(address, now), { headers });
          found.set(`${address} as known now`, `${response.status} ${timeless(await response.text())}`);
        }
        return found;
      };
      const before = await askAll();
      const waiting: number[] = [];
      for (const change of parsed) {
        const { proposal } = await propose(store, series, change, 'token:ann');
        await approve(store, series, proposal, { why: 'so', by: 'token:ben', embargo: { until: 'release' } });
        waiting.push(proposal);
      }
      expect(differing(before, await askAll())).toEqual([]);
      // The question means something: members are told of what has these ids.
      const told = differing(before, await askAll(member)).filter((address) => opened.get(address) === 200);
      for (const of of ['/claims', '/posts/77', '/routes/R9', '_place/items/', '_post/items/', '_claim/items/'])
        expect(told).toContainEqual(expect.stringContaining(of));
      for (const id of waiting.reverse()) await stop(store, series, id, { why: 'not now', by: 'token:ben' });
      expect(differing(before, await askAll())).toEqual([]);
      await revokeToken(store, 'embargo-reader', 'the tests');
    }, 300_000);
  },
  'alerts',
);
