import { booleanPointInPolygon, distance } from '@turf/turf';
import type { Feature, MultiPolygon } from 'geojson';
import { expect, it } from 'vitest';
import { askEncirclement, askPostHistory } from '../../src/encirclement/ask.js';
import { postHistories } from '../../src/encirclement/verdicts.js';
import { parseDate } from '../../src/model/dates.js';
import { askRoute } from '../../src/routes/ask.js';
import { askClaims, askEvents } from '../../src/series/claims-and-events.js';
import { askControl, askPlaces } from '../../src/series/control.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { snapshotDates } from '../../src/series/series.sql.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

const SERIES = { series: 'm5', knownAt: null };
const on = (date: string) => ({ ...SERIES, date: parseDate(date) });
const silent = () => {};

async function placeOn(store: Db, id: string, date: string) {
  const { features } = await askPlaces(store, on(date));
  const found = features.find((feature) => feature.id === id);
  if (!found) throw new Error(`no place ${id}`);
  return found;
}

async function holderOn(store: Db, id: string, date: string) {
  const { status, party } = (await placeOn(store, id, date)).properties;
  return `${status} ${party}`;
}

onEachDatabase('the M5 from April 2019 to March 2020', (db) => {
  const store = async () => m5(await db());
  const stretches = async (date: string) => (await askRoute(await store(), on(date), 'M5')).stretches;

  it.each([
    ['morek', '2019-08-19', 'opposition'],
    ['morek', '2019-08-24', 'government'],
    ['maarrat-al-numan', '2020-01-27', 'opposition'],
    ['maarrat-al-numan', '2020-01-29', 'government'],
    ['saraqib', '2020-02-11', 'government'],
    ['saraqib', '2020-02-28', 'opposition'],
    ['saraqib', '2020-03-02', 'government'],
  ])('%s on %s is the %s’s', async (id, date, party) => {
    expect(await holderOn(await store(), id, date)).toBe(`controlled ${party}`);
  });

  it.each([
    [9, '2019-08-10', 'not_encircled'],
    [9, '2019-08-24', 'encircled'],
    [8, '2019-12-15', 'not_encircled'],
    [8, '2019-12-28', 'encircled'],
  ])('post %i on %s is %s, asked by the day and by its intervals', async (number, date, verdict) => {
    const { posts } = await askEncirclement(await store(), on(date));
    expect(posts.find((post) => post.number === number)?.verdict).toBe(verdict);
    const { intervals } = await askPostHistory(await store(), SERIES, number, null);
    expect(intervals.find(({ from, to }) => from <= date && (to === null || date < to))?.verdict).toBe(verdict);
  });

  it('History: Morek is cut off and then overrun, and Surman cut off, in the days that the sources name', async () => {
    const since = async (number: number, date: string) => {
      const { posts } = await askEncirclement(await store(), on(date));
      return posts.find((post) => post.number === number)?.since;
    };
    const within = (day: string | undefined, from: string, until: string) => {
      expect(day, `${from} to ${until}`).toBeDefined();
      expect([from, day, until]).toEqual([from, day, until].sort());
    };
    const morek = await since(9, '2019-09-15');
    within(morek?.isolated?.latest, '2019-08-20', '2019-08-21');
    within(morek?.engulfed?.latest, '2019-08-22', '2019-08-23');
    const surman = await since(8, '2020-01-05');
    within(surman?.isolated?.latest, '2019-12-22', '2019-12-25');
  });

  it('History: the M5 is one party’s from 2020-02-11 until 2020-02-26', async () => {
    const whole = async (date: string) => {
      const reported = await stretches(date);
      return reported.length === 1 ? reported[0]?.class : null;
    };
    // Until the 26th, exclusive: on that day the fight for Saraqib began.
    for (const date of ['2020-02-11', '2020-02-18', '2020-02-25']) {
      expect([date, await whole(date)]).toEqual([date, 'government']);
    }
    for (const date of ['2020-02-09', '2020-02-28']) expect([date, await whole(date)]).toEqual([date, null]);
  });

  it('Idlib, Hazano and Bidama never flip', async () => {
    for (const date of await snapshotDates(await store(), 'm5', null)) {
      const { features } = await askPlaces(await store(), on(date));
      const held = features.filter(({ id }) => ['idlib', 'hazano', 'bidama'].includes(id));
      expect(held.map(({ properties: { status, party } }) => `${date} ${status} ${party}`)).toEqual(
        held.map(() => `${date} controlled opposition`),
      );
      expect(held).toHaveLength(3);
    }
  });

  it.each(['2020-02-11', '2020-02-25'])('the road from Hama to Aleppo is all the government’s on %s', async (date) => {
    const [only, ...more] = await stretches(date);
    expect({ from: only?.from_km, class: only?.class, more }).toEqual({ from: 0, class: 'government', more: [] });
  });

  it('the road is cut at Saraqib on 2020-02-28, and nowhere else', async () => {
    const cut = (await stretches('2020-02-28')).filter((stretch) => stretch.class !== 'government');
    const [at] = await (await store()).query<{ share: number }>(
      `select st_linelocatepoint(route.geom, place_entry.geom) as share
       from edition join route on route.edition = edition.id join place_entry on place_entry.edition = edition.id
       where edition.theatre = 'm5' and route.id = 'M5' and place_entry.place = 'saraqib'`,
    );
    const { length_km } = await askRoute(await store(), on('2020-02-28'), 'M5');
    const saraqib = (at?.share ?? Number.NaN) * length_km;
    expect(cut).toEqual([{ from_km: expect.any(Number), to_km: expect.any(Number), class: 'opposition' }]);
    expect(cut[0]?.from_km).toBeLessThan(saraqib);
    expect(cut[0]?.to_km).toBeGreaterThan(saraqib);
  });

  it('Maarrat al-Numan lies 33 km from Idlib, give or take 2', async () => {
    const from = (await placeOn(await store(), 'maarrat-al-numan', '2020-01-28')).geometry;
    const to = (await placeOn(await store(), 'idlib', '2020-01-28')).geometry;
    expect(Math.abs(distance(from, to) - 33)).toBeLessThanOrEqual(2);
  });

  it('on 2019-04-15 every post stands in friendly ground and is not encircled', async () => {
    const { posts } = await askEncirclement(await store(), on('2019-04-15'));
    const { features } = await askControl(await store(), on('2019-04-15'), { cells: false });
    const friendly = features.find((feature) => feature.id === 'opposition-controlled') as Feature<MultiPolygon>;
    const inside = posts.filter((post) => booleanPointInPolygon(post.position, friendly));
    expect(inside).toHaveLength(12);
    expect(new Set(inside.map((post) => post.verdict))).toEqual(new Set(['not_encircled']));
  });

  it('no kilometre of the road is ever unknown, unassigned or unmapped', async () => {
    const { length_km } = await askRoute(await store(), on('2019-04-15'), 'M5');
    for (const date of await snapshotDates(await store(), 'm5', null)) {
      const reported = await stretches(date);
      for (const { class: name } of reported)
        expect(['government', 'opposition', 'contested', 'front']).toContain(name);
      expect([reported[0]?.from_km, reported.at(-1)?.to_km]).toEqual([0, length_km]);
      for (const [index, stretch] of reported.entries())
        expect(reported[index + 1]?.from_km ?? length_km).toBe(stretch.to_km);
    }
  });

  it('all twelve posts have a verdict on every day of the series', async () => {
    const histories = await postHistories(await store(), SERIES);
    const dates = await snapshotDates(await store(), 'm5', null);
    const numbers = Array.from({ length: 12 }, (_, index) => `turkey/${index + 1}`);
    expect([...histories.keys()].sort()).toEqual(numbers.sort());
    for (const history of histories.values()) {
      const reported = history.verdicts.filter(({ date }) => date <= '2020-03-05');
      expect(reported.map(({ date }) => date)).toEqual(expect.arrayContaining(dates));
      for (const { value } of reported) expect(['encircled', 'not_encircled', 'uncertain']).toContain(value);
    }
  });

  it('Khan Shaykhun is taken, and about to be taken, on the same day: both are told', async () => {
    const { features } = await askClaims(await store(), { series: 'm5', place: 'khan-shaykhun', knownAt: null });
    const sameDay = features.filter(({ properties }) => properties.earliest === '2019-08-21');
    expect(sameDay.map(({ properties }) => properties.kind).sort()).toEqual(['captured', 'expected']);
    for (const { properties } of sameDay) expect(properties.sources.length).toBeGreaterThan(0);
    const publishers = sameDay.map(({ properties }) => properties.sources.map((source) => source.id).join());
    expect(new Set(publishers).size).toBe(2);
  });

  it('the dead of 2019-12-17 are 25 in all and 22 by place: both are told, and which is part of which', async () => {
    const day = { from: parseDate('2019-12-17'), to: parseDate('2019-12-18') };
    const { features } = await askEvents(await store(), { ...SERIES, ...day, kind: 'strike' });
    const strikes = features.map(({ properties }) => properties);
    const dead = (event: (typeof strikes)[number]) =>
      event.counts.filter(({ measure, part_of }) => measure.startsWith('killed') && part_of === null);
    const [total] = strikes.filter((event) => event.part_of === null && dead(event).length > 0);
    expect(total && dead(total)).toMatchObject([{ measure: 'killed_civilians', value: 25, qualifier: 'at_least' }]);
    const parts = strikes.filter((event) => event.part_of === total?.id);
    const values = parts.flatMap((event) => dead(event).map(({ value }) => value ?? 0));
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(22);
  });

  it('ground near Haysh is not Haysh: it stays where it was on the word of that report', async () => {
    const { features } = await askClaims(await store(), { series: 'm5', place: 'hish', knownAt: null });
    const near = features.filter(({ properties }) => properties.relation === 'near').map(({ id }) => id);
    const cited = await (await store()).query<{ id: string }>(
      'select distinct claim.id::text as id from area_claim join claim on claim.no = area_claim.claim where claim.id = any($1)',
      [near],
    );
    expect({ near: near.length > 0, cited }).toEqual({ near: true, cited: [] });
  });

  it('derived again from the same claims, no map changes', async () => {
    expect(await deriveSeries(await store(), 'm5', {}, silent)).toMatchObject({ stored: 0, retired: 0 });
  });

  it('from what was published by the end of 2019, the winter’s captures are not yet there', async () => {
    const whole = await snapshotDates(await store(), 'm5', null);
    const early = await undone(await store(), async (scratch) => {
      const { states } = await deriveSeries(scratch, 'm5', { reportedBy: parseDate('2019-12-31') }, silent);
      return {
        states,
        summer: await holderOn(scratch, 'morek', '2020-01-29'),
        winter: await holderOn(scratch, 'maarrat-al-numan', '2020-01-29'),
      };
    });
    expect(early).toMatchObject({ summer: 'controlled government', winter: 'controlled opposition' });
    expect(early.states).toBeLessThan(whole.length);
    expect(await snapshotDates(await store(), 'm5', null)).toEqual(whole);
  });
});

/** Runs a job on a store whose one transaction is rolled back at the end, and answers what the job answered. */
async function undone<T>(store: Db, job: (scratch: Db) => Promise<T>): Promise<T> {
  const rollback = new Error('rolled back on purpose');
  let result: { of: T } | undefined;
  const ran = store.transaction(async (tx) => {
    result = { of: await job({ ...store, query: tx.query, transaction: (work) => work(tx) }) };
    throw rollback;
  });
  await ran.catch((error) => {
    if (error !== rollback) throw error;
  });
  return (result as { of: T }).of;
}
