import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { type AreaInput, createMapReader } from '../../src/formats/map-reader.js';
import { readGeoJson } from '../../src/formats/snapshot-file.js';
import { parseJson } from '../../src/geometry/json-limits.js';
import type { IsoDate } from '../../src/model/dates.js';

/** Reads GeoJSON as dated areas, in order of date, or throws every problem of it at once. */
export function parseSnapshotFile(text: string | Uint8Array, options: ImportOptions) {
  const byDate = new Map<IsoDate, AreaInput[]>();
  const reader = createMapReader(options, ({ date, crs: _, name: __, ...area }) => {
    const sameDay = byDate.get(date);
    if (sameDay) sameDay.push(area);
    else byDate.set(date, [area]);
  });
  readGeoJson(parseJson(text), reader);
  reader.reading();
  if (reader.problems.all.length > 0) throw reader.problems.toError('invalid_snapshot');
  const snapshots = [...byDate].map(([date, areas]) => ({ date, areas }));
  return { snapshots: snapshots.sort((a, b) => (a.date < b.date ? -1 : 1)) };
}
