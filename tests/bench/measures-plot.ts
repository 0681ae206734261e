/** Draws `measures.svg` from the figures that the benches of the measuring engine kept: `npx tsx tests/bench/measures-plot.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { FIGURES } from './bench.js';
import { type PlotLine, plotted } from './growth-plot.js';

const figures = (name: string) =>
  JSON.parse(readFileSync(`${FIGURES}/${name}.json`, 'utf8')) as Record<string, number | null>[];

function drawn(name: string, rows: readonly Record<string, number | null>[], x: string, y: string): PlotLine {
  const points = rows.flatMap((row): [number, number][] =>
    typeof row[x] === 'number' && typeof row[y] === 'number' ? [[row[x], row[y]]] : [],
  );
  return { name, points };
}

const [change, verdicts, year] = [figures('change'), figures('verdicts'), figures('year')];
writeFileSync(
  new URL('measures.svg', import.meta.url),
  plotted([
    {
      title: 'A change between two maps',
      x: 'vertices of a map',
      y: 'ms',
      lines: [
        drawn('overlay by hand', change, 'vertices', 'hand'),
        drawn('our overlay', change, 'vertices', 'ours'),
        drawn('by cell', change, 'vertices', 'cell'),
        drawn('asked again', change, 'vertices', 'repeated'),
      ],
    },
    {
      title: 'Verdicts on a map of 135,360 vertices',
      x: 'posts',
      y: 'ms',
      lines: [
        drawn('verdicts, cold', verdicts, 'posts', 'cold'),
        drawn('point in polygon join', verdicts, 'posts', 'join'),
      ],
    },
    {
      title: 'One more map of 3,000 vertices',
      x: 'maps in the series',
      y: 'ms',
      lines: [drawn('import, step stored', year, 'maps', 'ms')],
    },
  ]),
);
