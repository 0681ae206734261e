import { expect, it } from 'vitest';
import { epochOf } from '../../src/series/epoch.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { plantSeries } from '../setup/plain-maps.js';

onEachDatabase('the epoch of a series', (open) => {
  const planted = async () => {
    const db = await open();
    const half = (x: number) => [
      { of: `env(-50,-50,${x},50)`, party: 'a' },
      { of: `env(${x},-50,50,50)`, party: 'c' },
    ];
    const { series } = await plantSeries(db, { frame: 'env(-50,-50,50,50)', maps: [half(0)], accuracyM: 100 });
    const epoch = async (of = series) => (await epochOf(db, of))?.epoch ?? Number.NaN;
    return { db, series, epoch };
  };

  it.each([
    [
      'a map',
      `insert into revision (series, theatre, valid_on, edition, plane, sha256)
               select series, theatre, valid_on + 5, edition, plane, sha256 from revision where series = $1`,
    ],
    ['the withdrawal of a map', 'update revision set superseded_at = clock_timestamp() where series = $1'],
    [
      'an edition',
      `insert into edition (theatre, title, boundary, projection, time_zone, sha256)
                    select theatre, title, boundary, projection, time_zone, repeat('1', 64) from edition where theatre = $1`,
    ],
    [
      'a post',
      `insert into post (edition, operator, number, number_source, name, geom, error_m, established, established_source)
                select id, 'a', 1, 'project', 'post', st_setsrid(st_point(36.5, 35.5), 4326), 50, '[2000-01-01,)', '{a test}'
                from edition where theatre = $1`,
    ],
  ])('is raised by %s, once it is committed, and that of no other series', async (_what, sql) => {
    const [{ db, series, epoch }, other] = [await planted(), await planted()];
    const [before, beside] = [await epoch(), await other.epoch()];
    await expect(
      db.transaction(async (tx) => {
        await tx.query(sql, [series]);
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    expect(await epoch()).toBe(before);
    await db.query(sql, [series]);
    expect(await epoch()).toBeGreaterThan(before);
    expect(await other.epoch()).toBe(beside);
  });

  it('is not there without the series', async () => {
    expect(await epochOf(await open(), 'no-such-series')).toBeNull();
  });
});
