import { type Html, html } from '../html.js';

/** The typeface that PNGs are drawn with; a page falls back to the reader's own. */
export const TYPEFACE =
  "'Source Sans 3', 'Source Sans Pro', 'Noto Sans Arabic', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

export const INK = '#22262b';
export const PALE = '#6b7280';
export const PAPER = '#fbfaf7';

/** Colours of ground that no party holds. */
export const NOBODYS: Record<string, string> = { contested: '#d9b44a', unknown: '#c9ccd1', unassigned: '#ecebe6' };

/** Strokes of one tile of a pattern, so that parties differ without colour too. */
const STROKES: readonly string[] = [
  'M-2,10 L10,-2 M-2,18 L18,-2',
  '',
  'M0,-2 L18,16 M-2,6 L12,20',
  'M0,4 H16 M0,12 H16',
  'M4,0 V16 M12,0 V16 M0,4 H16',
];

/** One pattern: the colour with strokes (or dots) of ink over it. `strength` is how much of the colour shows. */
export function pattern(id: string, colour: string, index: number, strength: number): Html {
  const path = STROKES[index % STROKES.length] ?? '';
  const marks =
    path === ''
      ? html`<circle cx="4" cy="4" r="1.3" fill="${colour}"/><circle cx="12" cy="12" r="1.3" fill="${colour}"/>`
      : html`<path d="${path}" stroke="${colour}" stroke-width="1.4" fill="none"/>`;
  return html`<pattern id="${id}" width="16" height="16" patternUnits="userSpaceOnUse"><rect width="16" height="16" fill="${PAPER}"/><rect width="16" height="16" fill="${colour}" fill-opacity="${strength}"/><g opacity="${Math.min(1, strength + 0.25)}">${marks}</g></pattern>`;
}

/** Ground claimed by a party: stripes of its colour on white. @param from where the picture begins in a larger one whose stripes go on */
export function claimedPattern(id: string, colour: string, from: readonly [number, number] = [0, 0]): Html {
  const phase = (((from[0] + from[1]) / Math.SQRT2) % 10).toFixed(3);
  const moved = Number(phase) === 0 ? '' : ` translate(-${phase} 0)`;
  return html`<pattern id="${id}" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)${moved}"><rect width="10" height="10" fill="${PAPER}"/><rect width="5" height="10" fill="${colour}" fill-opacity="0.7"/></pattern>`;
}

/** Width of a text, roughly: what decides whether labels collide. */
export const textWidth = (text: string, size: number): number => text.length * size * 0.52;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** A text with a pale rim, legible on any ground. */
export function label(
  text: string,
  x: number,
  y: number,
  size: number,
  options: { weight?: number; anchor?: string; fill?: string } = {},
): Html {
  const { weight = 400, anchor = 'start', fill = INK } = options;
  const at = { x: x.toFixed(1), y: y.toFixed(1) };
  const rest = html`x="${at.x}" y="${at.y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"`;
  return html`<text ${rest} stroke="${PAPER}" stroke-width="${(size / 4.5).toFixed(1)}" stroke-linejoin="round" fill="none" aria-hidden="true">${text}</text><text ${rest} fill="${fill}">${text}</text>`;
}

/** 1, 2 or 5 times a power of ten: the largest that is not above `most`. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((times) => times * power).find((length) => length <= most) ?? power;
}

/** A whole picture. Title and description are what a screen reader reads. @param language what it is written in, where not English */
export function svg(
  name: string,
  width: number,
  height: number,
  title: string,
  description: string,
  content: Html | readonly Html[],
  language = 'en',
): Html {
  const drawn = language === 'ar' ? { markup: orderedFromRight(html`${content}`.markup) } : content;
  // Texts are placed from the left, also on a page that runs from right to left.
  return html`<svg xmlns="http://www.w3.org/2000/svg" lang="${language}" direction="ltr" role="img" aria-labelledby="${name}-title ${name}-desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${TYPEFACE}"><title id="${name}-title">${title}</title><desc id="${name}-desc">${description}</desc>${drawn}</svg>`;
}

/** Each text with Arabic letters as a line that runs from right to left, also where it begins with a Latin name. */
const orderedFromRight = (markup: string): string =>
  markup.replace(/(<text\b[^>]*>)([^<]*\p{Script=Arabic}[^<]*)(?=<\/text>)/gu, '$1\u2067$2\u2069');
