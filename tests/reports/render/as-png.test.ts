import { expect, it } from 'vitest';
import { asPng } from '../../../src/reports/render/pictures/as-png.js';
import { turnsMeanwhile } from '../../setup/turns-meanwhile.js';

const picture = (text: string, width = 1500) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 900" width="${width}" height="900"><rect width="100%" height="100%" fill="#eee"/>${Array.from({ length: 400 }, (_, i) => `<text x="${(i * 37) % width}" y="${20 + ((i * 53) % 860)}" font-size="24">${text} ${i}</text>`).join('')}</svg>`;

it('drawing a picture holds up nobody: the event loop turns meanwhile', { timeout: 60_000 }, async () => {
  await asPng(picture('warm', 100));
  const { turns } = await turnsMeanwhile(() =>
    Promise.all([asPng(picture('Saraqib')), asPng(picture('Idlib')), asPng(picture('سراقب'))]),
  );
  expect(turns).toBeGreaterThan(50);
});

it('what cannot be drawn is refused, and the next picture is drawn all the same', { timeout: 60_000 }, async () => {
  await expect(asPng('<svg')).rejects.toThrow();
  const png = await asPng(picture('after', 200));
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
});
