import { type GeoPath, geoIdentity, geoPath } from 'd3-geo';
import type { Geometry } from 'geojson';
import type { DrawnGround, Pictures } from '../../content/content.js';
import { type Html, html } from '../html.js';
import type { Voice } from '../voice.js';
import {
  type Box,
  claimedPattern,
  INK,
  label,
  NOBODYS,
  overlap,
  PALE,
  PAPER,
  pattern,
  roundLength,
  textWidth,
} from './picture-parts.js';
import { smallPostSign } from './post-signs.js';

type Bounds = Pictures['bounds'];

/** One map: what it shows, where on the sheet, and how much ground. */
export interface Panel {
  /** Prefix of every id in it: pages hold several pictures. */
  name: string;
  width: number;
  height: number;
  bounds: Bounds;
  /** The state of a day, or what changed between the two. */
  shows: 'before' | 'after' | 'change';
  fontSize: number;
  /** So many places at most get a name. */
  labels: number;
  /** A frame around the ground that another panel shows larger. */
  frame?: Bounds | null;
}

/** The ground that a panel of this shape shows when all of `[w, s, e, n]` is to be in it. */
export function fitted([w, s, e, n]: Bounds, width: number, height: number): Bounds {
  const scale = Math.max((e - w) / width, (n - s) / height);
  const [x, y] = [(w + e) / 2, (s + n) / 2];
  return [x - (scale * width) / 2, y - (scale * height) / 2, x + (scale * width) / 2, y + (scale * height) / 2];
}

/** Round the ground that changed, with its surroundings; all of the region where nothing did, or where change is all over it. */
export function focusOf({ bounds, patches }: Pictures): Bounds {
  const boxes = patches.map(({ geometry }) => geoPath().bounds(geometry));
  if (boxes.length === 0) return bounds;
  const edge = (pick: (box: (typeof boxes)[number]) => number, of: (a: number, b: number) => number) =>
    boxes.map(pick).reduce((a, b) => of(a, b));
  const [w, s] = [edge(([[x]]) => x, Math.min), edge(([[, y]]) => y, Math.min)];
  const [e, n] = [edge(([, [x]]) => x, Math.max), edge(([, [, y]]) => y, Math.max)];
  const margin = Math.max(0.25 * Math.max(e - w, n - s), 8000);
  const grown: Bounds = [w - margin, s - margin, e + margin, n + margin];
  return [
    Math.max(grown[0], bounds[0]),
    Math.max(grown[1], bounds[1]),
    Math.min(grown[2], bounds[2]),
    Math.min(grown[3], bounds[3]),
  ];
}

/** The patterns that panels of one name are filled with. */
export function mapPatterns({ main }: Voice, name: string): Html[] {
  return main.parties.flatMap(({ id, colour }, i) => [
    pattern(`${name}-held-${id}`, colour, i, 0.42),
    pattern(`${name}-muted-${id}`, colour, i, 0.16),
    pattern(`${name}-gained-${id}`, colour, i, 0.78),
    claimedPattern(`${name}-claimed-${id}`, colour),
  ]);
}

/** How a piece of ground is filled. */
export function fillOf(
  { main }: Voice,
  name: string,
  { class: of, claimant }: Pick<DrawnGround, 'class' | 'claimant'>,
  style: 'held' | 'muted' | 'gained',
): string {
  if (main.parties.some(({ id }) => id === of)) return `url(#${name}-${style}-${of})`;
  if (of === 'contested' && main.parties.some(({ id }) => id === claimant)) return `url(#${name}-claimed-${claimant})`;
  return NOBODYS[of] ?? '#dddddd';
}

/** Who claims the contested ground of the later day, where only one does. */
function claimantOf({ after }: Pictures, of: string): string | null {
  const claimants = new Set(after.filter((row) => row.class === of).map(({ claimant }) => claimant));
  return claimants.size === 1 ? ([...claimants][0] ?? null) : null;
}

/** Nobody gained ground that a correction or a redefinition of the map shows otherwise: it has an outline and no colour of a gain. */
export const isMovement = ({ kind = 'movement' }: Pictures['patches'][number]): boolean => kind === 'movement';
export const REDRAWN = html`fill="none" stroke="${INK}" stroke-width="1.1" stroke-dasharray="3 2"`;

/** A map as a group of `width` by `height`, its origin in the upper left corner. */
export function drawPanel(voice: Voice, panel: Panel): Html {
  const { pictures } = voice.content;
  const { name, width, height, shows } = panel;
  const [w, , e, n] = fitted(panel.bounds, width, height);
  const scale = width / (e - w);
  const projection = geoIdentity()
    .reflectY(true)
    .scale(scale)
    .translate([-w * scale, n * scale])
    .clipExtent([
      [0, 0],
      [width, height],
    ]);
  const path = geoPath(projection).digits(1);
  const at = ([x, y]: readonly [number, number]): [number, number] => [(x - w) * scale, (n - y) * scale];
  const ground = shows === 'before' ? pictures.before : pictures.after;
  const style = shows === 'change' ? 'muted' : 'held';
  return html`<g><rect width="${width}" height="${height}" fill="#eceae4"/><g>
${pictures.abroad.map((row) => drawn(path, row.geometry, html`fill="${row.kind === 'sea' ? '#dbe6ec' : '#f1efe9'}" stroke="#b9b6ad" stroke-width="0.8"`))}
${ground.map((row) => drawn(path, row.geometry, html`fill="${fillOf(voice, name, row, style)}" stroke="${PAPER}" stroke-width="${shows === 'change' ? 0.8 : 1.2}"`))}
${shows === 'change' ? pictures.patches.filter(isMovement).map((row) => drawn(path, row.geometry, html`fill="${fillOf(voice, name, { class: row.to, claimant: claimantOf(pictures, row.to) }, 'gained')}" stroke="${INK}" stroke-width="1.1" stroke-linejoin="round"`)) : null}
${shows === 'change' ? pictures.patches.filter((row) => !isMovement(row)).map((row) => drawn(path, row.geometry, REDRAWN)) : null}
${drawn(path, pictures.theatre, html`fill="none" stroke="${PALE}" stroke-width="1" stroke-dasharray="5 3"`)}
${pictures.region && drawn(path, pictures.region, html`fill="none" stroke="${INK}" stroke-width="1.6" stroke-dasharray="2 3"`)}
${pictures.routes.map((row) => html`${drawn(path, row.geometry, html`fill="none" stroke="${PAPER}" stroke-width="4.2" stroke-linejoin="round"`)}${drawn(path, row.geometry, html`fill="none" stroke="#3b3f45" stroke-width="2" stroke-linejoin="round"`)}`)}
${panel.frame && pictures.patches.length > 0 ? framed(panel.frame, at, panel) : null}
${marks(voice, panel, at)}
</g><rect width="${width}" height="${height}" fill="none" stroke="#9aa0a6" stroke-width="1"/>${scaleBar(voice, panel, scale)}</g>`;
}

function drawn(path: GeoPath, geometry: Geometry, attributes: Html): Html | null {
  const d = path(geometry);
  return d === null || d === '' ? null : html`<path d="${d}" ${attributes}/>`;
}

function framed(
  [w, s, e, n]: Bounds,
  at: (point: readonly [number, number]) => [number, number],
  { width, height }: Panel,
): Html {
  const [a, b] = [at([w, n]), at([e, s])];
  const [x0, y0] = [Math.max(2, a[0]), Math.max(2, a[1])];
  const [x1, y1] = [Math.min(width - 2, b[0]), Math.min(height - 2, b[1])];
  return html`<rect x="${x0.toFixed(1)}" y="${y0.toFixed(1)}" width="${(x1 - x0).toFixed(1)}" height="${(y1 - y0).toFixed(1)}" fill="none" stroke="${INK}" stroke-width="1.4"/>`;
}

/** Posts, places and their names: what comes first keeps its room, what would cover it is left out. */
function marks(
  { content, main }: Voice,
  panel: Panel,
  at: (point: readonly [number, number]) => [number, number],
): Html[] {
  const { width, height, fontSize, labels } = panel;
  const { pictures } = content;
  const inside = ([x, y]: readonly [number, number]) => x > 4 && y > 4 && x < width - 4 && y < height - 4;
  // The scale bar's corner stays free.
  const taken: Box[] = [{ x: 0, y: height - 34, width: width * 0.36, height: 34 }];
  const drawnMarks: Html[] = [];
  const names: Html[] = [];
  const sized = fontSize * 0.42;
  const posts = pictures.posts.map((post) => at(post.at));
  for (const post of pictures.posts) {
    const [x, y] = at(post.at);
    if (!inside([x, y])) continue;
    const verdict = panel.shows === 'before' ? post.before : post.after;
    if (verdict === 'inactive') continue;
    drawnMarks.push(smallPostSign(verdict, x, y, sized));
    const box = {
      x: x - sized,
      y: y - sized,
      width: 2 * sized + textWidth(String(post.number), fontSize * 0.82) + 4,
      height: 2.2 * sized,
    };
    taken.push(box);
    names.push(
      label(String(post.number), x + sized + 2, y + sized * 0.75, Math.round(fontSize * 0.82), { weight: 600 }),
    );
  }
  const changed = new Set((main.places ?? []).map(({ id }) => id));
  let named = 0;
  for (const place of pictures.places) {
    const [x, y] = at(place.at);
    // A post at the place stands for both.
    if (!inside([x, y])) continue;
    const occupied = posts.some(([px, py]) => Math.hypot(px - x, py - y) < sized);
    const bold = changed.has(place.id);
    const spot = html`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${bold ? 2.8 : 2.1}" fill="${INK}" stroke="${PAPER}" stroke-width="1"/>`;
    const room = named < labels ? roomFor(place.name, x, y, fontSize, taken, width, height) : null;
    if (room) {
      taken.push(room.box, { x: x - 4, y: y - 4, width: 8, height: 8 });
      names.push(label(place.name, room.x, room.y, fontSize, { weight: bold ? 600 : 400, anchor: room.anchor }));
      named++;
    }
    if (!occupied && (room || (bold && panel.shows === 'change'))) drawnMarks.push(spot);
  }
  return [...drawnMarks, ...names];
}

/** Right of the point, left of it, above or below: the first that covers nothing. */
function roomFor(
  text: string,
  x: number,
  y: number,
  size: number,
  taken: readonly Box[],
  width: number,
  height: number,
) {
  const long = textWidth(text, size);
  const choices = [
    { x: x + 6, y: y + size * 0.35, anchor: 'start', left: x + 6 },
    { x: x - 6, y: y + size * 0.35, anchor: 'end', left: x - 6 - long },
    { x, y: y - 7, anchor: 'middle', left: x - long / 2 },
    { x, y: y + size + 4, anchor: 'middle', left: x - long / 2 },
  ];
  for (const choice of choices) {
    const box = { x: choice.left - 2, y: choice.y - size * 0.9, width: long + 4, height: size * 1.2 };
    const outside = box.x < 2 || box.x + box.width > width - 2 || box.y < 2 || box.y + box.height > height - 2;
    if (!outside && !taken.some((other) => overlap(box, other))) return { ...choice, box };
  }
  return null;
}

function scaleBar({ texts, words }: Voice, { width, height, fontSize }: Panel, scale: number): Html {
  const metres = roundLength((width * 0.24) / scale);
  const long = metres * scale;
  const text = metres < 100 ? texts.metres(words.number(metres)) : texts.length(words.number(metres / 1000, metres < 1000 ? 1 : 0)); // biome-ignore format: one text
  const y = height - 12;
  const size = Math.round(fontSize * 0.86);
  const north = html`<g transform="translate(${width - 20} 14)"><path d="M0,0 l6,16 l-6,-4 l-6,4 z" fill="${INK}"/>${label(texts.picture.north, 0, 16 + size, size, { weight: 600, anchor: 'middle' })}</g>`;
  return html`<g><path d="M10,${y - 5} v5 h${long.toFixed(1)} v-5" fill="none" stroke="${PAPER}" stroke-width="4.5"/><path d="M10,${y - 5} v5 h${long.toFixed(1)} v-5" fill="none" stroke="${INK}" stroke-width="1.8"/>${label(text, 10, y - 9, size)}${north}</g>`;
}
