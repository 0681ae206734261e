import { type IsoDate, parseDate } from '../../src/model/dates.js';
import type { Db } from '../../src/store/pool.js';
import { dayOf, type PlainFace, plantSeries } from './plain-maps.js';

const PARTIES = ['north', 'south', 'east'] as const;
const SIDE = 4;

/** A series of so many snapshots: sixteen squares, of which each time another one changes hands. */
export async function plantSnapshots(db: Db, count: number): Promise<{ series: string; days: IsoDate[] }> {
  const step = 100 / SIDE;
  const faceOf = (n: number, cell: number): PlainFace => {
    const [x, y] = [-50 + step * (cell % SIDE), -50 + step * Math.floor(cell / SIDE)];
    const turns = Math.floor(n / SIDE ** 2) + (n % SIDE ** 2 >= cell ? 1 : 0);
    return { of: `env(${x},${y},${x + step},${y + step})`, party: PARTIES[(cell + turns) % PARTIES.length] as string };
  };
  const maps = Array.from({ length: count }, (_, n) =>
    Array.from({ length: SIDE ** 2 }, (__, cell) => faceOf(n, cell)),
  );
  const { series } = await plantSeries(db, { frame: 'env(-50,-50,50,50)', maps });
  return { series, days: maps.map((_, n) => parseDate(dayOf(n))) };
}
