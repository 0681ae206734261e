import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { classAreasOver } from '../../src/change/region.sql.js';
import { addDays, type IsoDate, parseDate } from '../../src/model/dates.js';
import { revisionsAt } from '../../src/series/revisions.sql.js';
import { snapshotDates } from '../../src/series/series.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

/** Of the theatre: the share to which every sum must hold. */
const TOLERANCE = 1e-9;
const FIRST = parseDate('2019-04-01');
const DAYS = 370;
const anyDay = () => fc.integer({ min: 0, max: DAYS }).map((days) => addDays(FIRST, days));

onEachDatabase('the ground of the M5 adds up', (db) => {
  const store = async () => m5(await db());
  const revisions = async () => revisionsAt(await store(), 'm5', null);
  const change = async (from: IsoDate, to: IsoDate) =>
    askChange(await store(), { series: 'm5', from, to, knownAt: null });

  it('the classes of every state cover the theatre', async () => {
    for (const { id, partition } of await revisions()) {
      const [theatre] = await (await store()).query<{ m2: number }>(
        'select theatre_m2 as m2 from plane where id = $1',
        [partition],
      );
      const covered = (await classAreasOver(await store(), [id], null)).reduce((sum, row) => sum + row.m2, 0);
      expect(Math.abs(covered / (theatre?.m2 ?? Number.NaN) - 1)).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it('the theatre is as large on the ellipsoid as in the plane, to a millionth', async () => {
    const [theatre] = await (await store()).query<{ share: number }>(
      `select distinct theatre_m2 / st_area(st_segmentize(boundary, 0.02)::geography) as share
       from revision join plane on plane.id = revision.plane join edition on edition.id = plane.edition
       where series = 'm5'`,
    );
    expect(Math.abs((theatre?.share ?? Number.NaN) - 1)).toBeLessThan(1e-6);
  });

  it('no two areas of any state overlap', async () => {
    const overlaps = await (await store()).query(
      `with held as materialized (
         select distinct area.shape, shape.geom from revision join area on area.revision = revision.id
           join shape on shape.id = area.shape
         where revision.series = 'm5'
       ), pair as materialized (
         select a.shape as a, b.shape as b from held a join held b on a.shape < b.shape and a.geom && b.geom
         where st_relate(a.geom, b.geom, '2********')
       )
       select distinct pair.a, pair.b from pair
         join area x on x.shape = pair.a join area y on y.shape = pair.b and y.revision = x.revision`,
    );
    expect(overlaps).toEqual([]);
  });

  it('rows and columns of the change matrix equal the areas on either day, from each state to the next', async () => {
    const states = await revisions();
    for (const [index, before] of states.slice(0, -1).entries()) {
      const after = states[index + 1] as (typeof states)[number];
      const { matrix, theatre_km2, residual_km2 } = await change(before.valid_on, after.valid_on);
      const sums = (side: 'from' | 'to', name: string) =>
        matrix.filter((row) => row[side] === name).reduce((sum, { km2 }) => sum + km2, 0);
      for (const [side, revision] of [['from', before.id] as const, ['to', after.id] as const]) {
        const areas = await classAreasOver(await store(), [revision], null);
        expect(new Set(matrix.map((row) => row[side]))).toEqual(new Set(areas.map((row) => row.class)));
        for (const { class: name, m2 } of areas) {
          expect(Math.abs(sums(side, name) - m2 / 1e6)).toBeLessThanOrEqual(TOLERANCE * theatre_km2);
        }
      }
      expect(Math.abs(residual_km2)).toBeLessThanOrEqual(TOLERANCE * theatre_km2);
      expect(matrix.some(({ from, to }) => from !== to)).toBe(true);
    }
  });

  it('swapping the days transposes the matrix', async () => {
    await fc.assert(
      fc.asyncProperty(anyDay(), anyDay(), async (a, b) => {
        const there = await change(a, b);
        const back = await change(b, a);
        const cell = (row: { from: string; to: string }) => `${row.from} ${row.to}`;
        const transposed = back.matrix.map(({ from, to, km2 }) => ({ from: to, to: from, km2 }));
        expect(transposed.map(cell).sort()).toEqual(there.matrix.map(cell).sort());
        for (const row of there.matrix) {
          const km2 = transposed.find((other) => cell(other) === cell(row))?.km2 ?? Number.NaN;
          expect(Math.abs(km2 - row.km2)).toBeLessThanOrEqual(TOLERANCE * there.theatre_km2);
        }
        for (const { party, net_km2 } of there.parties) {
          const reversed = back.parties.find((row) => row.party === party)?.net_km2 ?? Number.NaN;
          expect(Math.abs(net_km2 + reversed)).toBeLessThanOrEqual(TOLERANCE * there.theatre_km2);
        }
        expect(new Set(back.places.map((place) => `${place.id} ${place.to} ${place.from}`))).toEqual(
          new Set(there.places.map((place) => `${place.id} ${place.from} ${place.to}`)),
        );
      }),
      { seed: 20190401, numRuns: 10 },
    );
  });

  it('what a party wins step by step is what it wins over all of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDay(), { minLength: 3, maxLength: 5 }), async (days) => {
        const net = new Map<string, number>();
        for (const [index, to] of days.slice(1).entries()) {
          const step = await change(days[index] as IsoDate, to);
          for (const { party, net_km2 } of step.parties) net.set(party, (net.get(party) ?? 0) + net_km2);
        }
        const whole = await change(days[0] as IsoDate, days.at(-1) as IsoDate);
        for (const [party, sum] of net) {
          const over = whole.parties.find((row) => row.party === party)?.net_km2 ?? 0;
          expect(Math.abs(sum - over)).toBeLessThanOrEqual(TOLERANCE * whole.theatre_km2);
        }
      }),
      { seed: 20200305, numRuns: 8 },
    );
  });

  it('between two days of one state nothing changes, on paper or on the ground', async () => {
    const dates = await snapshotDates(await store(), 'm5', null);
    const quiet = dates.find((date, index) => (dates[index + 1] ?? '9999') > addDays(date, 2)) as IsoDate;
    const { matrix, places, from_revision, to_revision } = await change(quiet, addDays(quiet, 1));
    expect(from_revision).toBe(to_revision);
    expect(matrix.filter(({ from, to }) => from !== to)).toEqual([]);
    expect(places).toEqual([]);
  });
});
