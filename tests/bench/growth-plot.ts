import { scaleLog } from 'd3-scale';
import { line } from 'd3-shape';

/** A line of a plot: its name, its points. */
export interface PlotLine {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  title: string;
  x: string;
  y: string;
  lines: readonly PlotLine[];
}

const WIDTH = 420;
const HEIGHT = 300;
const EDGE = { left: 58, right: 14, top: 34, bottom: 44 };
const COLOURS = ['#1c4f8a', '#b5403a', '#3c7a3e', '#8a6a1c', '#5b4a8a'];

/** Plots side by side as one SVG, both axes logarithmic. */
export function plotted(plots: readonly Plot[]): string {
  const parts = plots.map((plot, i) => `<g transform="translate(${i * WIDTH} 0)">${panel(plot)}</g>`);
  const width = plots.length * WIDTH;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="11"><title>How the pyramid grows with vertices, and the cost of a tile with snapshots</title><rect width="${width}" height="${HEIGHT}" fill="#fffdf8"/>${parts.join('')}</svg>\n`;
}

function panel({ title, x: xName, y: yName, lines }: Plot): string {
  const points = lines.flatMap((one) => one.points);
  const reach = (at: 0 | 1): [number, number] => {
    const values = points.map((point) => Math.max(point[at], 1e-3));
    return [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(Math.max(...values)))];
  };
  const x = scaleLog(reach(0), [EDGE.left, WIDTH - EDGE.right]);
  const y = scaleLog(reach(1), [HEIGHT - EDGE.bottom, EDGE.top]);
  const powers = ([from, to]: [number, number]) =>
    Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, i) => from * 10 ** i);
  const path = line<readonly [number, number]>(
    ([value]) => x(value),
    ([, value]) => y(Math.max(value, 1e-3)),
  );
  const shown = (value: number) => Number(value.toPrecision(1)).toLocaleString('en', { maximumFractionDigits: 4 });
  return [
    `<text x="${EDGE.left}" y="18" font-size="13" font-weight="bold">${title}</text>`,
    ...powers(reach(1)).map(
      (value) =>
        `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(value)}" y2="${y(value)}" stroke="#d9d5ca"/><text x="${EDGE.left - 6}" y="${y(value) + 4}" text-anchor="end">${shown(value)}</text>`,
    ),
    ...powers(reach(0)).map(
      (value) => `<text x="${x(value)}" y="${HEIGHT - EDGE.bottom + 16}" text-anchor="middle">${shown(value)}</text>`,
    ),
    `<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${xName}</text>`,
    `<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${yName}</text>`,
    ...lines.map(({ name, points: own }, i) => {
      const colour = COLOURS[i % COLOURS.length];
      const dots = own.map(
        ([px, py]) => `<circle cx="${x(px)}" cy="${y(Math.max(py, 1e-3))}" r="2.5" fill="${colour}"/>`,
      );
      const last = own.at(-1) ?? [1, 1];
      const label = `<text x="${x(last[0]) - 4}" y="${y(Math.max(last[1], 1e-3)) - 6}" text-anchor="end" fill="${colour}">${name}</text>`;
      return `<path d="${path(own)}" fill="none" stroke="${colour}" stroke-width="1.6"/>${dots.join('')}${label}`;
    }),
  ].join('');
}
