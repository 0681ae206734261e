import { describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { readHere } from '../../src/maps/read.js';
import { geoParquet, type Times } from '../setup/geo-parquet.js';
import { box } from '../setup/good-input.js';
import { flatGeobuf, geoPackage } from '../setup/map-files.js';

const AREAS = [{ properties: { party: 'government' }, polygons: [[box(36, 35, 37, 36)]] }];
const read = (source: Uint8Array, options: Partial<ImportOptions> = {}) =>
  readHere({
    source,
    options: { knownParties: null, ...options },
    reading: { layer: null, limits: { unpackedBytes: 50e6 } },
    lenient: false,
  });

describe('days of columns with times', () => {
  const time = Date.UTC(2024, 4, 1);
  const evening = time + 23.5 * 3_600_000;
  const dayOf = async (source: Uint8Array, timeZone?: string) =>
    (await read(source, { dateProperty: 'day', timeZone })).snapshots.map(({ date }) => date).join();
  const written = (at: number, as: Times) => geoParquet(AREAS, { day: { time: at, as } });
  const text = (day: string) => AREAS.map((area) => ({ ...area, properties: { ...area.properties, day } }));

  it.each(['local', 'INT96'] as const)('%s times are of the day that is written, in whatever zone', async (as) => {
    for (const zone of ['America/New_York', 'UTC', 'Asia/Tokyo']) {
      expect(await dayOf(written(time, as), zone)).toBe('2024-05-01');
      expect(await dayOf(written(evening, as), zone)).toBe('2024-05-01');
    }
  });

  it('instants fall in the day of the zone', async () => {
    expect(await dayOf(written(time, 'instants'), 'America/New_York')).toBe('2024-04-30');
    expect(await dayOf(written(evening, 'instants'), 'Asia/Tokyo')).toBe('2024-05-02');
  });

  it('one table as FlatGeobuf, GeoPackage and GeoParquet has the same day, and without a zone the same refusal', async () => {
    for (const [at, day] of [
      [time, '2024-05-01T00:00:00'],
      [evening, '2024-05-01T23:30:00'],
    ] as const) {
      // biome-ignore format: one line
      const files = [written(at, 'local'), flatGeobuf(text(day)), geoPackage(text(day))];
      const days = await Promise.all(files.map((file) => dayOf(file, 'America/New_York')));
      expect(days).toEqual(['2024-05-01', '2024-05-01', '2024-05-01']);
      const refusals = await Promise.all(
        files.map((file) =>
          dayOf(file).catch((error: { problems: { message: string }[] }) => error.problems[0]?.message),
        ),
      );
      expect(new Set(refusals.map((one) => one?.replace(/ \([^()]*\)$/, ''))).size).toBe(1);
      expect(refusals[0]).toContain(`"${day}" is a date with a time of no stated zone: --time-zone`);
    }
  });
});
