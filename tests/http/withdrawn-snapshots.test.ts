import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { instantBetween } from '../setup/instant-between.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

const CREATE = 'create=true&title=Walk&publisher=Test&licence=CC0-1.0&accuracy=60';
const day = (n: number) => `2020-01-0${n}`;

interface Snapshots {
  snapshots: {
    date: string;
    revision: number;
    current: boolean;
    withdrawn: { why: string; restored_as: number } | null;
  }[];
}

onEachDatabase('a withdrawn map', (db) => {
  const { get, json, post } = serviceOn(async () => m5(await db()));
  const send = (id: string, n: number, lon: number, more = '') =>
    post(`/series/${id}/snapshots?date=${day(n)}${more}`, strips([lon], ['west', 'east']));
  const withdraw = (id: string, n: number, how: string) =>
    post(`/series/${id}/snapshots/${day(n)}/withdraw?${how}`, '');
  const instant = instantBetween;
  async function three(id: string) {
    for (const n of [1, 2, 3])
      await send(id, n, 36.2 + n / 10, n === 1 ? `&${CREATE}` : '&accept=made%20for%20a%20test');
  }
  const requested = (id: string) => [
    `/control?series=${id}&date=${day(2)}`,
    `/change?series=${id}&from=${day(1)}&to=${day(2)}`,
    `/change?series=${id}&from=${day(1)}&to=${day(3)}`,
    `/front?series=${id}&date=${day(2)}`,
    `/series/${id}/dates?`,
  ];
  const answers = async (id: string, more = '') => {
    const all: unknown[] = [];
    for (const path of requested(id)) all.push({ ...(await json<object>(`${path}${more}`)), known_at: null });
    return all;
  };
  /** Without the numbers of revisions: a restored map has a new one. */
  const unnumbered = (all: unknown) =>
    JSON.parse(JSON.stringify(all, (key, value) => (/revision/.test(key) ? 0 : value)));

  it('leaves every answer from that moment, is still told as known before, and comes back as it was', async () => {
    const id = 'gone-whole';
    await three(id);
    const tile = `/tiles/${id}/8/153/100.mvt?date=${day(2)}`;
    const [before, tileBefore] = [await answers(id), await (await get(tile)).arrayBuffer()];
    const stateBefore = (await json<{ state: string }>(`/tiles/${id}.json?date=${day(2)}`)).state;
    const known = await instant();

    const gone = await withdraw(id, 2, 'why=traced%20from%20a%20photograph&by=A');
    expect(gone).toMatchObject({ status: 200, body: { withdrawn_why: 'traced from a photograph' } });
    expect(await json(`/series/${id}/dates`)).toMatchObject({ dates: [day(1), day(3)] });
    expect(await json(`/control?series=${id}&date=${day(2)}`)).toMatchObject({ valid_from: day(1), valid_to: day(3) });
    const { kinds } = await json<{ kinds: { steps: number }[] }>(`/change?series=${id}&from=${day(1)}&to=${day(3)}`);
    expect(kinds[0]?.steps).toBe(1);
    expect((await json<{ state: string }>(`/tiles/${id}.json?date=${day(2)}`)).state).not.toBe(stateBefore);
    expect(Buffer.from(await (await get(tile)).arrayBuffer()).equals(Buffer.from(tileBefore))).toBe(false);
    expect(await answers(id, `&known-at=${known}`)).toEqual(before);

    const back = await withdraw(id, 2, 'restore=true&why=the%20photograph%20was%20ours&by=B');
    expect(back.status).toBe(200);
    expect(unnumbered(await answers(id))).toEqual(unnumbered(before));
    expect(Buffer.from(await (await get(tile)).arrayBuffer()).equals(Buffer.from(tileBefore))).toBe(true);
    const { snapshots } = await json<Snapshots>(`/series/${id}/snapshots`, CREDENTIAL);
    expect(snapshots.map(({ date, current, withdrawn }) => [date, current, withdrawn?.why ?? null])).toEqual([
      [day(1), true, null],
      [day(2), false, 'traced from a photograph'],
      [day(2), true, null],
      [day(3), true, null],
    ]);
    expect(snapshots[1]?.withdrawn?.restored_as).toBe(snapshots[2]?.revision);
  });

  it('does not come back because somebody sends it again, but another of that day is taken', async () => {
    const id = 'gone-again';
    await three(id);
    await withdraw(id, 2, 'why=wrong');
    const again = await send(id, 2, 36.2 + 2 / 10);
    expect(again).toMatchObject({
      status: 200,
      body: {
        snapshots: [{ result: 'withdrawn', revision: null, notes: [expect.stringMatching(/^withdrawn: wrong/)] }],
      },
    });
    expect((await send(id, 2, 36.45)).status).toBe(201);
    expect((await withdraw(id, 2, 'restore=true')).body).toMatchObject({ code: 'decided' });
  });

  it('may be the only one, or none at all', async () => {
    const id = 'gone-only';
    await send(id, 1, 36.3, `&${CREATE}`);
    expect((await withdraw(id, 1, '')).body).toMatchObject({ code: 'invalid_parameter' });
    await withdraw(id, 1, 'why=wrong');
    const none = await get(`/control?series=${id}&date=${day(1)}`);
    expect([none.status, (await none.json()).code]).toEqual([404, 'no_data']);
    expect((await withdraw(id, 1, 'why=wrong')).body).toMatchObject({ code: 'no_data' });
    expect((await withdraw(id, 1, 'restore=true')).status).toBe(200);
    expect((await withdraw(id, 1, 'restore=true')).body).toMatchObject({ code: 'no_data' });
    expect((await post('/series/m5/snapshots/2020-01-28/withdraw?why=x', '')).body).toMatchObject({
      code: 'invalid_parameter',
    });
  });

  it('withdrawn while another is imported leaves one of the two orders, never a mixture', async () => {
    const id = 'gone-race';
    await three(id);
    const [, ...rest] = await Promise.all([
      withdraw(id, 2, 'why=wrong'),
      send(id, 2, 36.41, '&accept=x'),
      withdraw(id, 2, 'why=twice'),
      send(id, 3, 36.51, '&accept=x'),
    ]);
    expect(rest.every(({ status }) => [200, 201, 404].includes(status))).toBe(true);
    const { snapshots } = await json<Snapshots>(`/series/${id}/snapshots`, CREDENTIAL);
    for (const n of [1, 2, 3]) {
      expect(snapshots.filter(({ date, current }) => date === day(n) && current).length).toBeLessThanOrEqual(1);
    }
    const change = await json<{ residual_km2: number; theatre_km2: number }>(
      `/change?series=${id}&from=${day(1)}&to=${day(3)}`,
    );
    expect(Math.abs(change.residual_km2)).toBeLessThanOrEqual(1e-9 * change.theatre_km2);
  });

  it('is withdrawn and restored by a proposal alone where a rule of review is about that, whoever asks', async () => {
    const id = 'gone-by-rule';
    await three(id);
    const rule = (kinds: string) => post(`/series/${id}/review-rule?approvals=2&why=so${kinds}`, '');
    const dates = async () => (await json<{ dates: string[] }>(`/series/${id}/dates`)).dates;
    const refused = { status: 403, body: { code: 'not_allowed', message: expect.stringContaining('propose it') } };

    expect((await rule('&kinds=withdrawal')).status).toBe(200);
    expect(await withdraw(id, 2, 'why=alone')).toMatchObject(refused);
    expect(await dates()).toEqual([day(1), day(2), day(3)]);
    const content = {
      kind: 'withdrawal',
      date: day(2),
      why: 'traced',
      sources: [{ url: 'https://e.org/x', publisher: 'P' }],
    };
    const asJson = { 'content-type': 'application/json' };
    expect((await post(`/series/${id}/proposals`, content, asJson)).status).toBe(200);

    expect((await rule('&kinds=restoration')).status).toBe(200);
    // The newest rule about a kind holds: the one about withdrawals still stands.
    expect(await withdraw(id, 2, 'why=alone')).toMatchObject(refused);
    expect(await withdraw(id, 2, 'restore=true')).toMatchObject(refused);

    const other = 'gone-by-rule-of-all';
    await three(other);
    expect((await withdraw(other, 2, 'why=traced')).status).toBe(200);
    expect((await post(`/series/${other}/review-rule?approvals=1&why=so`, '')).status).toBe(200);
    expect(await withdraw(other, 2, 'restore=true')).toMatchObject(refused);
    expect(await withdraw(other, 3, 'why=alone')).toMatchObject(refused);
  });
});
