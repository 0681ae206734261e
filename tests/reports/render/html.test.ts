import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html } from '../../../src/reports/render/html.js';

it('escapes what is put in, keeps markup, joins lists and leaves out what is nothing', () => {
  const items = ['a & b', '<c>'].map((text) => html`<li title="${text}">${text}</li>`);
  expect(html`<ul>${items}${null}${undefined}${false}${0}</ul>`.markup).toBe(
    '<ul><li title="a &amp; b">a &amp; b</li><li title="&lt;c&gt;">&lt;c&gt;</li>0</ul>',
  );
});

it('lets no text open a tag or leave an attribute', () => {
  fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(html`${text}`.markup)));
});
