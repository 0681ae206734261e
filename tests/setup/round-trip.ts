import { expect } from 'vitest';
import type { Db } from '../../src/store/pool.js';
import { CREDENTIAL } from './credential.js';
import type { Answering } from './service.js';

/** Formats of the files of a map (`/snapshots/{series}/{date}.{form}`). */
export const FORMS = ['geojson', 'gpkg', 'fgb', 'parquet', 'csv', 'kml', 'shp.zip'] as const;
export type FormName = (typeof FORMS)[number];

/** A map as it is stored: its areas in the order of the file, km² of each class, the hash of its content. */
export interface StoredMap {
  areas: string[];
  km2: Record<string, number>;
  sha256: string;
}

/**
 * Fetches the file of each of these maps from one service and posts it to another as a map of a new series in the
 * theatre `m5`; each must be stored.
 */
export async function carry(
  from: Pick<Answering, 'get'>,
  to: Pick<Answering, 'get'>,
  form: FormName,
  dates: readonly string[],
  { series, of = 'm5' }: { series: string; of?: string },
): Promise<void> {
  for (const [index, date] of dates.entries()) {
    const body = Buffer.from(await (await from.get(`/snapshots/${of}/${date}.${form}`)).arrayBuffer());
    const create = index === 0 ? '&create=true&title=Again&publisher=Us&licence=CC0&accuracy=1300&theatre=m5' : '';
    const answer = await to.get(`/series/${series}/snapshots?source=m5&accept=the+same+map${create}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/octet-stream', ...CREDENTIAL },
    });
    expect([answer.status, answer.status === 201 ? '' : await answer.text()], `${form} ${date}`).toEqual([201, '']);
  }
}

/** The maps of a series on these days, as they are stored. */
export function storedMaps(db: Db, series: string, dates: readonly string[]): Promise<StoredMap[]> {
  return Promise.all(
    dates.map(async (date) => {
      const rows = await db.query<{ area: string; key: string; km2: number; sha256: string }>(
        `select concat_ws(' ', area.party, area.status, area.confidence, md5(st_asbinary(st_normalize(shape.geom)))) as area, concat_ws(' ', area.party, area.status) as key,
                (select coalesce(sum(area_m2), 0) / 1e6 from plane_face f where f.plane = r.plane and f.shape = shape.id) as km2,
                r.sha256
         from revision r join area on area.revision = r.id join shape on shape.id = area.shape
         where r.series = $1 and r.valid_on = $2 and r.superseded_at is null order by area.no`,
        [series, date],
      );
      const km2: Record<string, number> = {};
      for (const row of rows) km2[row.key] = (km2[row.key] ?? 0) + row.km2;
      return { areas: rows.map(({ area }) => area), km2, sha256: rows[0]?.sha256 ?? '' };
    }),
  );
}

/** The same areas in the same order to the last bit, and km² of each class within 1e-6. Answers the largest difference, km². */
export function expectSameMaps(read: readonly StoredMap[], stored: readonly StoredMap[]): number {
  expect(read.map(({ areas }) => areas)).toEqual(stored.map(({ areas }) => areas));
  let largest = 0;
  for (const [index, { km2 }] of read.entries()) {
    const expected = stored[index]?.km2 ?? {};
    expect(Object.keys(km2).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      largest = Math.max(largest, Math.abs((km2[key] ?? 0) - value));
      expect(Math.abs((km2[key] ?? 0) - value), key).toBeLessThan(1e-6);
    }
  }
  return largest;
}
