import { expect, it } from 'vitest';
import { smallPostSign, standingOf } from '../../../src/reports/render/pictures/post-signs.js';

const sign = (verdict: string) => smallPostSign(verdict, 50, 50, 6).markup;
const shape = (verdict: string) => /d="([^"]*)"/.exec(sign(verdict))?.[1];
const fill = (verdict: string) => /fill="([^"]*)"/.exec(sign(verdict))?.[1];

it('the maps of a report show an uncertain post, and one off the map, in a shape of its own', () => {
  expect(shape('encircled')).toBe(shape('not_encircled'));
  expect(fill('encircled')).not.toBe(fill('not_encircled'));
  for (const verdict of ['uncertain', 'unmapped']) expect(shape(verdict)).not.toBe(shape('not_encircled'));
  expect(shape('uncertain')).not.toBe(shape('unmapped'));
  expect(fill('uncertain')).toBe('#6d4c9f');
});

it('only the verdict that a post is not cut off is drawn so', () => {
  const drawn = ['encircled', 'uncertain', 'unmapped', 'inactive', 'unknown'].map((verdict) => standingOf(verdict));
  expect(drawn).toEqual(['encircled', 'uncertain', 'inactive', 'inactive', 'inactive']);
  expect([standingOf('not_encircled', 'open'), standingOf('not_encircled', 'narrow')]).toEqual(['open', 'narrow']);
});
