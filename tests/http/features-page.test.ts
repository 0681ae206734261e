import { expect, it } from 'vitest';
import { featuresPage } from '../../src/http/pages/collection-pages.js';
import { outlineOf } from '../../src/http/pages/features-map.js';

it('makes a page of thousands of features in small pieces, so that others are served between them', () => {
  const features = Array.from({ length: 5000 }, (_, n) => ({
    id: `a${n}`,
    href: `/items/a${n}`,
    outline: outlineOf({ type: 'Point', coordinates: [36 + n / 5000, 35] }),
    properties: { name: `<${n}>`, colour: '#aa0000' },
  }));
  const shown = { title: 'Areas', caption: 'all', names: ['name'], features, links: [], drawable: true };
  const pieces = [...featuresPage([{ href: '/', title: 'Home' }], shown)];
  expect(pieces.length).toBeGreaterThan(10_000);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(8000);
  // Its extent is sought a feature at a time, too.
  expect(pieces.filter((piece) => piece === '')).toHaveLength(5000);
  const page = pieces.join('');
  expect(page.match(/<circle /g)).toHaveLength(5000);
  expect(page).toContain('<tr><th scope="row"><a href="/items/a4999">a4999</a></th><td>&lt;4999&gt;</td></tr>');
  expect(page).toMatch(/^<!doctype html>.*<svg .*<\/svg><p>all<\/p>.*<\/table><\/div><\/main><\/body><\/html>\n$/s);
  expect([...featuresPage([], { ...shown, drawable: false })].join('')).not.toContain('<svg');
});
