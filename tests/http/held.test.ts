import { expect, it } from 'vitest';
import { judgeAlerts } from '../../src/reports/alerts/fire.js';
import { databaseClock } from '../../src/reports/runs.sql.js';
import { createToken, revokeToken } from '../../src/store/tokens.sql.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

interface Held {
  id: number;
  date: string;
  problems: { code: string }[];
  figures: Record<string, number>;
  sent_by: string | null;
  decision: { decision: string; kind: string | null; why: string; by: string | null; revision: number | null } | null;
}
interface Change {
  kinds: { kind: string; changed_km2: number; parties: { party: string; net_km2: number }[] }[];
  changed_km2: number;
}

const CREATE = 'create=true&title=Held&publisher=Test&licence=CC0-1.0';
const TWO = ['west', 'east'];
const day = (n: number) => `2020-01-${String(n).padStart(2, '0')}`;

onEachDatabase('a map out of all proportion', (db) => {
  const { get, json, post } = serviceOn(async () => m5(await db()));
  const send = (id: string, n: number, map: unknown, more = '') =>
    post(`/series/${id}/snapshots?date=${day(n)}${more && `&${more}`}`, map);
  const held = async (id: string, decided = false) =>
    (await json<{ held: Held[] }>(`/series/${id}/held?decided=${decided}`, CREDENTIAL)).held;
  const change = (id: string, from: number, to: number) =>
    json<Change>(`/change?series=${id}&from=${day(from)}&to=${day(to)}`);
  const decide = (id: string, number: number, how: string) => post(`/series/${id}/held/${number}/${how}`, '');

  /** Six days on which the border moves east by 0.0005 degrees, some 5 km²; the next day is the 7th. */
  async function habit(id: string, accuracy = 60) {
    for (let n = 1; n <= 6; n++) {
      const sent = await send(id, n, strips([36.3 + n * 0.0005], TWO), n === 1 ? `${CREATE}&accuracy=${accuracy}` : '');
      expect(sent.status).toBe(201);
    }
  }

  it('waits for as many people as a rule of the series says, and is not approved by who sent it', async () => {
    await habit('held-rule');
    const rule = await post('/series/held-rule/review-rule?approvals=2&kinds=held,map&why=the%20capital', '');
    expect(rule.body).toEqual({ series: 'held-rule', approvals: 2, kinds: ['held', 'map'] });
    const collapse = strips([36.9], TWO);
    const deciding = await send('held-rule', 7, collapse, 'accept=sure');
    expect([deciding.status, deciding.body.code]).toEqual([403, 'not_allowed']);
    expect((await send('held-rule', 7, collapse)).status).toBe(409);
    const [waiting] = await held('held-rule');
    const accept = async (headers: Record<string, string>) => {
      const how = 'accept?kind=movement&why=the%20front%20collapsed';
      const { status, body } = await post(`/series/held-rule/held/${waiting?.id}/${how}`, '', headers);
      return [status, body.code ?? (body as { decision?: string }).decision];
    };
    expect(await accept({})).toEqual([403, 'own_proposal']);
    const reviewer = async (name: string) => {
      const given = { name: `held-${name}`, scopes: ['review' as const], expiresAt: null, by: 'the tests' };
      return { authorization: `Bearer ${(await createToken(await db(), given)).token}` };
    };
    const [ann, ben] = [await reviewer('ann'), await reviewer('ben')];
    expect(await accept(ann)).toEqual([200, 'open']);
    expect(await accept(ann)).toEqual([409, 'decided']);
    const approval = { by: 'token:held-ann', why: 'the front collapsed', at: expect.any(String) };
    expect(await json(`/series/held-rule/held`, CREDENTIAL)).toMatchObject({
      approvals_needed: 2,
      held: [{ id: waiting?.id, approvals: [approval] }],
    });
    expect((await json<{ dates: string[] }>('/series/held-rule/dates')).dates).not.toContain(day(7));
    expect(await accept(ben)).toEqual([200, 'accepted']);
    expect((await json<{ dates: string[] }>('/series/held-rule/dates')).dates).toContain(day(7));
    for (const name of ['ann', 'ben']) await revokeToken(await db(), `held-${name}`, 'the tests');
  });

  it('waits with its number, is in no answer, and becomes the map it was once a person accepts it', async () => {
    await habit('held-accept');
    const collapse = strips([36.9], TWO);
    const returned = await send('held-accept', 7, collapse, 'by=night%20shift');
    expect([returned.status, returned.body.code]).toEqual([409, 'held']);
    const [waiting] = await held('held-accept');
    expect(returned.body.problems).toMatchObject([
      { code: 'out_of_proportion', date: day(7), held: waiting?.id, href: `/series/held-accept/held/${waiting?.id}` },
    ]);
    expect(waiting).toMatchObject({ date: day(7), sent_by: 'night shift', decision: null, approvals: [] });
    expect(waiting?.figures).toMatchObject({
      steps: 5,
      usual_km2: expect.closeTo(5, 0),
      theatre_km2: expect.any(Number),
    });
    const before = await (await get(`/control?series=held-accept&date=${day(7)}`)).text();
    expect((await json<{ dates: string[] }>('/series/held-accept/dates')).dates).not.toContain(day(7));

    const again = await send('held-accept', 7, collapse);
    expect([again.status, again.body.problems?.[0]]).toEqual([409, expect.objectContaining({ held: waiting?.id })]);
    expect(await held('held-accept')).toHaveLength(1);
    const shown = await json<{ features: { geometry: object; properties: { party: string } }[] }>(
      `/series/held-accept/held/${waiting?.id}`,
      CREDENTIAL,
    );
    expect(shown.features.map(({ properties }) => properties.party)).toEqual(TWO);
    expect(await (await get(`/control?series=held-accept&date=${day(7)}`)).text()).toBe(before);

    const accepted = await decide(
      'held-accept',
      waiting?.id ?? 0,
      'accept?kind=movement&why=the%20front%20collapsed&by=A',
    );
    expect(accepted).toMatchObject({ status: 200, body: { decision: 'accepted', revision: expect.any(Number) } });
    expect(await held('held-accept')).toEqual([]);
    expect(await held('held-accept', true)).toMatchObject([
      { decision: { decision: 'accepted', kind: 'movement', why: 'the front collapsed', by: 'A' } },
    ]);
    const sent = await send('held-accept', 7, collapse);
    expect(sent).toMatchObject({ status: 200, body: { snapshots: [{ result: 'unchanged' }] } });
    for (const how of ['accept?kind=correction&why=x', 'refuse?why=x']) {
      const late = await decide('held-accept', waiting?.id ?? 0, how);
      expect([late.status, late.body.code]).toEqual([409, 'decided']);
      expect(late.body.message).toMatch(/accepted by A already: the front collapsed/);
    }
  });

  it('accepted in the middle of maps says that the step back is out of proportion as well', async () => {
    await habit('held-between');
    await send('held-between', 8, strips([36.3035], TWO));
    await send('held-between', 7, strips([36.9], TWO));
    const [waiting] = await held('held-between');
    const { status, body } = await decide('held-between', waiting?.id ?? 0, 'accept?kind=movement&why=one%20night');
    expect(status).toBe(200);
    expect((body as { notes?: string[] }).notes).toEqual([
      expect.stringMatching(
        new RegExp(
          `^the step from it to the map of ${day(8)}, which is stored already, is out of proportion as well: `,
        ),
      ),
    ]);
  });

  it('a redefinition overnight never counts as movement, nor as a habit of the series', async () => {
    await habit('held-redefined');
    await send('held-redefined', 7, strips([36.8], TWO));
    await send('held-redefined', 8, strips([36.8005], TWO));
    await send('held-redefined', 9, strips([36.2], TWO));
    const waiting = await held('held-redefined');
    expect(waiting.map(({ date }) => date)).toEqual([day(7), day(8), day(9)]);
    const accepted = await decide('held-redefined', waiting[0]?.id ?? 0, 'accept?kind=redefinition&why=a%20new%20rule');
    expect(accepted.body).toMatchObject({ released: [{ held: waiting[1]?.id }] });
    expect(await held('held-redefined')).toMatchObject([{ date: day(9), decision: null }]);
    expect((await held('held-redefined', true))[1]?.decision).toMatchObject({
      decision: 'released',
      why: expect.stringContaining(`accepted as held map ${waiting[0]?.id}`),
    });
    const { kinds, changed_km2 } = await change('held-redefined', 1, 8);
    const of = (kind: string) => kinds.find((one) => one.kind === kind)?.changed_km2 ?? Number.NaN;
    expect(of('redefinition')).toBeGreaterThan(4900);
    expect(of('movement')).toBeLessThan(40);
    // Each of the seven steps adds its own rounding: 1e-9 of 10,066 km².
    expect(Math.abs(of('redefinition') + of('movement') - changed_km2)).toBeLessThan(7 * 1e-9 * 10_066);
    // The habit is still some 5 km² a day: the next jump is held too.
    const next = await send('held-redefined', 10, strips([36.9], TWO));
    expect(next.status).toBe(409);
  });

  it('is refused with a reason, and the same map sent again with it', async () => {
    await habit('held-refused');
    const map = strips([36.9], TWO);
    await send('held-refused', 7, map);
    const [waiting] = await held('held-refused');
    const refused = await decide('held-refused', waiting?.id ?? 0, 'refuse?why=a%20slip%20of%20the%20mouse&by=B');
    expect(refused).toMatchObject({ status: 200, body: { decision: 'refused', revision: null } });
    const again = await send('held-refused', 7, map);
    expect(again).toMatchObject({
      status: 200,
      body: { snapshots: [{ result: 'refused', revision: null, notes: ['refused: a slip of the mouse'] }] },
    });
    expect((await send('held-refused', 7, strips([36.304], TWO))).status).toBe(201);
    expect((await decide('held-refused', 999_999, 'refuse?why=x')).body.code).toBe('unknown_held');
    expect((await decide('held-accept', waiting?.id ?? 0, 'refuse?why=x')).body.code).toBe('unknown_held');
  });

  it('among other days of one file lets those in proportion pass', async () => {
    await habit('held-file');
    const dated = (n: number, lon: number) =>
      strips([lon], TWO).features.map((feature) => ({
        ...feature,
        properties: { ...feature.properties, date: day(n) },
      }));
    const features = [...dated(7, 36.304), ...dated(8, 36.9), ...dated(9, 36.305)];
    const sent = await post('/series/held-file/snapshots', { type: 'FeatureCollection', features });
    expect([sent.status, sent.body.snapshots?.map(({ result }) => result)]).toEqual([
      202,
      ['stored', 'held', 'stored'],
    ]);
  });

  it('silent loss: ground that falls out of all areas', async () => {
    await habit('held-loss');
    const lost = await send('held-loss', 7, strips([36.303, 36.4], ['west', null, 'east']));
    expect(lost.body.problems).toMatchObject([{ message: expect.stringMatching(/were in an area are in none now/) }]);
    expect((await held('held-loss'))[0]?.problems).toMatchObject([{ code: 'silent_loss' }]);
  });

  it('is told by an alert to those alone who may read what waits', async () => {
    await habit('held-alert');
    expect((await send('held-alert', 7, strips([36.9], TWO))).status).toBe(409);
    const rule = { id: 'held-alert', title: 'Waits', series: 'held-alert', when: { kind: 'held' } };
    expect((await post('/alerts', JSON.stringify(rule))).status).toBe(200);
    const store = await db();
    await judgeAlerts(store, await databaseClock(store), new Map(), () => {});
    const ids = async (headers = {}) => (await json<{ id: string }[]>('/alerts', headers)).map(({ id }) => id);
    expect(await ids()).not.toContain('held-alert');
    expect(await ids(CREDENTIAL)).toContain('held-alert');
    for (const path of ['', '/feed.atom', '/feed.json']) {
      const status = async (headers = {}) => (await get(`/alerts/held-alert${path}`, { headers })).status;
      expect([path, await status(), await status(CREDENTIAL)]).toEqual([path, 401, 200]);
    }
  });

  it('two parties exchanged by mistake on the second day of a series are stored, and the import asks', async () => {
    expect((await send('held-exchanged', 1, strips([36.3], TWO), `${CREATE}&accuracy=60`)).status).toBe(201);
    const sent = await send('held-exchanged', 2, strips([36.301], [...TWO].reverse()));
    expect(sent.status).toBe(201);
    expect(JSON.stringify(sent.body)).toMatch(
      /km² changed from one party to another since the map of .*: were two of them exchanged\?/,
    );
    // A hard day is nothing of the kind.
    const hard = await send('held-exchanged', 3, strips([36.6], [...TWO].reverse()));
    expect([hard.status, JSON.stringify(hard.body)]).toEqual([201, expect.not.stringContaining('exchanged?')]);
  });

  it('a polygon of another country: refused outside the theatre, held inside it however young the series', async () => {
    const theatre = {
      type: 'Polygon',
      coordinates: [
        [
          [34, 33],
          [40, 33],
          [40, 38],
          [34, 38],
          [34, 33],
        ],
      ],
    };
    await post(`/series/held-country/snapshots?date=${day(1)}&${CREATE}&accuracy=60`, {
      theatre,
      map: strips([36.3], TWO),
    });
    const country = (west: number) => ({
      type: 'Feature',
      properties: { party: 'west' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [west, 34],
            [west + 2, 34],
            [west + 2, 36],
            [west, 36],
            [west, 34],
          ],
        ],
      },
    });
    const map = strips([36.3], TWO);
    const far = await send('held-country', 2, { ...map, features: [...map.features, country(-8)] });
    expect([far.status, far.body.problems?.[0]]).toMatchObject([
      422,
      { code: 'outside_theatre', at: '/features/2/geometry' },
    ]);
    const near = await send('held-country', 2, { ...map, features: [...map.features, country(37.5)] });
    expect(near.status).toBe(409);
    expect((await held('held-country'))[0]?.problems).toMatchObject([{ code: 'new_ground' }]);
  });

  it('not so a border redrawn everywhere by 60 m with nothing moved, but a loss under its cover', async () => {
    const cuts = Array.from({ length: 19 }, (_, i) => 36.05 + i * 0.05);
    const parties = [...cuts, 0].map((_, i) => TWO[i % 2] as string);
    const moved = (n: number) => cuts.map((lon, i) => (i === 9 ? lon + n * 0.0002 : lon));
    for (let n = 1; n <= 6; n++)
      await send('held-redraw', n, strips(moved(n), parties), n === 1 ? `${CREATE}&accuracy=60` : '');
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    // Normal, σ = 60 m: 0.00066 degrees of longitude here.
    const jitter = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()) * 0.00066;
    const covered = moved(6).map((lon, i) => (i % 2 === 0 ? lon + 0.0012 : lon));
    const loss = await send('held-redraw', 7, strips(covered, parties, jitter));
    expect(loss.status).toBe(409);
    expect((await held('held-redraw'))[0]?.figures.noise_each_way_km2).toBeGreaterThan(50);
    const redrawn = await send('held-redraw', 7, strips(moved(6), parties, jitter));
    expect(redrawn.status).toBe(201);
    expect(redrawn.body.snapshots?.[0]?.changed_km2).toBeGreaterThan(0.005 * 10_066);
  });

  it('is decided by one of two people who decide at once', async () => {
    await habit('held-race');
    await send('held-race', 7, strips([36.9], TWO));
    const [waiting] = await held('held-race');
    const both = await Promise.all([
      decide('held-race', waiting?.id ?? 0, 'accept?kind=movement&why=a&by=A'),
      decide('held-race', waiting?.id ?? 0, 'accept?kind=correction&why=b&by=B'),
      decide('held-race', waiting?.id ?? 0, 'refuse?why=c&by=C'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await held('held-race', true)).toHaveLength(1);
  });
});
