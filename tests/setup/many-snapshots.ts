import type { Db } from '../../src/db/pool.js';
import { importSnapshots } from '../../src/jobs/import-snapshots.js';
import { addDays, type IsoDate } from '../../src/model/dates.js';
import { fractalCells } from '../coverage/fractal-cells.js';

const PARTIES = ['north', 'south', 'east'] as const;
/** How many maps an import stores at once: each import is one transaction. */
const AT_ONCE = 100;

/**
 * Stores the snapshots `from` to `to` (exclusive) of a series, one a day from `first` on: twelve cells with fractal
 * borders, of which every day another one changes hands. The series is created with its first snapshot.
 */
export async function plantSnapshots(db: Db, series: string, first: IsoDate, from: number, to: number): Promise<void> {
  const { members } = fractalCells(3, 12, 40, 32, [36, 35, 37.5, 36.1]);
  const featuresOf = (n: number) =>
    members.map(({ id, polygons }) => ({
      type: 'Feature',
      properties: {
        date: addDays(first, n),
        party: PARTIES[(id + Math.floor(n / members.length) + (n % members.length >= id ? 1 : 0)) % PARTIES.length],
      },
      geometry: { type: 'MultiPolygon', coordinates: polygons },
    }));
  for (let begin = from; begin < to; ) {
    // The first by itself, for it is the one that creates the series.
    const end = begin === 0 ? 1 : Math.min(to, begin + AT_ONCE);
    const features = Array.from({ length: end - begin }, (_, i) => featuresOf(begin + i)).flat();
    await importSnapshots(db, {
      series,
      map: JSON.stringify({ type: 'FeatureCollection', features }),
      options: {},
      source: null,
      create:
        begin === 0
          ? {
              title: 'Many',
              publisher: 'Test',
              licence: 'CC0-1.0',
              accuracyM: 500,
              theatre: null,
              parties: PARTIES.map((id) => ({ id })),
            }
          : null,
      accept: 'made up',
    });
    begin = end;
  }
}
