import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { addDays, dateOfDayNumber, dayNumber } from '../../../model/dates.js';
import type { ReportContent } from '../../content/content.js';
import { type Html, html } from '../html.js';
import { type Voice, voiceOf } from '../voice.js';
import { standingHeadline } from '../withdrawn.js';
import { INK, label, PALE, PAPER, svg } from './picture-parts.js';

const WIDTH = 1000;
const HEIGHT = 460;
const EDGE = { left: 74, right: 230, top: 64, bottom: 52 };
const DASHES = ['', '9 5', '2 4', '12 4 2 4', '6 3'];

/** Area by party over time, this period marked: lines of different colour and dash, named at their end. */
export function chartSvg(content: ReportContent): string {
  return chart(voiceOf(content), 'chart').markup;
}

export function chart(voice: Voice, name: string): Html {
  const { content, main, texts, words } = voice;
  const [first, last] = [main.areas[0]?.date ?? content.period.from, addDays(content.period.to, -1)];
  // The last point is the figure of the tables, rounded as they are.
  const held = (party: string) =>
    main.areas.map(({ date, km2 }, i) => ({
      day: dayNumber(date),
      km2: i === main.areas.length - 1 ? voice.shown.after(party) : (km2[party] ?? 0),
    }));
  const rows = main.parties.map(({ id, name: title, colour }, i) => ({
    id,
    title,
    colour,
    dash: DASHES[i % DASHES.length] ?? '',
    points: held(id),
  }));
  const most = Math.max(main.matrix.unit_km2, ...rows.flatMap(({ points }) => points.map(({ km2 }) => km2)));
  const x = scaleLinear(
    [dayNumber(first), Math.max(dayNumber(last), dayNumber(first) + 1)],
    [EDGE.left, WIDTH - EDGE.right],
  );
  const y = scaleLinear([0, most], [HEIGHT - EDGE.bottom, EDGE.top]).nice(5);
  const ticks = y.ticks(5);
  const apart = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const decimals = apart < 1 ? Math.ceil(-Math.log10(apart) - 1e-9) : 0;
  const path = line<{ day: number; km2: number }>(
    (d) => x(d.day),
    (d) => y(d.km2),
  )
    .curve(curveStepAfter)
    .digits(1);
  const ends = spread(
    rows.map(({ points }) => y(points.at(-1)?.km2 ?? 0)),
    40,
  );
  const [from, to] = [Math.max(dayNumber(content.period.from), dayNumber(first)), dayNumber(last)];
  const body = html`<rect width="${WIDTH}" height="${HEIGHT}" fill="${PAPER}"/>
<text x="14" y="28" font-size="20" font-weight="700" fill="${INK}">${standingHeadline(texts.picture.chart(content.region.name), content.language, content.withdrawn)}</text>
<rect x="${x(from).toFixed(1)}" y="${EDGE.top}" width="${Math.max(2, x(to) - x(from)).toFixed(1)}" height="${HEIGHT - EDGE.top - EDGE.bottom}" fill="#e6e1d3"/>
${label(voice.days, Math.min(x(to), WIDTH - EDGE.right), EDGE.top - 8, 14, { anchor: 'end', fill: '#4b5563' })}
${ticks.map((tick) => html`<path d="M${EDGE.left},${y(tick).toFixed(1)} H${WIDTH - EDGE.right}" stroke="#d5d2c9" stroke-width="1"/><text x="${EDGE.left - 8}" y="${(y(tick) + 5).toFixed(1)}" font-size="15" text-anchor="end" fill="${PALE}">${words.number(tick, decimals)}</text>`)}
<text x="${EDGE.left - 8}" y="${EDGE.top - 12}" font-size="14" text-anchor="end" fill="${PALE}">${texts.picture.chartAxis}</text>
${dayTicks(dayNumber(first), dayNumber(last)).map((day) => html`<path d="M${x(day).toFixed(1)},${HEIGHT - EDGE.bottom} v6" stroke="${PALE}"/><text x="${x(day).toFixed(1)}" y="${HEIGHT - EDGE.bottom + 24}" font-size="15" text-anchor="middle" fill="${PALE}">${words.shortDay(dateOfDayNumber(day))}</text>`)}
<path d="M${EDGE.left},${HEIGHT - EDGE.bottom} H${WIDTH - EDGE.right}" stroke="${INK}" stroke-width="1"/>
${rows.map(({ points, colour, dash, title }, i) => {
  const end = { day: dayNumber(last), km2: points.at(-1)?.km2 ?? 0 };
  const d = path([...points, end]) ?? '';
  const at = ends[i] ?? 0;
  return html`<path d="${d}" fill="none" stroke="${PAPER}" stroke-width="6"/><path d="${d}" fill="none" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash}"/><circle cx="${x(end.day).toFixed(1)}" cy="${y(end.km2).toFixed(1)}" r="4" fill="${colour}"/>${wrapped(title, x(end.day) + 12, at, colour)}${label(voice.km2(end.km2), x(end.day) + 12, at + 20 + (title.length > 26 ? 18 : 0), 15)}`;
})}`;
  const reported = rows.map(
    ({ title, points }) => `${title}: ${voice.km2(points[0]?.km2 ?? 0)} → ${voice.km2(points.at(-1)?.km2 ?? 0)}.`,
  );
  return svg(
    name,
    WIDTH,
    HEIGHT,
    texts.picture.chart(content.region.name),
    texts.picture.chartDescription(reported),
    body,
    content.language,
  );
}

/** A name beside its line's end, in two lines when it is long. */
function wrapped(text: string, x: number, y: number, fill: string): Html {
  const options = { weight: 600, fill };
  if (text.length <= 26) return label(text, x, y, 16, options);
  const cut = text.lastIndexOf(' ', 26);
  return html`${label(text.slice(0, cut), x, y, 16, options)}${label(text.slice(cut + 1), x, y + 18, 16, options)}`;
}

/** Moves labels apart so that none covers another: in order, each at least `least` below the one above. */
function spread(places: readonly number[], least: number): number[] {
  const moved = [...places];
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  for (const [n, i] of order.entries()) {
    const above = n === 0 ? Number.NEGATIVE_INFINITY : (moved[order[n - 1] as number] as number);
    moved[i] = Math.max(moved[i] as number, above + least);
  }
  return moved;
}

/** Some five days worth naming between two: Mondays of a short span, first days of months of a long one. */
function dayTicks(first: number, last: number): number[] {
  const days = Array.from({ length: Math.max(1, last - first + 1) }, (_, i) => first + i);
  const months = days.filter((day) => dateOfDayNumber(day).endsWith('-01'));
  const step = (all: readonly number[]) => all.filter((_, i) => i % Math.max(1, Math.ceil(all.length / 6)) === 0);
  if (months.length >= 4) return step(months);
  const mondays = days.filter((day) => (day + 3) % 7 === 0);
  return mondays.length >= 3 ? step(mondays) : step(days);
}
