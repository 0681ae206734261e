import { expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
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

  const behind = serviceOn(open, { proxies: ['127.0.0.1'] });
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
