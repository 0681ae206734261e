import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

/** Files as people exchange them, each for a way in that was refused or lost ground; areas were computed apart from this project. */
const CASES = join(import.meta.dirname, 'cases');
const CREATED = { create: 'true', title: 'T', publisher: 'P', licence: 'L', accuracy: '100' };
const ON_THE_DAY = { date: '2024-05-01' };

onEachDatabase('files of the trade', (db) => {
  const service = serviceOn(db);
  let made = 0;

  async function send(file: string, query: Record<string, string>, mapping?: string) {
    const series = `read-${process.pid}-${++made}`;
    const form = new FormData();
    form.set('map', new Blob([readFileSync(join(CASES, file))]), file);
    if (mapping) form.set('mapping', new Blob([readFileSync(join(CASES, mapping))]));
    const search = new URLSearchParams({ ...CREATED, ...query });
    const response = await service.get(`/series/${series}/snapshots?${search}`, {
      ...{ method: 'POST', body: form, headers: CREDENTIAL },
    });
    return { series, status: response.status, body: await response.json() };
  }
  async function areasOf(series: string) {
    const { matrix } = await service.json<{ matrix: { from: string; to: string; km2: number }[] }>(
      `/change?series=${series}&from=2024-05-01&to=2024-05-01`,
    );
    return Object.fromEntries(matrix.map(({ from, km2 }) => [from, km2]));
  }
  const notesOf = (body: { snapshots?: { notes: string[] }[] }) =>
    (body.snapshots ?? []).flatMap(({ notes }) => notes).join('\n');

  const read: [string, Record<string, string>, (string | undefined)?, RegExp?][] = [
    ['10-wal.gpkg', ON_THE_DAY, undefined, /open in another program \(WAL\)/],
    ['12b-table-and-view.gpkg', ON_THE_DAY],
    ['15-geoparquet.parquet', ON_THE_DAY],
    ['19b-nzz.json', { ...ON_THE_DAY, member: '/value' }],
    ['22b-ewkbhex.csv', ON_THE_DAY],
    ['22c-pipe.csv', ON_THE_DAY],
    ['27-date-ddmmyyyy.geojson', { 'date-property': 'day', 'date-format': '%d/%m/%Y' }],
    ['27-date-epoch-ms.geojson', { 'date-property': 'missing,day', 'date-format': 'unix-ms' }],
    ['36b-gpkg-datetime.gpkg', { 'date-property': 'day', 'time-zone': 'Europe/Kyiv' }],
    ['40-kml-timespan.kml', {}, 'map-name.json'],
    ['33-deleted-record.zip', ON_THE_DAY, undefined, /1 of 3 records are marked as deleted/],
    ['33c-shp-gap-zeros.zip', ON_THE_DAY, undefined, /in no record of the \.shx/],
    ['44b-hidden-folder-free.kml', ON_THE_DAY, 'map-name-vis.json', /1 feature ignored: hidden.*about \d+ km²/],
  ];
  it.each(read)('%s is the ground of the reference on the first of May', async (file, query, mapping, says = /^/) => {
    const { series, status, body } = await send(file, query, mapping);
    expect(body).toMatchObject({ snapshots: [{ date: '2024-05-01', result: 'stored' }] });
    expect(status).toBe(201);
    expect(notesOf(body)).toMatch(says);
    const areas = await areasOf(series);
    expect(areas.aland).toBeCloseTo(6090.56, 1);
    if (!file.startsWith('33-')) expect(areas.borland).toBeCloseTo(5782.04, 1);
  });

  it.each([
    ['80-ed50-utm37.zip', [37.53, 36], /from "ED_1950_UTM_Zone_37N" by its definition/],
    ['80-custom-albers.zip', [40.53, 16], /from "unknown" by its definition/],
  ])('%s is transformed by PROJ, shift of datum and all (ogr2ogr -t_srs agrees)', async (file, corner, says) => {
    const { series, body } = await send(file, ON_THE_DAY);
    expect(notesOf(body)).toMatch(says);
    const control = await service.json<{ features: { geometry: { coordinates: number[][][][] } }[] }>(
      `/control?series=${series}&date=2024-05-01`,
    );
    const positions = control.features.flatMap(({ geometry }) => geometry.coordinates.flat(2));
    const nearest = Math.min(
      ...positions.map(([x = 0, y = 0]) => Math.hypot(x - (corner[0] ?? 0), y - (corner[1] ?? 0))),
    );
    expect(nearest).toBeLessThan(1e-7);
  });

  it.each([
    ['19b-nzz.json', ON_THE_DAY, /--member \/value/],
    ['27-date-ddmmyyyy.geojson', { 'date-property': 'day' }, /--date-format %d\/%m\/%Y or %m\/%d\/%Y/],
    ['27-date-epoch-ms.geojson', { 'date-property': 'day' }, /--date-format unix-ms/],
    ['36b-gpkg-datetime.gpkg', { 'date-property': 'day' }, /--time-zone[\s\S]*fid 1/],
    ['00-base.geojson', { date: '9999-12-31' }, /9999-12-31 has not come yet .*--date-property, --date-format/],
    ['41-mymaps-link.kml', ON_THE_DAY, /only links "https:\/\/www\.google\.com\/maps/],
  ])('%s without the option is refused, and the refusal names it', async (file, query, says) => {
    const { status, body } = await send(file, query);
    expect([400, 422]).toContain(status);
    expect(body.message).toMatch(says);
  });
});
