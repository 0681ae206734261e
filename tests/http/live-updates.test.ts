import { expect, it } from 'vitest';
import { approve, propose } from '../../src/desk/desk.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { openBrowserSession } from '../../src/store/browser-sessions.sql.js';
import { createToken, hashOfToken, revokeToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

const map = (east: number) =>
  JSON.stringify({
    type: 'Feature',
    properties: { party: 'aland' },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [30, 40],
          [east, 40],
          [east, 40.5],
          [30, 40.5],
          [30, 40],
        ],
      ],
    },
  });

const textOf = ({ value }: { value?: Uint8Array | undefined }) => new TextDecoder().decode(value);

onEachDatabase('live updates', (open) => {
  const service = serviceOn(open);

  it('a page that follows a series learns of a new map within seconds, and of nothing else', async () => {
    const db = await open();
    const series = `live-${db.engine}`;
    const created = { title: 'A map', publisher: 'Us', licence: 'CC0', accuracyM: 100 };
    const importing = (east: number, date: string, create: unknown) =>
      importSnapshots(db, {
        ...{ series, map: map(east), options: { date: parseDate(date) }, source: null },
        ...{ create: create as never, accept: 'a test' },
      });
    await importing(31, '2024-05-01', created);
    const stop = new AbortController();
    const response = await fetch(`${service.base}/series/${series}/updates`, { signal: stop.signal });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = textOf(await reader.read());
    expect(first).toMatch(/^event: epoch\nid: \d+\ndata: \d+\n\n$/);
    const next = reader.read();
    const quiet = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 2500, 'nothing'))]);
    expect(quiet).toBe('nothing');
    await importing(30.9, '2024-05-02', null);
    const reported = textOf(await next);
    expect(Number(/data: (\d+)/.exec(reported)?.[1])).toBeGreaterThan(Number(/data: (\d+)/.exec(first)?.[1]));
    stop.abort();
    const unknown = await fetch(`${service.base}/series/nobody/updates`);
    expect(unknown.status).toBe(404);
  });

  it('who may read what is proposed hears of each thing done at the desk; the public of none', async () => {
    const db = await open();
    const series = `live-${db.engine}`;
    const credential = async (name: string) => {
      const given = { name: `live-${db.engine}-${name}`, scopes: ['read' as const], expiresAt: null, by: 'the tests' };
      return { authorization: `Bearer ${(await createToken(db, given)).token}` };
    };
    const stop = new AbortController();
    const heard = { reader: '', stranger: '' };
    const listen = async (who: keyof typeof heard, headers: Record<string, string>) => {
      const response = await fetch(`${service.base}/series/${series}/updates`, { signal: stop.signal, headers });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const take = async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read()) heard[who] += textOf(next);
      };
      void take().catch(() => {});
    };
    await listen('reader', await credential('reader'));
    await listen('stranger', {});
    const marks = () => heard.reader.match(/event: desk\ndata: \S+/g) ?? [];
    await expect.poll(() => marks().length, { timeout: 10_000 }).toBe(1);
    const geometry = {
      type: 'Polygon',
      coordinates: [
        [
          [30.2, 40.1],
          [30.4, 40.1],
          [30.4, 40.3],
          [30.2, 40.3],
          [30.2, 40.1],
        ],
      ],
    };
    const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];
    const words = {
      kind: 'edit',
      date: '2024-05-02',
      why: 'seen',
      sources,
      geometry,
      party: null,
      status: 'contested',
    };
    const { proposal } = await propose(db, series, parseProposal(words), 'token:ann');
    await expect.poll(() => marks().length, { timeout: 10_000 }).toBe(2);
    const decision = { why: 'two say so', by: 'token:ben', embargo: { until: 'release' as const } };
    await approve(db, series, proposal, decision);
    await expect.poll(() => marks().length, { timeout: 10_000 }).toBe(3);
    expect(new Set(marks()).size).toBe(3);
    expect(heard.stranger.match(/^event: .*$/gm)).toEqual(['event: epoch']);
    stop.abort();
    await revokeToken(db, `live-${db.engine}-reader`, 'the tests');
  });

  it('who followed with a token, or with a session of it, hears nothing once it is revoked', async () => {
    const db = await open();
    const series = `live-${db.engine}`;
    const name = `live-${db.engine}-leaver`;
    const { token } = await createToken(db, { name, scopes: ['read'], expiresAt: null, by: 'the tests' });
    // A service may take two seconds to learn of a token that was made beside it.
    const known = async () =>
      (await service.get(`/series/${series}/proposals`, { headers: { authorization: `Bearer ${token}` } })).status;
    await expect.poll(known, { timeout: 10_000 }).toBe(200);
    const { cookie } = await openBrowserSession(db, { credential: hashOfToken(token) });
    const opened = [{ authorization: `Bearer ${token}` }, { cookie: `salient_session=${cookie}` }].map(
      async (headers: Record<string, string>) => {
        const { body } = await fetch(`${service.base}/series/${series}/updates`, { headers });
        const reader = (body as ReadableStream<Uint8Array>).getReader();
        let heard = '';
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          heard += textOf(next);
          if (heard.includes('event: desk')) break;
        }
        expect(heard).toContain('event: desk');
        return reader;
      },
    );
    const readers = await Promise.all(opened);
    await revokeToken(db, name, 'the tests');
    for (const reader of readers) while (!(await reader.read()).done);
  });

  const behind = serviceOn(open, { proxies: ['127.0.0.1'] });
  it('the head of a stream ends, and follows nothing', async () => {
    const db = await open();
    const series = `live-head-${db.engine}`;
    const create = { title: 'A map', publisher: 'Us', licence: 'CC0', accuracyM: 100 };
    await importSnapshots(db, {
      ...{ series, map: map(31), options: { date: parseDate('2024-05-01') }, source: null },
      ...{ create: create as never, accept: 'a test' },
    });
    const answer = await service.raw(`/series/${series}/updates`, {}, 'HEAD');
    expect([answer.status, answer.headers['content-type'], answer.body.length]).toEqual([
      200,
      expect.stringMatching(/^text\/event-stream/),
      0,
    ]);
    expect((await service.raw(`/series/${series}-none/updates`, {}, 'HEAD')).status).toBe(404);
  });

  it('one address follows by two hundred pages at most, and others go on following', async () => {
    const stop = new AbortController();
    const series = `live-${(await open()).engine}`;
    const held: Response[] = [];
    const follow = async (from: string) => {
      const headers = { 'x-forwarded-for': from };
      const response = await fetch(`${behind.base}/series/${series}/updates`, { signal: stop.signal, headers });
      // What nobody holds is collected, and its connection closed.
      held.push(response);
      return response.status;
    };
    const all = await Promise.all(Array.from({ length: 203 }, () => follow('203.0.113.7')));
    expect(all.filter((status) => status === 200)).toHaveLength(200);
    expect(all.filter((status) => status === 429)).toHaveLength(3);
    expect(await follow('203.0.113.8')).toBe(200);
    stop.abort();
    const again = new AbortController();
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const anew = () => fetch(`${behind.base}/series/${series}/updates`, { signal: again.signal, headers });
    await expect.poll(async () => (await anew()).status, { timeout: 5000 }).toBe(200);
    expect(held).toHaveLength(204);
    again.abort();
  });
});
