/**
 * What a change costs as the maps grow: `TEST_DATABASE_URL=… npx tsx tests/bench/change-diff.ts [vertices …]`, all in one
 * run on the same server. Maps of fractal borders between five parties (`change-maps.ts`); the other map is the first with
 * a tenth of its cells flipped (same partition: by cell), with a tenth of its borders drawn anew, or with all of them.
 */

import { askChange } from '../../src/change/ask.js';
import { balance } from '../../src/change/balance.js';
import { measuredPair } from '../../src/change/matrix.js';
import { changeByFace, changeByOverlay } from '../../src/change/overlay.sql.js';
import { placesAndRoutesBetween } from '../../src/change/places-and-routes.js';
import { type IsoDate, parseDate } from '../../src/model/dates.js';
import { dayOf, plantSeries } from '../setup/plain-maps.js';
import { benchServer, keepFigures, once, reported, timed } from './bench.js';
import { offDiagonalByHand, piecesByHand, turfMs, wholeByHand } from './change-by-hand.js';
import { coarse, refined } from './change-maps.js';
import { table, writeFigures } from './readme.js';

const sizes = process.argv.slice(2).map(Number);
const db = await benchServer();
const rows: Record<string, number>[] = [];
for (const vertices of sizes.length > 0 ? sizes : [1e3, 1e4, 1e5, 1e6]) rows.push(await measure(vertices));
keepFigures('change', rows);
const cell = (name: string) => (row: Record<string, number>) => reported(row[name] ?? Number.NaN);
const ratio = (a: string, b: string) => (row: Record<string, number>) =>
  ((row[a] ?? Number.NaN) / (row[b] ?? Number.NaN)).toFixed(1);
const shown = (columns: Record<string, (row: Record<string, number>) => string>) =>
  table(
    ['vertices', ...Object.keys(columns)],
    rows.map((row) => [(row.vertices ?? 0).toLocaleString('en'), ...Object.values(columns).map((of) => of(row))]),
  );
writeFigures(
  'change',
  `A tenth of the cells changed hands, and (overlay) a tenth of the borders drawn anew:

${shown({
  'by cell': cell('cell'),
  'our overlay': cell('ours'),
  whole: cell('whole'),
  'off diagonal': cell('off'),
  pieces: cell('pieces'),
  Turf: cell('turf'),
  'best by hand / ours': ratio('hand', 'ours'),
  'ours / by cell': ratio('ours', 'cell'),
  'stored, first asked': cell('stored'),
  repeated: cell('repeated'),
})}

Every border drawn anew:

${shown({
  'our overlay': cell('oursAnew'),
  whole: cell('wholeAnew'),
  'off diagonal': cell('offAnew'),
  pieces: cell('piecesAnew'),
  'best by hand / ours': ratio('handAnew', 'oursAnew'),
  'ours / by cell': ratio('oursAnew', 'cell'),
})}`,
);
await db.close();

async function measure(vertices: number): Promise<Record<string, number>> {
  const { before, flipped, redrawn, anew, count } = refined(coarse, vertices);
  const { series, revisions } = await plantSeries(db, {
    frame: 'env(-50,-50,50,50)',
    maps: [before, flipped, redrawn, anew],
    routes: { road: `'LINESTRING(-45 -40, 0 5, 45 45)'::geometry` },
    places: Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`place-${i}`, [-45 + 10 * (i % 10), -44 + 10 * Math.floor(i / 10)]]),
    ),
  });
  const [a, b, c, d] = revisions as [number, number, number, number];
  await db.query('analyze');
  const runs = vertices > 2e5 ? 2 : vertices > 2e4 ? 5 : 20;
  const of = async (work: (from: number, to: number) => Promise<unknown>, to: number) =>
    (await timed(runs, () => work(a, to)))[0];
  const styles = [wholeByHand, offDiagonalByHand].map((style) => (from: number, to: number) => style(db, from, to));
  const [whole, off] = styles as [(typeof styles)[0], (typeof styles)[0]];
  const pieces = (from: number, to: number) => piecesByHand(db, from, to);
  const ours = (from: number, to: number) => changeByOverlay(db, from, to);
  const row: Record<string, number> = {
    vertices: count,
    cell: (await timed(20, () => changeByFace(db, a, b)))[0],
    ours: await of(ours, c),
    whole: await of(whole, c),
    off: await of(off, c),
    pieces: await of(pieces, c),
    oursAnew: await of(ours, d),
    wholeAnew: await of(whole, d),
    offAnew: await of(off, d),
    piecesAnew: await of(pieces, d),
    turf: await turfMs(db, a, c, vertices > 2e5 ? 50 : vertices > 2e4 ? 5 : 1),
    ...(await requested(series, [a, b, c, d])),
  };
  const least = (...names: string[]) => Math.min(...names.map((name) => row[name] as number));
  return { ...row, hand: least('whole', 'off', 'pieces'), handAnew: least('wholeAnew', 'offAnew', 'piecesAnew') };
}

/** The whole answer of a step that an import has stored, asked for the first time, and of one that was asked before. */
async function requested(series: string, revisions: readonly number[]) {
  const maps = await db.query<{ id: number; partition: number; edition: number; valid_on: IsoDate }>(
    'select id, plane as partition, edition, valid_on from revision where id = any($1) order by valid_on',
    [revisions],
  );
  // What the import of each map keeps (`src/maps/place.ts`).
  for (const [index, map] of maps.entries()) {
    const before = maps[index - 1];
    if (!before) continue;
    const { matrix, areas } = await measuredPair(db, before, map);
    const onItsDay = ({ id: revision, edition, valid_on: date }: typeof map) => ({
      series,
      date,
      knownAt: null,
      edition,
      revision,
    });
    const figures = balance(matrix, new Map(areas.before), new Map(areas.after));
    await placesAndRoutesBetween(db, onItsDay(before), onItsDay(map), figures);
  }
  const ask = (from: number, to: number) =>
    askChange(db, { series, from: parseDate(dayOf(from)), to: parseDate(dayOf(to)), knownAt: null });
  await ask(0, 1);
  const [stored] = await once(() => ask(1, 2));
  const [repeated] = await timed(20, () => ask(1, 2));
  return { stored, repeated };
}
