import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

const ID = 'kup';
const WEEK = '2024-W19';
const FILES = ['', '.md', '.json', '.csv', '.geojson', '.map.svg', '.chart.svg'];

const box = (party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, 48],
        [east, 48],
        [east, 49],
        [west, 49],
        [west, 48],
      ],
    ],
  },
});
/** Aland west of the front, borland east of it. */
const map = (front: number) => ({
  type: 'FeatureCollection',
  features: [box('aland', 30, front), box('borland', front, 32)],
});

onEachDatabase('published reports and alerts', (db) => {
  const { get, post, json } = serviceOn(db);
  const send = async (date: string, front: number, more = '') => {
    const { status, body } = await post(`/series/${ID}/snapshots?date=${date}&source=x${more}`, map(front));
    expect([status, body.message]).toEqual([201, undefined]);
  };
  const textOf = async (path: string, headers = {}) => {
    const response = await get(path, { headers });
    expect([path, response.status]).toEqual([path, 200]);
    const text = await response.text();
    // Of the lists, what tells of this series: other files of tests are on the same store.
    if (path === '/reports?f=html')
      return text.match(/<tr>.*?<\/tr>/gs)?.find((row) => row.includes(`reports/${ID}w"`)) ?? '';
    return /^\/(reports|alerts)$/.test(path)
      ? JSON.stringify((JSON.parse(text) as { id: string }[]).filter(({ id }) => id.startsWith(ID)))
      : text;
  };
  const issue = async () => (await post(`/reports/${ID}w/issue?period=${WEEK}`, '')).body;
  const waysOut = [
    ...['', '?edition=1', '?edition=2'].flatMap((edition) =>
      FILES.map((file) => `/reports/${ID}w/${WEEK}${file}${edition}`),
    ),
    ...[`/reports/${ID}w/feed.atom`, `/reports/${ID}w/feed.json`, '/reports?f=html', `/reports/${ID}w?f=html`],
    ...['/reports', `/reports/${ID}w`, `/alerts/${ID}a/feed.atom`, `/alerts/${ID}a/feed.json`],
    ...['/alerts', `/alerts/${ID}a`],
  ];

  it('of a period that was corrected say so: the former edition that a newer one stands, the newer one what it corrects', async () => {
    await send('2024-05-05', 31, '&create=true&title=Kup%20daily&publisher=Us&licence=CC0&accuracy=100');
    const alert = { id: `${ID}a`, title: 'Ground', series: ID, when: { kind: 'area', more_than_km2: 100, days: 30 } };
    expect((await post('/alerts', alert)).status).toBe(200);
    const report = { id: `${ID}w`, title: 'Kup, week by week', series: ID, period: { every: 'week' } };
    expect((await post('/reports', report)).status).toBe(200);
    await send('2024-05-12', 31.2);
    expect(await issue()).toMatchObject({ outcome: 'made', edition: 1 });
    const kept = await Promise.all(FILES.slice(1).map((file) => textOf(`/reports/${ID}w/${WEEK}${file}?edition=1`)));
    expect(await textOf(`/reports/${ID}w/${WEEK}?edition=1`)).not.toContain('corrects');
    await send('2024-05-12', 31.4);
    expect(await issue()).toMatchObject({ outcome: 'corrected', edition: 2 });
    await send('2024-05-12', 31.3);
    expect(await issue()).toMatchObject({ outcome: 'corrected', edition: 3 });
    const first = await textOf(`/reports/${ID}w/${WEEK}?edition=1`);
    expect(first).toContain('Edition 3 of this period corrects this one');
    const second = await textOf(`/reports/${ID}w/${WEEK}?edition=2`);
    expect(second).toContain('Edition 3 of this period corrects this one');
    expect(second).toMatch(/This edition corrects edition 1; statements that differ: \d+\./);
    expect(second).not.toContain('coordinates');
    expect(second).toMatch(/aland[^<]*: was [\d.]+, is [\d.]+/);
    const newest = await textOf(`/reports/${ID}w/${WEEK}`);
    expect(newest).toContain('This edition corrects edition 2');
    expect(newest).not.toContain('of this period corrects this one');
    expect(await textOf(`/reports/${ID}w/${WEEK}.md?edition=2`)).toContain('This edition corrects edition 1');
    // The bytes of an edition are for ever; beside them its header names the editions before and after.
    for (const [index, file] of FILES.slice(1).entries()) {
      const answer = await get(`/reports/${ID}w/${WEEK}${file}?edition=1`);
      expect(await answer.text(), file).toBe(kept[index]);
      const link = answer.headers.get('link') ?? '';
      expect(link).toContain(`<${WEEK}${file}?edition=3>; rel="latest-version"`);
      expect(link).toContain(`<${WEEK}${file}?edition=2>; rel="successor-version"`);
      const before = (await get(`/reports/${ID}w/${WEEK}${file}?edition=2`)).headers.get('link');
      expect(before).toContain(`<${WEEK}${file}?edition=1>; rel="predecessor-version"`);
    }
  });

  it('name the publisher of the maps as the author of every feed, of reports and of alerts', async () => {
    for (const path of [`/reports/${ID}w`, `/alerts/${ID}a`]) {
      expect(await textOf(`${path}/feed.atom`)).toContain('<author><name>Us</name></author>');
      expect(JSON.parse(await textOf(`${path}/feed.json`))).toMatchObject({ authors: [{ name: 'Us' }] });
    }
  });

  it('of a withdrawn series say on every way out that it is withdrawn, until it is restored', async () => {
    const before = await Promise.all(waysOut.map((path) => textOf(path)));
    for (const [index, path] of waysOut.entries()) expect(before[index], path).not.toContain('ithdrawn:');
    expect((await post(`/series/${ID}/withdraw?why=fabricated%20footage`, '')).status).toBe(200);
    for (const path of waysOut) {
      const text = await textOf(path);
      expect(text, path).toMatch(/withdrawn/i);
      // That it was withdrawn is public; why is for who may read what is editorial.
      expect(text, path).not.toContain('fabricated');
      expect(text, path).not.toMatch(/"headline": ?"(?!Withdrawn: )/);
      expect(text, path).not.toMatch(/<(title|h1)>(?!Withdrawn: )[^<]*(gained|lost)/);
    }
    const stale = await get(`/reports/${ID}w/${WEEK}.csv?edition=1`);
    expect(stale.headers.get('cache-control')).toBe('no-cache');
    for (const file of FILES.slice(0, 4)) {
      expect(await textOf(`/reports/${ID}w/${WEEK}${file}`, CREDENTIAL), file).toContain('fabricated footage');
    }
    expect(await json(`/reports/${ID}w/${WEEK}.json`)).toMatchObject({ withdrawn: [{ id: ID, title: 'Kup daily' }] });
    const { items } = await json<{ items: { title: string; date_modified: string }[] }>(`/reports/${ID}w/feed.json`);
    expect(items.map(({ title }) => title.slice(0, 10))).toEqual(items.map(() => 'Withdrawn:'));
    expect(items).toHaveLength(4);

    expect((await post(`/series/${ID}/withdraw?restore=true`, '')).status).toBe(200);
    const after = await Promise.all(waysOut.map((path) => textOf(path)));
    for (const [index, path] of waysOut.entries()) expect(after[index], path).toBe(before[index]);
  });
});
