import type { Geometry } from 'geojson';
import { type Html, html } from '../html.js';
import {
  type Bbox,
  boundsOfAreas,
  edgeOf,
  type Pixel,
  pathOf,
  pathWithin,
  pointOn,
  REACH,
  viewOn,
} from './mercator-view.js';
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
  svg,
  textWidth,
} from './picture-parts.js';
import { postSign, SIGN_REACH, STANDINGS, type Standing, standingOf } from './post-signs.js';

/** What a map of a day is drawn from, positions in degrees (CRS84). */
export interface DayMap {
  title: string;
  /** The day in words, below the title (`dayDrawn`). */
  day: string;
  /** Publisher, licence, method: the last line. */
  source: string;
  parties: readonly { id: string; name: string; colour: string }[];
  control: readonly { party: string | null; status: string; geometry: Geometry }[];
  places: readonly { name: string; kind: string; at: readonly [number, number] }[];
  posts: readonly { number: number; verdict: string; grade: string | null; at: readonly [number, number] }[];
  bbox: Bbox | null;
  /** Pixels. */
  width: number;
  /** Pixels of the map by itself; a share of the width where absent. */
  height?: number;
  /** False: the map by itself, its `bbox` from edge to edge on a transparent ground, to be laid under something else. */
  framed?: boolean;
  /** The picture is one of a grid, `width` by `height` each, at this column and row: what lies across an edge is on both sides of it. */
  cell?: { zoom: number; x: number; y: number };
}

const HEAD = 58;
const FOOT = 46;
/** One line of the legend, pixels, and what the scale bar takes at the end of the first one. */
const LINE = 20;
const SCALE_BAR = 240;
const SHAPE = 0.6;
/** How much of the frame a box takes. */
const MARGIN = 0.96;
const KINDS = ['city', 'town', 'village'];
/** The zoom of a grid from which the marks of posts have their whole size, and what is left of it before: as on the moving map. */
const SIGNS_WHOLE_FROM = 10;
const SMALLER = 0.75;
const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  open: 'post not cut off',
  narrow: 'post not cut off, narrow corridor',
  uncertain: 'post uncertain',
  encircled: 'post cut off',
  inactive: 'post not in place, or off the map',
};
/** The zoom of a grid of 256 units from which a place of a kind is shown: a zoom of the moving map less one (web/map/dated-layers.ts). */
const SHOWN_FROM: Readonly<Record<string, number>> = { town: 8, village: 10 };

/** The map of one day as SVG, in Web Mercator as the moving map is: title, ground, places, posts, legend, scale, source. */
export function dayMapSvg(map: DayMap): string {
  const { width, parties, cell } = map;
  const framed = cell === undefined && (map.framed ?? true);
  const height = map.height ?? Math.round(width * SHAPE);
  const box = map.bbox ?? boundsOfAreas(map.control.map(({ geometry }) => geometry));
  const view = viewOn(box, width, height, framed ? MARGIN : 1);
  const at = (position: readonly [number, number]): Pixel => pointOn(view, position);
  const fill = (party: string | null, status: string) => {
    const known = parties.some(({ id }) => id === party);
    if (status === 'controlled' && known) return `url(#held-${party})`;
    if (status === 'claimed' && known) return `url(#claimed-${party})`;
    return NOBODYS[status] ?? NOBODYS.unknown ?? PALE;
  };
  const ground = map.control.map(({ party, status, geometry }) => {
    const line = html`stroke="${status === 'controlled' ? INK : PALE}" stroke-width="0.6" stroke-opacity="0.5"`;
    const area = html`<path d="${cell ? pathWithin(view, geometry) : pathOf(view, geometry)}" fill="${fill(party, status)}" fill-rule="evenodd"`;
    const edge = edgeOf(view, geometry);
    return edge === null ? html`${area} ${line}/>` : html`${area}/><path d="${edge}" fill="none" ${line}/>`;
  });
  const { entries, lines } = legend(map, width);
  const total = HEAD + height + FOOT + lines * LINE;
  const edge = cell ? -REACH : 4;
  const shown = ([px, py]: [number, number]) => px > edge && px < width - edge && py > edge && py < height - edge;
  const taken: Box[] = [];
  const scale = cell && cell.zoom < SIGNS_WHOLE_FROM ? SMALLER : 1;
  const reach = scale * SIGN_REACH;
  const marks = map.posts
    .filter((post) => shown(at(post.at)))
    .map(({ at: where, number, verdict, grade }) => {
      const [px, py] = at(where);
      taken.push({ x: px - reach, y: py - reach, width: 2 * reach, height: 2 * reach });
      return postSign(standingOf(verdict, grade), px, py, number, scale);
    });
  const dot = (px: number, py: number) =>
    html`<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="2.6" fill="${INK}" stroke="${PAPER}" stroke-width="1"/>`;
  const places = [...map.places]
    .filter(({ kind, at: where }) => shown(at(where)) && (!cell || cell.zoom >= (SHOWN_FROM[kind] ?? 0)))
    .sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  // Of a cell all dots are there, below what is written: the cell beside it has their other halves.
  const dots = cell ? places.map(({ at: where }) => dot(...at(where))) : [];
  const named = places.flatMap(({ name, kind, at: where }): Html[] => {
    const [px, py] = at(where);
    const size = kind === 'city' ? 15 : 12.5;
    const length = textWidth(name, size);
    const left = cell !== undefined && px + length + 9 > width;
    const box = { x: left ? px - length - 9 : px - 3, y: py - size, width: length + 12, height: size + 6 };
    // A name has to be whole.
    const isCut = box.x + box.width > width || (cell && (box.x < 0 || box.y < 0 || box.y + box.height > height));
    if (isCut || taken.some((other) => overlap(box, other))) return [];
    taken.push(box);
    const style = { weight: kind === 'city' ? 700 : 400, ...(left && { anchor: 'end' }) };
    return [html`${cell ? '' : dot(px, py)}${label(name, left ? px - 6 : px + 6, py + size / 3, size, style)}`];
  });
  const patterns = html`<defs>${parties.map(({ id, colour }, i) => [pattern(`held-${id}`, colour, i, 0.42), claimedPattern(`claimed-${id}`, colour, cell && [cell.x * width, cell.y * height])])}<clipPath id="frame"><rect width="${width}" height="${height}"/></clipPath></defs>`;
  if (!framed) {
    return svg('day-map', width, height, `${map.title}, ${map.day}`, map.source, [
      html`${patterns}${ground}${dots}${marks}${named}`,
    ]).markup;
  }
  return svg('day-map', width, total, `${map.title}, ${map.day}`, map.source, [
    html`${patterns}<rect width="${width}" height="${total}" fill="${PAPER}"/>`,
    html`<text x="14" y="25" font-size="19" font-weight="700" fill="${INK}">${map.title}</text><text x="14" y="47" font-size="15" font-weight="600" fill="${INK}">${map.day}</text>`,
    html`<g transform="translate(0 ${HEAD})" clip-path="url(#frame)"><rect width="${width}" height="${height}" fill="#eceae4"/>${ground}${marks}${named}</g>`,
    html`<g transform="translate(14 ${HEAD + height + 12})">${entries}</g>${scaleBar(view.metres, width, HEAD + height + 24)}`,
    html`<text x="14" y="${total - 10}" font-size="11" fill="${PALE}">${map.source}</text>`,
  ]).markup;
}

/** What is on the map and nothing else, in as many lines as it takes. */
function legend({ parties, control, posts }: DayMap, width: number): { entries: Html[]; lines: number } {
  const held = parties.filter(({ id }) => control.some((row) => row.party === id && row.status === 'controlled'));
  const claimed = parties.filter(({ id }) => control.some((row) => row.party === id && row.status === 'claimed'));
  const unsure = ['contested', 'unknown'].filter((status) => control.some((row) => row.status === status));
  const words: Record<string, string> = { contested: 'contested', unknown: 'not known' };
  const standings = new Set(posts.map(({ verdict, grade }) => standingOf(verdict, grade)));
  const swatch = (fill: string) => html`<rect width="24" height="14" fill="${fill}" stroke="${PALE}"/>`;
  const items = [
    ...held.map(({ id, name }) => ({ mark: swatch(`url(#held-${id})`), name })),
    ...claimed.map(({ id, name }) => ({ mark: swatch(`url(#claimed-${id})`), name: `claimed by ${name}` })),
    ...unsure.map((status) => ({ mark: swatch(NOBODYS[status] ?? PALE), name: words[status] ?? status })),
    ...STANDINGS.filter((standing) => standings.has(standing)).map((standing) => ({
      mark: postSign(standing, 12, 7, null, 0.6),
      name: STANDING_WORDS[standing],
    })),
  ];
  let [from, line] = [0, 0];
  const entries = items.map(({ mark, name }) => {
    const taken = 36 + textWidth(name, 13) + 14;
    if (from > 0 && from + taken > width - 28 - (line === 0 ? SCALE_BAR : 0)) [from, line] = [0, line + 1];
    const left = from;
    from += taken;
    return html`<g transform="translate(${left.toFixed(1)} ${line * LINE})">${mark}<text x="31" y="12" font-size="13" fill="${INK}">${name}</text></g>`;
  });
  return { entries, lines: line + 1 };
}

function scaleBar(metres: number, width: number, top: number): Html {
  const length = roundLength(metres * 130);
  const px = length / metres;
  const words = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  const left = width - px - 70;
  return html`<path d="M${left.toFixed(1)},${top - 5} v7 h${px.toFixed(1)} v-7" fill="none" stroke="${INK}" stroke-width="2"/><text x="${(left + px + 8).toFixed(1)}" y="${top + 3}" font-size="12" font-weight="600" fill="${INK}">${words}</text>`;
}
