import { expect, it } from 'vitest';
import { NOBODY, POST_INKS } from '../../src/tiles/looks.js';
import { inkOf } from '../../src/web/map/icons.js';
import * as page from '../../src/web/map/palette.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

interface Style {
  version: number;
  name: string;
  sources: Record<string, { type: string; tiles: string[]; bounds: number[] }>;
  layers: { id: string; type: string; 'source-layer': string; filter?: unknown[]; paint: Record<string, unknown> }[];
}

onEachDatabase('a style by one address', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { get, json } = service;

  it('has absolute tiles that are there, a layer for each party, and colours that need no look-up', async () => {
    const style = await json<Style>('/styles/m5/style.json?date=2020-01-28');
    expect(style).toMatchObject({ version: 8, name: expect.stringContaining('2020-01-28') });
    const [source] = Object.values(style.sources);
    expect(source?.tiles[0]).toMatch(new RegExp(`^${service.base}/tiles/m5/@`));
    const tile = (source?.tiles[0] ?? '').replace('{z}', '8').replace('{x}', '153').replace('{y}', '100');
    expect((await fetch(tile)).status).toBe(200);
    const series = await json<{ id: string; parties: { id: string; colour: string }[] }[]>('/series');
    for (const { id, colour } of series.find((one) => one.id === 'm5')?.parties ?? []) {
      expect(style.layers.find((layer) => layer.id === `controlled-${id}`)?.paint['fill-color']).toBe(colour);
    }
    for (const { id, paint } of style.layers) {
      for (const value of Object.values(paint)) expect(typeof value, id).not.toBe('object');
    }
    const { vector_layers: layers } = await json<{ vector_layers: { id: string }[] }>('/tiles/m5.json?date=2020-01-28');
    for (const layer of style.layers) expect(layers.map(({ id }) => id)).toContain(layer['source-layer']);
  });

  it('is of the last complete day without a date, of a change between two days, and of nothing else', async () => {
    expect((await json<Style>('/styles/m5/style.json')).name).toContain('2020-03');
    const change = await json<Style>('/styles/m5/style.json?from=2019-08-01&to=2020-02-15');
    expect(Object.values(change.sources)[0]?.tiles[0]).toContain('/tiles/m5/change/@');
    expect(change.layers.every((layer) => layer['source-layer'] === 'change')).toBe(true);
    expect((await get('/styles/m5/style.json?from=2019-08-01')).status).toBe(400);
    expect((await get('/styles/m5/style.json?date=2020-01-28&from=2019-08-01&to=2020-02-15')).status).toBe(400);
    expect((await get('/styles/nothing/style.json')).status).toBe(404);
    expect((await get('/styles/m5/style.json')).headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is of all days of a span, with the day that is shown in every filter', async () => {
    const path = '/styles/m5/span.json?from=2020-01-01&to=2020-02-16';
    const style = await json<Style & { metadata: Record<string, unknown> }>(`${path}&date=2020-01-28`);
    const day = Date.parse('2020-01-28') / 86_400_000;
    expect(style.metadata).toMatchObject({ 'salient:day': day, 'salient:date': '2020-01-28' });
    expect(style.metadata['salient:dates']).toContain('2020-01-28');
    expect(Object.values(style.sources)[0]?.tiles[0]).toContain('/tiles/m5/span/@');
    for (const { filter } of style.layers) {
      expect(filter?.slice(0, 3)).toEqual(['all', ['<=', ['get', 'valid_from'], day], ['>', ['get', 'valid_to'], day]]);
    }
    expect((await json<typeof style>(path)).metadata['salient:date']).toBe('2020-02-15');
    expect((await get(`${path}&date=2020-02-16`)).status).toBe(400);
    expect((await get('/styles/m5/span.json?from=2020-01-01')).status).toBe(400);
  });

  it('has the colours of the page', () => {
    expect(NOBODY).toBe(page.NOBODY);
    for (const [standing, ink] of Object.entries(POST_INKS))
      expect(inkOf(standing as keyof typeof POST_INKS)).toBe(ink);
  });
});
