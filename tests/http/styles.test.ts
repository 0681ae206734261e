import { type StyleSpecification, validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import { postSign, STANDINGS } from '../../src/reports/render/pictures/post-signs.js';
import { EVENT_KINDS, NOBODY, NUMBER_INKS, POST_INKS } from '../../src/tiles/looks.js';
import * as icons from '../../src/web/map/icons.js';
import { inkOf, textOf } from '../../src/web/map/icons.js';
import * as page from '../../src/web/map/palette.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

interface Style {
  version: number;
  name: string;
  sources: Record<string, { type: string; tiles: string[]; bounds: number[] }>;
  layers: {
    layout?: Record<string, unknown>;
    id: string;
    type: string;
    'source-layer': string;
    filter?: unknown[];
    paint: Record<string, unknown>;
  }[];
}

interface Letter {
  width: number;
  height: number;
  top: number;
  advance: number;
  bitmap: Uint8Array;
}

/** A file of letters, read by the numbers of its fields (glyphs.proto of Mapbox). */
function lettersOf(bytes: Uint8Array): Map<string, Letter> {
  const letters = new Map<string, Letter>();
  const letter = (tag: number, one: Letter & { code: number }, pbf: PbfReader) => {
    if (tag === 1) one.code = pbf.readVarint();
    else if (tag === 2) one.bitmap = pbf.readBytes();
    else if (tag === 3) one.width = pbf.readVarint();
    else if (tag === 4) one.height = pbf.readVarint();
    else if (tag === 6) one.top = pbf.readSVarint();
    else if (tag === 7) one.advance = pbf.readVarint();
  };
  const stack = (tag: number, _: null, pbf: PbfReader) => {
    if (tag !== 3) return;
    const one = { code: 0, width: 0, height: 0, top: 0, advance: 0, bitmap: new Uint8Array() };
    pbf.readMessage(letter, one);
    letters.set(String.fromCharCode(one.code), one);
  };
  new PbfReader(bytes).readFields((tag, _: null, pbf) => tag === 1 && void pbf.readMessage(stack, null), null);
  return letters;
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

  it.each([
    ['a day', '/styles/m5/style.json?date=2020-01-28'],
    ['a span', '/styles/m5/span.json?from=2020-01-01&to=2020-02-16'],
    ['a change', '/styles/m5/style.json?from=2019-08-01&to=2020-02-15'],
  ])('of %s keeps to the specification, with nothing that QGIS would leave out', async (_, path) => {
    const style = await json<Style>(path);
    expect(validateStyleMin(style as unknown as StyleSpecification)).toEqual([]);
    const operators = (filter: unknown): string[] =>
      Array.isArray(filter) ? [String(filter[0]), ...filter.slice(1).flatMap(operators)] : [];
    for (const { id, filter, paint, layout = {} } of style.layers) {
      // What its converter of Mapbox styles makes an expression of (QgsMapBoxGlStyleConverter, parseExpression, from 3.14 on).
      for (const operator of operators(filter))
        expect(['all', 'any', '==', '!=', '<=', '>', 'get'], `${id}: ${operator}`).toContain(operator);
      const { 'text-font': _, 'text-offset': offset, ...plain } = { ...paint, ...layout };
      for (const [name, value] of Object.entries(plain))
        expect(['string', 'number', 'boolean'], `${id}: ${name}`).toContain(typeof value);
      if (offset !== undefined) expect(offset).toEqual([expect.any(Number), expect.any(Number)]);
    }
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

  it('has letters: each typeface of a style in ranges of 256, with what Turkish, Arabic and French names are made of', async () => {
    const style = await json<Style & { glyphs: string }>('/styles/m5/style.json');
    expect(style.glyphs).toBe(`${service.base}/styles/fonts/{fontstack}/{range}.pbf`);
    const faces = new Set(style.layers.flatMap(({ layout }) => (layout?.['text-font'] ?? []) as string[]));
    expect([...faces].sort()).toEqual(['Source Sans 3 Regular', 'Source Sans 3 SemiBold']);
    for (const face of faces) {
      const letters = async (range: string) => {
        const answer = await fetch(style.glyphs.replace('{fontstack}', face).replace('{range}', range));
        expect(answer.headers.get('access-control-allow-origin')).toBe('*');
        return lettersOf(new Uint8Array(await answer.arrayBuffer()));
      };
      const latin = await letters('0-255');
      for (const letter of 'AZaz09é.') expect(latin.has(letter), letter).toBe(true);
      expect((await letters('256-511')).has('ş')).toBe(true);
      expect((await letters('1536-1791')).has('ع')).toBe(true);
      // An H is two stems and a bar: ink in both stems at its middle, none above the bar between them.
      const { width, height, top, bitmap } = latin.get('H') as Letter;
      expect([height, top]).toEqual([16, 16 - 25]);
      const at = (x: number, y: number) => bitmap[(y + 3) * (width + 6) + x + 3] ?? 0;
      const row = Array.from({ length: width }, (_, x) => at(x, 3) > 191);
      expect(
        row
          .join()
          .replace(/true(,true)*/g, 'ink')
          .replace(/false(,false)*/g, 'none'),
      ).toMatch(/ink,none,ink/);
      expect(at(-3, -3)).toBeLessThan(128);
      expect(latin.get(' ')).toMatchObject({ width: 0, height: 0, advance: 5 });
    }
    expect((await get('/styles/fonts/Comic/0-255.pbf')).status).toBe(404);
    for (const range of ['1-256', '0-256', '65536-65791', 'x'])
      expect((await get(`/styles/fonts/Source%20Sans%203%20Regular/${range}.pbf`)).status, range).toBe(404);
    const css = await (await get('/styles/webfonts/source-sans-3/600.css')).text();
    const file = await fetch(/url\("(.*?)"\)/.exec(css)?.[1] ?? '');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'font/ttf']);
    expect((await get('/styles/webfonts/source-sans-3/500.css')).status).toBe(404);
  });

  it('has the marks of posts and events as a sprite, in both densities, each where its index says', async () => {
    const style = await json<Style & { sprite: string }>('/styles/m5/style.json?date=2020-01-28');
    const used = style.layers.flatMap(({ layout }) => (layout?.['icon-image'] as string | undefined) ?? []);
    expect(used).toContain('post-encircled');
    expect(used).toContain('event-strike');
    for (const [ending, density] of [
      ['', 1],
      ['@2x', 2],
    ] as const) {
      const index = await fetch(`${style.sprite}${ending}.json`);
      expect(index.headers.get('access-control-allow-origin')).toBe('*');
      const places = (await index.json()) as Record<
        string,
        Record<'x' | 'y' | 'width' | 'height' | 'pixelRatio', number>
      >;
      const picture = await fetch(`${style.sprite}${ending}.png`);
      expect(picture.headers.get('content-type')).toBe('image/png');
      const header = Buffer.from(await picture.arrayBuffer()).subarray(16, 24);
      const [whole, high] = [header.readUInt32BE(0), header.readUInt32BE(4)];
      for (const name of used) {
        const { x, y, width, height, pixelRatio } = places[name] ?? {};
        if (x === undefined || y === undefined || !width || !height) throw new Error(`${name} has no place`);
        expect([pixelRatio, width]).toEqual([density, (name.startsWith('post') ? 32 : 24) * density]);
        expect(x + width <= whole && y + height <= high, name).toBe(true);
      }
    }
    expect((await get('/styles/sprites/other.png')).status).toBe(404);
    expect((await get('/styles/sprites/marks.json?x=1')).status).toBe(400);
  });

  it('has the colours of the page', () => {
    expect(NOBODY).toBe(page.NOBODY);
    for (const [standing, ink] of Object.entries(POST_INKS))
      expect(inkOf(standing as keyof typeof POST_INKS)).toBe(ink);
    for (const [standing, ink] of Object.entries(NUMBER_INKS))
      expect(textOf(standing as keyof typeof POST_INKS)).toBe(ink);
    // A picture's marks of posts are those of the moving map.
    for (const standing of STANDINGS) {
      const drawn = /viewBox[^>]*>(.*)<\/svg>$/s.exec(icons.postMark(standing, null))?.[1];
      expect(postSign(standing, 16, 16).markup).toContain(`(0.0 0.0)">${drawn}</g>`);
    }
    // Claims are no events: the page alone shows them so.
    expect([...EVENT_KINDS, 'claim']).toEqual(icons.EVENT_KINDS);
  });
});
