/**
 * What one more map costs, and a change between any two: `TEST_DATABASE_URL=… npx tsx tests/bench/year-of-maps.ts [maps [pairs]]`.
 * A year of daily maps of some 3,000 vertices is imported as a person would send them, one after another, each step
 * stored; then random pairs of dates are asked for, each twice.
 */
import { askChange } from '../../src/change/ask.js';
import { importSnapshots } from '../../src/maps/import.js';
import { addDays, parseDate } from '../../src/model/dates.js';
import { seededRandom } from '../coverage/random.js';
import { box } from '../setup/good-input.js';
import { mapOfFront, wanderingFronts } from '../setup/wandering-front.js';
import { benchServer, keepFigures, once, percentile, reported, timed } from './bench.js';
import { table, writeFigures } from './readme.js';

const [maps = 366, pairs = 1000] = process.argv.slice(2).map(Number);
const series = 'year';
const FIRST = parseDate('2020-01-01');
const day = (n: number) => addDays(FIRST, n);
const db = await benchServer();

const imports: number[] = [];
for (const [n, front] of wanderingFronts(maps).entries()) {
  const [ms] = await once(() =>
    importSnapshots(db, {
      series,
      map: JSON.stringify(mapOfFront(front)),
      options: { date: day(n) },
      source: 'a bench',
      create:
        n === 0
          ? {
              title: 'A year',
              publisher: 'a bench',
              licence: 'CC0-1.0',
              accuracyM: 100,
              theatre: { type: 'Polygon', coordinates: [box(36, 35, 37, 36)] },
            }
          : null,
      accept: 'a bench',
    }),
  );
  imports.push(ms);
  // As autovacuum would in a year.
  if (n % 50 === 10) await db.query('analyze');
}
await db.query('analyze');

const random = seededRandom(366);
const ask = (from: number, to: number) => askChange(db, { series, from: day(from), to: day(to), knownAt: null });
const chosen = Array.from({ length: pairs }, () => {
  const from = Math.floor(random() * (maps - 1));
  return [from, from + 1 + Math.floor(random() * (maps - from - 1))] as const;
});
await ask(0, 1);
const [first, again, stored]: [number[], number[], number[]] = [[], [], []];
for (const [from, to] of chosen) first.push((await once(() => ask(from, to)))[0]);
for (const [from, to] of chosen) again.push((await timed(1, () => ask(from, to)))[0]);
for (let n = 1; n < maps; n += 7) stored.push((await once(() => ask(n - 1, n)))[0]);
await db.close();

const span = Math.min(30, Math.floor(maps / 4));
const [early, late] = [imports.slice(5, 5 + span), imports.slice(-span)];
const half = (values: readonly number[]) => percentile(values, 0.5);
const line = (what: string, values: readonly number[]) => [
  what,
  String(values.length),
  reported(half(values)),
  reported(percentile(values, 0.9)),
];
keepFigures(
  'year',
  imports.flatMap((_, n) =>
    n >= 9 && (n + 1) % 10 === 0 ? [{ maps: n + 1, ms: half(imports.slice(n - 9, n + 1)) }] : [],
  ),
);
writeFigures(
  'year',
  `${table(
    ['what', 'times', 'median', '90 % below'],
    [
      line(`one more map, of the first ${span}`, early),
      line(`one more map, of the last ${span} of ${maps}`, late),
      line('change between two random days, first asked', first),
      line('the same, asked again', again),
      line('change of one day to the next, as stored by its import', stored),
    ],
  )}

The last maps cost ${(half(late) / half(early)).toFixed(2)} times the first ones.`,
);
