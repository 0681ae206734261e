import { describe, expect, it } from 'vitest';
import { html } from '../../../src/reports/render/html.js';
import { asPng } from '../../../src/reports/render/pictures/as-png.js';
import { svg } from '../../../src/reports/render/pictures/picture-parts.js';
import { type Png, readPng } from '../../setup/png.js';

const [WIDTH, EDGE] = [900, 20];
/** A text at one edge of a drawing, where its first or last letters in sight have the same place whatever else is in it. */
async function drawn(text: string, { side = 'left', weight = 400, language = 'en' } = {}): Promise<Png> {
  const [x, anchor] = side === 'left' ? [EDGE, 'start'] : [WIDTH - EDGE, 'end'];
  const line = html`<text x="${x}" y="40" font-size="30" font-weight="${weight}" text-anchor="${anchor}">${text}</text>`;
  return readPng(Buffer.from(await asPng(svg('letters', WIDTH, 60, text, text, line, language).markup)));
}

const ink = ({ width, height, pixels }: Png, x: number): number[] =>
  Array.from({ length: height }, (_, y) => 255 - (pixels[4 * (y * width + x)] as number));
const inkedColumns = (png: Png): number[] =>
  Array.from({ length: png.width }, (_, x) => x).filter((x) => ink(png, x).some((dark) => dark > 0));

/** How much of the ink of a part is not where the whole has ink: 0 to 1. Letters that touch the rest are left out. */
async function missing(part: string, whole: string, options: Parameters<typeof drawn>[1]): Promise<number> {
  const [one, all] = await Promise.all([drawn(part, options), drawn(whole, options)]);
  const columns = inkedColumns(one);
  expect(columns.length).toBeGreaterThan(20);
  let [total, differing] = [0, 0];
  for (const x of columns) {
    const [a, b] = [ink(one, x), ink(all, x)];
    for (const [y, dark] of a.entries()) {
      total += dark;
      differing += Math.abs(dark - (b[y] as number));
    }
  }
  return differing / total;
}

describe.each([400, 600, 700])('a text of a picture in the weight %i', { timeout: 60_000 }, (weight) => {
  it.each([
    ['a unit', 'في أسبوع 66 كم', 'في أسبوع 66 كم²', 'right'],
    ['Cyrillic behind it', 'سوريا', 'سوريا Наша', 'right'],
    ['Latin, digits and signs', 'الحكومة السورية', 'الحكومة السورية: Idlib 12 km² → ½ (54٪)', 'right'],
    ['vowel signs and ligatures', 'سُورِيّا لا إله', 'سُورِيّا لا إله Ö²', 'right'],
    ['letters that no face has', 'سوريا', 'سوريا 中文 שלום 😀', 'right'],
    ['Cyrillic before it', 'Наша', 'Наша سوريا', 'left'],
    ['Turkish before it', 'İıiü', 'İıiü سراقب ²', 'left'],
  ])('has the letters of its parts: Arabic with %s', async (_, part, whole, side) => {
    expect(await missing(part, whole, { side, weight })).toBeLessThan(0.12);
  });
});

it('Arabic is heavier where it is set bold', { timeout: 60_000 }, async () => {
  const weigh = async (weight: number) => {
    const png = await drawn('الحكومة السورية ²', { weight });
    return inkedColumns(png).reduce((sum, x) => sum + ink(png, x).reduce((a, b) => a + b, 0), 0);
  };
  const [regular, semibold, bold] = [await weigh(400), await weigh(600), await weigh(700)];
  expect(semibold).toBeGreaterThan(regular * 1.1);
  expect(bold).toBeGreaterThan(semibold * 1.03);
});

it('a letter that no face has is a box, the same for each', { timeout: 60_000 }, async () => {
  expect((await drawn('中')).pixels).toEqual((await drawn('ש')).pixels);
  expect((await drawn('س')).pixels).not.toEqual((await drawn('ש')).pixels);
});

it('a text runs as its first letter does, in an Arabic drawing from right to left', { timeout: 60_000 }, async () => {
  const party = 'Opposition';
  expect(await missing(party, `${party}: كسب 66 كم²`, { side: 'left' })).toBeLessThan(0.12);
  expect(await missing(party, `${party}: كسب 66 كم²`, { side: 'right', language: 'ar' })).toBeLessThan(0.12);
  expect(await missing('سوريا', 'سوريا Наша', { side: 'right', language: 'ar' })).toBeLessThan(0.12);
});
