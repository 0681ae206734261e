import { NUMBER_INKS, POST_INKS } from '../../../tiles/looks.js';
import { type Html, html } from '../html.js';
import { INK, PAPER } from './picture-parts.js';

/** How a post is shown, as on the moving map (web/text/words.ts). */
export type Standing = keyof typeof POST_INKS;
/** In the order of a legend. */
export const STANDINGS: readonly Standing[] = ['open', 'narrow', 'uncertain', 'encircled', 'inactive'];

/** What is no verdict on a cut-off, or one that is not known here, never looks like "not cut off". */
export function standingOf(verdict: string, grade: string | null = null): Standing {
  if (verdict === 'encircled' || verdict === 'uncertain') return verdict;
  if (verdict === 'not_encircled') return grade === 'narrow' ? 'narrow' : 'open';
  return 'inactive';
}

const { open, narrow, uncertain, encircled, inactive } = POST_INKS;

/** In a square of 32, the same as on the moving map; a test holds them to it (web/map/icons.ts). */
const SIGNS: Readonly<Record<Standing, Html>> = {
  open: html`<circle cx="16" cy="16" r="9" fill="#fff" stroke="${open}" stroke-width="2.4"/>`,
  narrow: html`<circle cx="16" cy="16" r="14.6" fill="#fff"/><circle cx="16" cy="16" r="8.6" fill="${narrow}"/>
      <path d="M9.2 6.6 A12 12 0 1 0 22.8 6.6" fill="none" stroke="${narrow}" stroke-width="2.4" stroke-linecap="round"/>`,
  uncertain: html`<path d="M16 1.8 L30.2 16 L16 30.2 L1.8 16 Z" fill="${uncertain}" stroke="#fff" stroke-width="2" stroke-linejoin="round"/>`,
  encircled: html`<circle cx="16" cy="16" r="15.4" fill="#fff"/><circle cx="16" cy="16" r="9" fill="${encircled}"/>
      <circle cx="16" cy="16" r="13" fill="none" stroke="${encircled}" stroke-width="2.4"/>`,
  inactive: html`<rect x="8" y="8" width="16" height="16" rx="2" fill="#f4f2ec" stroke="${inactive}" stroke-width="1.8" stroke-dasharray="3 2"/>`,
};
/** Half the side of the square. */
export const SIGN_REACH = 16;

/** The sign of a post with its middle at (x, y), its number inside. */
export function postSign(standing: Standing, x: number, y: number, number: number | null = null, scale = 1): Html {
  const [left, top] = [x - SIGN_REACH * scale, y - SIGN_REACH * scale];
  const size = scale === 1 ? '' : html` scale(${scale})`;
  const inside = number !== null && html`<text x="16" y="20" font-size="11" font-weight="700" text-anchor="middle" fill="${NUMBER_INKS[standing]}">${number}</text>`; // biome-ignore format: one sign
  return html`<g class="post-${standing}" transform="translate(${left.toFixed(1)} ${top.toFixed(1)})${size}">${SIGNS[standing]}${inside}</g>`;
}

/** The small sign of the maps of a report, its number beside it, with its middle at (x, y). */
export function smallPostSign(verdict: string, x: number, y: number, size: number): Html {
  const standing = standingOf(verdict);
  const edge = html`stroke-width="1.3" stroke-linejoin="round"`;
  const [px, a] = [x.toFixed(1), (1.1 * size).toFixed(1)];
  if (standing === 'uncertain') {
    const diamond = `M${px},${(y - 1.1 * size).toFixed(1)} l${a},${a} l-${a},${a} l-${a},-${a} z`;
    return html`<path d="${diamond}" fill="${uncertain}" stroke="${PAPER}" ${edge}/>`;
  }
  if (standing === 'inactive') {
    const square = `M${(x - 0.9 * size).toFixed(1)},${(y - 0.9 * size).toFixed(1)} h${(1.8 * size).toFixed(1)} v${(1.8 * size).toFixed(1)} h${(-1.8 * size).toFixed(1)} z`;
    return html`<path d="${square}" fill="${PAPER}" stroke="${inactive}" stroke-dasharray="3 2" ${edge}/>`;
  }
  const triangle = `M${px},${(y - size).toFixed(1)} l${size.toFixed(1)},${(1.7 * size).toFixed(1)} h${(-2 * size).toFixed(1)} z`;
  return html`<path d="${triangle}" fill="${standing === 'encircled' ? INK : PAPER}" stroke="${INK}" ${edge}/>`;
}
