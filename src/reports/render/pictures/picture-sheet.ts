import { STEP_KINDS } from '../../../series/step-kinds.js';
import type { ReportContent } from '../../content/content.js';
import { type Html, html } from '../html.js';
import { storyOf } from '../story.js';
import { mapDays, type Voice, voiceOf } from '../voice.js';
import { drawPanel, fillOf, fitted, focusOf, isMovement, mapPatterns, type Panel, REDRAWN } from './picture-map.js';
import { INK, label, PAPER, svg, textWidth } from './picture-parts.js';
import { smallPostSign } from './post-signs.js';

const WIDTH = 1200;
const TALL = 660;
const TOP = 58;
const GAP = 28;
const MARGIN = 20;

/** The whole picture for print and PNG: what changed, large; before and after beside it; the legend below. */
export function mapSvg(content: ReportContent): string {
  const voice = voiceOf(content);
  const { texts, main, words } = voice;
  const name = 'map';
  const focus = focusOf(content.pictures);
  const [w, s, e, n] = content.pictures.bounds;
  // The small maps are as wide as the region's shape needs; the large one gets the rest.
  const high = (TALL - GAP) / 2;
  const beside = { width: Math.round(Math.min(470, Math.max(290, ((e - w) / (n - s)) * high + 24))), height: high };
  const large = { width: WIDTH - GAP - beside.width, height: TALL };
  const big: Panel = { name, ...large, bounds: focus, shows: 'change', fontSize: 17, labels: 16 };
  const frame = fitted(focus, large.width, large.height);
  const small = (shows: 'before' | 'after'): Panel => ({
    name,
    ...beside,
    bounds: content.pictures.bounds,
    shows,
    fontSize: 13,
    labels: 7,
    frame,
  });
  const story = storyOf(voice);
  const rows = legend(voice, name, WIDTH);
  const height = TOP + large.height + 26 + rows.height + 34;
  const right = large.width + GAP;
  const under = TOP + beside.height + GAP;
  const heading = (text: string, x: number, y: number) =>
    html`<text x="${x}" y="${y}" font-size="17" font-weight="600" fill="${INK}">${text}</text>`;
  const body = [
    html`<defs>${mapPatterns(voice, name)}</defs><rect width="${WIDTH}" height="${height}" fill="${PAPER}"/>`,
    html`<text x="0" y="24" font-size="25" font-weight="700" fill="${INK}">${story.headline}</text>`,
    heading(texts.picture.difference, 0, TOP - 8),
    html`<g transform="translate(0 ${TOP})">${drawPanel(voice, big)}</g>`,
    heading(texts.picture.before(words.day(mapDays(main).before)), right, TOP - 8),
    html`<g transform="translate(${right} ${TOP})">${drawPanel(voice, small('before'))}</g>`,
    heading(texts.picture.after(words.day(mapDays(main).after)), right, under - 8),
    html`<g transform="translate(${right} ${under})">${drawPanel(voice, small('after'))}</g>`,
    html`<g transform="translate(0 ${TOP + large.height + 26})">${rows.drawn}</g>`,
    html`<text x="0" y="${height - 8}" font-size="13" fill="#555b63">${[texts.stamp.source(main.publisher, main.licence), texts.stamp.method(main.method)].join(' ')}</text>`,
  ];
  const title = texts.picture.map(content.region.name, voice.days);
  // A margin all around, so that the picture can be put on any page.
  const [wide, tall] = [WIDTH + 2 * MARGIN, height + 2 * MARGIN];
  const sheet = html`<rect width="${wide}" height="${tall}" fill="${PAPER}"/><g transform="translate(${MARGIN} ${MARGIN})">${body}</g>`;
  return svg(name, wide, tall, title, description(voice), sheet, content.language).markup;
}

function description(voice: Voice): string {
  const { texts, words, main } = voice;
  return texts.picture.mapDescription(
    storyOf(voice).lede.join(' '),
    words.day(mapDays(main).before),
    words.day(mapDays(main).after),
  );
}

/** One map by itself, for a page that arranges them. */
export function panelSvg(voice: Voice, panel: Panel, title: string): Html {
  const body = html`<defs>${mapPatterns(voice, panel.name)}</defs>${drawPanel(voice, panel)}`;
  return svg(panel.name, panel.width, panel.height, title, description(voice), body, voice.content.language);
}

/** What the fills and marks mean, in as many rows as the width needs. */
export function legend(voice: Voice, name: string, width: number, size = 15): { drawn: Html; height: number } {
  const { main, texts, content } = voice;
  const { pictures } = content;
  const swatch = (fill: string) =>
    html`<rect y="-12" width="26" height="15" fill="${fill}" stroke="${INK}" stroke-width="0.8"/>`;
  const items: { mark: Html; text: string }[] = [];
  const gaining = new Set(pictures.patches.filter(isMovement).map(({ to }) => to));
  for (const { id, name: party } of main.parties) {
    items.push({ mark: swatch(fillOf(voice, name, { class: id, claimant: null }, 'held')), text: party });
    if (gaining.has(id))
      items.push({
        mark: swatch(fillOf(voice, name, { class: id, claimant: null }, 'gained')),
        text: texts.picture.wonBy(party),
      });
  }
  const drawn = [...pictures.before, ...pictures.after];
  for (const { id, name: party } of main.parties) {
    const claimed = { class: 'contested', claimant: id } as const;
    if (drawn.some((row) => row.class === claimed.class && row.claimant === id))
      items.push({ mark: swatch(fillOf(voice, name, claimed, 'held')), text: texts.picture.claimedBy(party) });
  }
  for (const of of ['contested', 'unknown', 'unassigned'] as const) {
    const isPlain = (row: (typeof drawn)[number]) =>
      row.class === of && !main.parties.some(({ id }) => of === 'contested' && id === row.claimant);
    if (!drawn.some(isPlain)) continue;
    items.push({ mark: swatch(fillOf(voice, name, { class: of, claimant: null }, 'held')), text: texts.classes[of] });
  }
  for (const kind of STEP_KINDS) {
    if (kind === 'movement' || !pictures.patches.some((row) => row.kind === kind)) continue;
    items.push({ mark: html`<rect y="-12" width="26" height="15" ${REDRAWN}/>`, text: texts.kinds[kind] });
  }
  const verdicts = new Set(pictures.posts.flatMap(({ before, after }) => [before, after]));
  const { post, postUncertain, postCutOff, postOffMap } = texts.picture.legend;
  for (const [verdict, text] of [
    ['not_encircled', post],
    ['uncertain', postUncertain],
    ['encircled', postCutOff],
    ['unmapped', postOffMap],
  ] as const)
    if (verdicts.has(verdict)) items.push({ mark: smallPostSign(verdict, 13, -5, 6.5), text });
  if (pictures.routes.length > 0) {
    const roads = (main.routes ?? []).map((route) => route.name).join(', ') || texts.picture.legend.route;
    items.push({ mark: html`<path d="M0,-5 h26" stroke="#3b3f45" stroke-width="2.4"/>`, text: roads });
  }
  items.push({
    mark: html`<path d="M0,-5 h26" stroke="#6b7280" stroke-width="1.2" stroke-dasharray="5 3"/>`,
    text: texts.picture.legend.theatre,
  });
  let [x, y] = [0, size];
  const placed = items.map(({ mark, text }) => {
    const long = 34 + textWidth(text, size) + 22;
    if (x > 0 && x + long - 22 > width) [x, y] = [0, y + size + 12];
    const item = html`<g transform="translate(${x.toFixed(0)} ${y})">${mark}${label(text, 34, 0, size)}</g>`;
    x += long;
    return item;
  });
  return { drawn: html`<g>${placed}</g>`, height: y + 8 };
}
