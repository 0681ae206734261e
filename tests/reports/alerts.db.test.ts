import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureRegion } from '../../src/change/region-matrix.js';
import { importSnapshots } from '../../src/maps/import.js';
import { addDays, type Instant, type IsoDate } from '../../src/model/dates.js';
import { askAlert, askAlertLog, defineAlert, withdrawAlert } from '../../src/reports/alerts/ask.js';
import { endOfQuiet } from '../../src/reports/alerts/fire.js';
import { controlledRounding } from '../../src/reports/controlled-rounding.js';
import { defineReport } from '../../src/reports/define.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { unsubscribe } from '../../src/reports/mail/recipients.sql.js';
import { openScheduler } from '../../src/reports/scheduler.js';
import { resolve } from '../../src/series/as-of.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { type MailServer, openMailServer } from '../setup/mail-server.js';
import { valley } from '../setup/valley.js';

let mail: MailServer;
beforeAll(async () => {
  mail = await openMailServer();
});
afterAll(() => mail.close());

let count = 0;
const quiet = () => {};
const DAY_MS = 86_400_000;

/** A valley of which only the beginning is known; its claims come later. */
async function young(db: Db): Promise<string> {
  const id = `alerted-${process.pid}-${++count}`;
  await record(db, id, (text) => text.split('\n').slice(0, 1).concat('').join('\n'));
  return id;
}
async function record(db: Db, id: string, claims: (text: string) => string) {
  await loadBundle(db, parseBundle(valley(id, { 'claims.csv': claims })), quiet);
  await deriveSeries(db, id, {}, quiet);
}

/** A map of the valley in two halves. */
const square = (edge: number) => JSON.stringify({ type: 'FeatureCollection', features: [['south', 10, edge], ['north', edge, 11]].map(([party, w, e]) => ({ type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [[[w, 50], [e, 50], [e, 51], [w, 51], [w, 50]]] } })) }); // biome-ignore format: one map

/** A scheduler whose clock the test moves. */
function at(db: Db, start: string) {
  const clock = { now: Date.parse(start) };
  const settings = { everySeconds: 0, folder: null, secret: 's', allowPrivate: [], publicUrl: 'https://maps.example.org', smtpUrl: mail.url, mailFrom: 'Maps <maps@example.org>' }; // biome-ignore format: one line
  const scheduler = openScheduler(
    db,
    { ...settings, clock: async () => new Date(clock.now).toISOString() as Instant },
    { info: quiet, warn: quiet },
  );
  return {
    async step(ms = 0) {
      clock.now += ms;
      await scheduler.tick();
      await scheduler.drain();
    },
  };
}

const to = (address: string) =>
  mail.received.filter((letter) => [letter.to].flat().some((list) => list?.text === address));

onEachDatabase(
  'alerts',
  (database) => {
    it('of places fire once for what comes after the rule, say on whose word and how sure, and go out by e-mail', async () => {
      const db = await database();
      const id = await young(db);
      const address = `${id}@desk.example.org`;
      await defineAlert(db, {
        id,
        title: 'Places',
        series: id,
        when: { kind: 'place' },
        recipients: { emails: [address] },
      });
      const clock = at(db, new Date().toISOString());
      await clock.step();
      expect((await askAlert(db, id)).alerts).toEqual([]);
      await record(db, id, (text) => text);
      mail.refuse = 1;
      await clock.step(60_000);
      const { alerts } = await askAlert(db, id);
      expect(alerts.length).toBeGreaterThan(0);
      expect(alerts[0]).toMatchObject({
        kind: 'place',
        headline: expect.stringMatching(/ passed from .+ to .+, \d/),
        certainty: expect.stringContaining('The map is accurate to'),
      });
      for (let n = 0; n < 3; n++) await clock.step(60_000);
      expect((await askAlert(db, id)).alerts).toHaveLength(alerts.length);
      const letters = to(address);
      expect(letters.map(({ subject }) => subject).sort()).toEqual(alerts.map(({ headline }) => headline).sort());
      expect(letters[0]?.text).toMatch(/On whose word: .+[\s\S]+How sure: [\s\S]+https:\/\/maps\.example\.org\//);
      expect(letters[0]?.html).toContain('On whose word');
      for (const { subject, html } of letters) {
        const { query, headline } = alerts.find((alert) => alert.headline === subject) as (typeof alerts)[number];
        const link = `href="https://maps.example.org${query.replaceAll('&', '&amp;')}"`;
        expect(html).toMatch(new RegExp(`<h1[^>]*><a ${link.replace(/[.?+]/g, '\\$&')}[^>]*>${headline}</a></h1>`));
      }
      expect(new Set(letters.map(({ messageId }) => messageId)).size).toBe(letters.length);
      const { deliveries } = await askAlertLog(db, id);
      expect(deliveries.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason)).toEqual([expect.stringContaining('try again later')]); // biome-ignore format: one line
      await withdrawAlert(db, id, 'nobody reads it');
      await record(db, id, (text) => text.replace('2021-04-01,2021-04-01', '2021-05-20,2021-05-20'));
      await clock.step(60_000);
      expect((await askAlert(db, id)).alerts).toHaveLength(alerts.length);
    });

    it('judge a map once: a tick without news measures nothing, a corrected map is judged again', async () => {
      const db = await database();
      const id = await young(db);
      await defineAlert(db, { id, title: 'Places', series: id, when: { kind: 'place' } });
      const heard: string[] = [];
      const overheard: Db = {
        ...db,
        query(...requested) {
          // Rules of other files of tests are in the store too.
          if (JSON.stringify(requested[1] ?? []).includes(id)) heard.push(requested[0]);
          return db.query(...requested);
        },
      };
      const clock = at(overheard, new Date().toISOString());
      const reads = async () => {
        heard.length = 0;
        await clock.step(60_000);
        return heard.filter((text) => /\bclaim\b/.test(text)).length;
      };
      await reads();
      await record(db, id, (text) => text);
      expect(await reads()).toBeGreaterThan(0);
      expect(await reads()).toBe(0);
      const { alerts } = await askAlert(db, id);
      await record(db, id, (text) =>
        text.replaceAll('2021-04-01,2021-04-01,2021-04-02', '2021-05-20,2021-05-20,2021-05-21'),
      );
      expect(await reads()).toBeGreaterThan(0);
      expect((await askAlert(db, id)).alerts.length).toBeGreaterThan(alerts.length);
      await withdrawAlert(db, id, 'nobody reads it');
    });

    it('wait for the end of quiet hours, come as one digest, and never to whom has left', {
      timeout: 120_000,
    }, async () => {
      const db = await database();
      const id = await young(db);
      const night = { from: '22:00', to: '07:00', time_zone: 'Europe/Kyiv' };
      const digest = { cron: '0 9 * * *', time_zone: 'Europe/Kyiv' };
      const rule = (name: string, rest: object) => ({ id: `${id}-${name}`, title: 'Places', series: id, when: { kind: 'place' }, recipients: { emails: [`${id}-${name}@desk.example.org`] }, ...rest }); // biome-ignore format: one line
      await defineAlert(db, rule('quiet', { quiet_hours: night }));
      await defineAlert(db, rule('digest', { digest }));
      await defineAlert(db, rule('gone', {}));
      const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
      const clock = at(db, `${tomorrow}T20:30:00Z`);
      await clock.step();
      await record(db, id, (text) => text);
      await clock.step();
      const got = (name: string) => to(`${id}-${name}@desk.example.org`);
      expect(got('gone').length).toBeGreaterThan(1);
      expect([got('quiet').length, got('digest').length]).toEqual([0, 0]);
      await clock.step(12 * 3_600_000);
      const fired = (await askAlert(db, `${id}-quiet`)).alerts.length;
      expect(got('quiet')).toHaveLength(fired);
      expect(got('digest')).toHaveLength(1);
      expect(got('digest')[0]?.subject).toBe(`Places: ${fired} alerts`);
      const linked = String(got('digest')[0]?.html).match(
        /<p[^>]*><a href="https:\/\/maps\.example\.org\/[^"]+known-at=/g,
      );
      expect(linked).toHaveLength(fired);

      const link = /https:\/\/maps\.example\.org\/unsubscribe\?token=(\S+)/.exec(got('gone')[0]?.text ?? '');
      expect(String((got('gone')[0]?.headers.get('list') as { unsubscribe?: { url: string } })?.unsubscribe?.url)).toBe(
        link?.[0],
      );
      await unsubscribe(db, link?.[1] ?? '');
      const before = got('gone').length;
      await record(db, id, (text) =>
        text.replaceAll('2021-04-01,2021-04-01,2021-04-02', '2021-05-20,2021-05-20,2021-05-21'),
      );
      await clock.step(60_000);
      expect((await askAlert(db, `${id}-gone`)).alerts.length).toBeGreaterThan(fired);
      expect((await askAlertLog(db, `${id}-gone`)).deliveries[0]).toMatchObject({
        outcome: 'not_sent',
        reason: 'the address has unsubscribed',
      });
      expect(got('gone')).toHaveLength(before);
    });

    it('of an area name the days of the maps that are compared, also where the earlier one is older than the rule asks', async () => {
      const db = await database();
      const id = await young(db);
      const [series, rule] = [`${id}-far`, `${id}-area`];
      const sent = (date: string, edge: number, create = false) =>
        importSnapshots(db, {
          series,
          map: square(edge),
          options: { date: date as IsoDate },
          source: null,
          create: create ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre: id, dateMeans: 'start' } : null, // biome-ignore format: one line
          accept: null,
        });
      await sent('2024-01-01', 10.5, true);
      await defineAlert(db, { id: rule, title: 'Area', series, when: { kind: 'area', more_than_km2: 50, days: 7 } });
      const clock = at(db, new Date().toISOString());
      await clock.step();
      // So far that the nearest km², 159, is not what makes the table add up, 158.
      await sent('2024-01-20', 10.520085);
      await sent('2024-01-27', 10.54);
      await clock.step(60_000);
      const { alerts } = await askAlert(db, rule);
      const south = alerts.filter(({ figures }) => figures.party === 'south');
      expect(south.map(({ on, figures }) => [on, figures.from, figures.days, figures.counted_days]).sort()).toEqual([
        ['2024-01-20', '2024-01-01', 7, 19],
        ['2024-01-27', '2024-01-20', 7, 7],
      ]);
      // The seven days before 20 January began on the 13th, when there was no map.
      for (const [first, last] of [
        [1, 20],
        [20, 27],
      ] as const) {
        const { headline, certainty, query } = south.find(
          ({ on }) => on === `2024-01-${last}`,
        ) as (typeof south)[number];
        expect(headline).toMatch(new RegExp(`^South gained about \\d+ km², ${first}–${last - 1} January 2024$`));
        expect(certainty).toContain(`Counted from the map of ${first} January 2024 to the map of ${last} January 2024: a map of this series shows the start of its day.`); // biome-ignore format: one sentence
        expect(query).toContain(`from=2024-01-${String(first).padStart(2, '0')}&to=2024-01-${last}`);
        // A report of this change rounds its table so that it adds up; the alert states the same figure.
        const [was, is] = [
          await resolve(db, { series, date: `2024-01-${String(first).padStart(2, '0')}` as IsoDate, knownAt: null }),
          await resolve(db, { series, date: `2024-01-${last}` as IsoDate, knownAt: null }),
        ];
        const { matrix } = (await measureRegion(db, was, is, null)).figures;
        const { cells } = controlledRounding(
          matrix.map(({ from, to, km2 }) => ({ from, to, value: km2 })),
          1,
        );
        const of = (from: boolean) =>
          cells.reduce((sum, cell) => ((cell.from === 'south') === from && (cell.to === 'south') !== from ? sum + cell.units : sum), 0); // biome-ignore format: one sum
        expect(headline).toContain(`about ${of(false) - of(true)} km²`);
      }
    });

    it('of an area tell as a gain or a loss only what is one: not ground that is drawn no more, nor what changed over a gap that no map stands for', async () => {
      const db = await database();
      const id = await young(db);
      const [series, rule] = [`${id}-holes`, `${id}-open`];
      const half = (party: string, w: number, e: number) => ({ type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [[[w, 50], [e, 50], [e, 51], [w, 51], [w, 50]]] } }); // biome-ignore format: a half
      const sent = (date: string, south: number, north: number, create = false) =>
        importSnapshots(db, {
          series,
          map: JSON.stringify({ type: 'FeatureCollection', features: [half('south', 10, south), half('north', north, 11)] }), // biome-ignore format: one map
          options: { date: date as IsoDate },
          source: null,
          create: create ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre: id, dateMeans: 'end' } : null, // biome-ignore format: one line
          accept: 'a test',
        });
      await sent('2024-01-01', 10.5, 10.5, true);
      await defineAlert(db, { id: rule, title: 'Area', series, when: { kind: 'area', more_than_km2: 50, days: 7 } });
      const clock = at(db, new Date().toISOString());
      await clock.step();
      await sent('2024-01-08', 10.45, 10.55);
      await sent('2024-01-22', 10.5, 10.5);
      // Nothing is known of the seven days before 28 March: a map stands for fourteen days.
      await sent('2024-03-28', 10.6, 10.6);
      await clock.step(60_000);
      const { alerts } = await askAlert(db, rule);
      expect(alerts.map(({ on, headline }) => `${on} ${headline.replace(/\d[\d,.]* km²/, 'N km²')}`).sort()).toEqual([
        '2024-01-08 About N km² became ground whose holder is not known in the days of 2–8 January 2024',
        expect.stringMatching(/^2024-01-22 (North|South) came to be shown on about N km² whose holder had not been known in the days of 9–22 January 2024$/), // biome-ignore format: one line
      ]);
      for (const { certainty } of alerts) expect(certainty).toMatch(/^The map is accurate to 500 m. Counted from/);
    });

    it('of an area name the one day between two maps of successive days, and state the range of the figure in the headline alone', async () => {
      const db = await database();
      const id = await young(db);
      const [series, rule] = [`${id}-days`, `${id}-daily`];
      const half = (party: string | undefined, w: number, e: number, status?: string) => ({ type: 'Feature', properties: { party, status }, geometry: { type: 'Polygon', coordinates: [[[w, 50], [e, 50], [e, 51], [w, 51], [w, 50]]] } }); // biome-ignore format: a half
      const sent = (date: string, south: number, north: number, create = false) =>
        importSnapshots(db, {
          series,
          map: JSON.stringify({ type: 'FeatureCollection', features: [half('south', 10, south), half('north', north, 11), ...(south < north ? [half(undefined, south, north, 'contested')] : [])] }), // biome-ignore format: one map
          options: { date: date as IsoDate },
          source: null,
          create: create ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre: id, dateMeans: 'end' } : null, // biome-ignore format: one line
          accept: 'a test',
        });
      await sent('2024-02-29', 10.4, 10.4, true);
      await defineAlert(db, { id: rule, title: 'Area', series, when: { kind: 'area', more_than_km2: 50, days: 1 } });
      const clock = at(db, new Date().toISOString());
      await clock.step();
      await sent('2024-03-01', 10.5, 10.5);
      await sent('2024-03-02', 10.5, 10.7);
      await clock.step(60_000);
      const { alerts } = await askAlert(db, rule);
      const told = (on: string) => alerts.filter((alert) => alert.on === on);
      expect(
        told('2024-03-01')
          .map(({ headline }) => headline.replace(/\d[\d,.]* km²/, 'N km²'))
          .sort(),
      ).toEqual(
        ['North lost about N km², 1 March 2024', 'South gained about N km², 1 March 2024'], // biome-ignore format: one list
      );
      for (const { certainty } of told('2024-03-01'))
        expect(certainty).toMatch(/^Between .+ km², about two times in three/);
      const [contested] = told('2024-03-02');
      expect(contested?.headline).toMatch(/^About [\d,]+ km² became contested on 2 March 2024$/);
      expect(contested?.certainty).not.toContain('two times in three');
    });

    it('of places say that one passed to a party only where a party came to hold it', async () => {
      const db = await database();
      const id = await young(db);
      const [series, rule] = [`${id}-turns`, `${id}-towns`];
      const part = (party: string | undefined, w: number, e: number, status?: string) => ({ type: 'Feature', properties: { party, status }, geometry: { type: 'Polygon', coordinates: [[[w, 50], [e, 50], [e, 51], [w, 51], [w, 50]]] } }); // biome-ignore format: a part
      const sent = (date: string, party: string | undefined, status?: string) =>
        importSnapshots(db, {
          series,
          map: JSON.stringify({ type: 'FeatureCollection', features: [part('south', 10, 10.3), part(party, 10.3, 10.7, status), part('north', 10.7, 11)] }), // biome-ignore format: one map
          options: { date: date as IsoDate },
          source: null,
          create: date === '2024-03-01' ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre: id, dateMeans: 'end' } : null, // biome-ignore format: one line
          accept: 'a test',
        });
      await sent('2024-03-01', 'south');
      await defineAlert(db, { id: rule, title: 'Towns', series, when: { kind: 'place', place: 'ash' } });
      const clock = at(db, new Date().toISOString());
      await clock.step();
      await sent('2024-03-02', undefined, 'contested');
      await sent('2024-03-03', 'north');
      await sent('2024-03-04', undefined, 'unknown');
      await sent('2024-03-05', 'south');
      await clock.step(60_000);
      expect((await askAlert(db, rule)).alerts.map(({ on, headline }) => `${on} ${headline}`).sort()).toEqual([
        '2024-03-02 Ash: contested ground (before: South), 2 March 2024',
        '2024-03-03 Ash passed from contested ground to North, 3 March 2024',
        '2024-03-04 Ash: not known (before: North), 4 March 2024',
        '2024-03-05 Ash: South (before: not known), 5 March 2024',
      ]);
    });

    it('tell what moved on the ground, each piece of it once: not what only a corrected map shows otherwise, but for a verdict, which says so', async () => {
      const db = await database();
      const id = await young(db);
      const series = `${id}-put-right`;
      const band = (party: string, south: number, north: number) => ({ type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [[[10, south], [11, south], [11, north], [10, north], [10, south]]] } }); // biome-ignore format: a band
      const sent = (date: string, edge: number, kind: 'movement' | 'correction' = 'movement') =>
        importSnapshots(db, {
          series,
          map: JSON.stringify({ type: 'FeatureCollection', features: [band('south', 50, edge), band('north', edge, 51)] }), // biome-ignore format: one map
          options: { date: date as IsoDate },
          source: null,
          create: date === '2024-03-01' ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 100, theatre: id, dateMeans: 'end' } : null, // biome-ignore format: one line
          accept: 'it was drawn wrong',
          kind,
        });
      await sent('2024-03-01', 50.3);
      for (const when of [{ kind: 'verdict' }, { kind: 'place' }, { kind: 'route', at_least_km: 2 }, { kind: 'area', more_than_km2: 100, days: 7 }]) await defineAlert(db, { id: `${series}-${when.kind}`, title: 'Maps', series, when }); // biome-ignore format: four
      const clock = at(db, new Date().toISOString());
      const told = async (kind: string) => {
        await clock.step(60_000);
        return (await askAlert(db, `${series}-${kind}`)).alerts.toReversed();
      };
      await clock.step();
      await sent('2024-03-03', 50.31);
      await sent('2024-03-06', 50.7, 'correction');
      for (const kind of ['place', 'route', 'area']) expect(await told(kind)).toEqual([]);
      expect((await told('verdict')).map(({ headline }) => headline)).toEqual([
        'Observation post 1 (Birch post) of Uplanders: cut off instead of not cut off, not by movement on the ground but by corrections of the map, 4–6 March 2024',
      ]);
      await sent('2024-03-08', 50.75);
      const [other, area, ...more] = await told('area');
      expect([other?.figures.party, more]).toEqual(['north', []]);
      // 0.06 of the 0.45 degrees between the two maps.
      expect(area?.figures).toMatchObject({ party: 'south', from: '2024-03-01', km2: expect.closeTo(473, -1) });
      expect(area?.headline).toMatch(/^South gained about 47\d km², 2–8 March 2024$/);
      expect(area?.certainty).toMatch(/^Between 4[67]\d and 4[78]\d km²/);
      expect(area?.certainty).toMatch(
        /About 3,0\d\d km² of the change is no movement on the ground but corrections of the map\.$/,
      );
      expect((await told('route')).map(({ headline }) => headline)).toEqual([
        expect.stringMatching(/^5\.6 km of Valley road passed from North to South by 8 March 2024$/),
      ]);
      expect(await told('place')).toEqual([]);
      // Less than the threshold since the last alert, though more than it within seven days: none of that ground is told again.
      await sent('2024-03-09', 50.755);
      expect(await told('area')).toHaveLength(2);
      await sent('2024-03-10', 50.81);
      expect((await told('area')).slice(2).map(({ headline }) => headline)).toEqual([
        expect.stringMatching(/^(South gained|North lost) about 47\d km², 9–10 March 2024$/),
        expect.stringMatching(/^(South gained|North lost) about 47\d km², 9–10 March 2024$/),
      ]);
      expect((await told('place')).map(({ headline }) => headline)).toEqual(['Doe passed from North to South, 10 March 2024']); // biome-ignore format: one line
      // Told in each process once: another judges the same maps anew.
      await at(db, new Date(Date.now() + 600_000).toISOString()).step();
      expect(await told('area')).toHaveLength(4);
    });

    it('of a verdict, of kilometres, of an area, of a held map and of old data each have their own words', {
      timeout: 120_000,
    }, async () => {
      const db = await database();
      const id = await young(db);
      const rule = (kind: string, rest: object) => ({
        id: `${id}-${kind}`,
        title: kind,
        series: id,
        when: { kind, ...rest },
      });
      for (const [kind, rest] of [['verdict', {}], ['route', { at_least_km: 0.1 }], ['area', { more_than_km2: 1, days: 30 }]] as const) await defineAlert(db, rule(kind, rest)); // biome-ignore format: three
      const series = `${id}-maps`;
      const sent = (date: string, edge: number, create: boolean) =>
        importSnapshots(db, {
          series,
          map: square(edge),
          options: { date: date as IsoDate },
          source: null,
          create: create ? { title: 'Maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre: id } : null,
          accept: null,
        });
      await sent('2024-01-01', 10.5, true);
      await defineAlert(db, { ...rule('old', { days: 30 }), series });
      await defineAlert(db, { ...rule('held', {}), series });
      const clock = at(db, new Date().toISOString());
      await clock.step();
      await record(db, id, (text) => text);
      for (const n of [1, 2, 3, 4, 5, 6]) await sent(addDays('2024-01-01' as IsoDate, 7 * n), 10.5 + 0.001 * n, false);
      await expect(sent('2024-03-01', 10.95, false)).rejects.toMatchObject({ code: 'held' });
      await clock.step(60_000);
      const headlines = async (kind: string) =>
        (await askAlert(db, `${id}-${kind}`)).alerts.map(({ headline }) => headline);
      expect((await headlines('verdict')).join()).toMatch(/Observation post \d+ \(.+\) of .+ passed from .+ to .+, \d/);
      expect((await headlines('route')).join()).toMatch(/km of .+ passed from .+ to .+ by /);
      expect((await headlines('area')).join()).toMatch(/(gained|lost) about [\d,.]+ km², /);
      expect(await headlines('held')).toEqual(['A map of 1 March 2024 waits for review']);
      const old = await headlines('old');
      expect(old.at(-1)).toMatch(/^The newest map of Maps is of 1 January 2024: [\d,]+ days old$/);
      await clock.step(60_000);
      expect(await headlines('old')).toEqual(old);
    });
  },
  'alerts',
);

onEachDatabase(
  'a report by e-mail',
  (database) => {
    it('is one message with the headline as subject, pictures inside, plain text beside and no script', async () => {
      const db = await database();
      const id = await young(db);
      await record(db, id, (text) => text);
      const address = `${id}@desk.example.org`;
      await defineReport(db, { id, title: 'The valley', series: id, period: { every: 'month' }, since: '2030-01-01', recipients: { emails: [address] } }); // biome-ignore format: one line
      await issuePeriod(db, id, '2021-04');
      await at(db, new Date().toISOString()).step();
      const [letter, ...more] = to(address);
      expect(more).toEqual([]);
      expect(letter?.subject).toMatch(/in the month of 1–30 April 2021/);
      expect(letter?.attachments.map(({ contentType, related }) => [contentType, related])).toEqual([['image/png', true], ['image/png', true]]); // biome-ignore format: two
      expect(letter?.html).not.toMatch(/<script|<svg|display:\s*grid|href="\//);
      expect(letter?.html).toContain('https://maps.example.org/reports/');
      expect(letter?.text).toContain(letter?.subject ?? 'nothing');
      expect(letter?.text).toContain('Unsubscribe: https://maps.example.org/unsubscribe?token=');
    });
  },
  'alerts',
);

it('quiet hours end by the clock on the wall, over midnight and where the clock is put forward', () => {
  const night = { from: '22:00', to: '07:00', time_zone: 'Europe/Kyiv' };
  const end = (now: string) => endOfQuiet(night, now as Instant);
  expect(end('2024-01-10T21:00:00.000Z')).toBe('2024-01-11T05:00:00.000Z');
  expect(end('2024-01-11T04:59:59.000Z')).toBe('2024-01-11T05:00:00.000Z');
  expect(end('2024-01-11T05:00:00.000Z')).toBe('2024-01-11T05:00:00.000Z');
  expect(end('2024-03-30T21:00:00.000Z')).toBe('2024-03-31T04:00:00.000Z');
  expect(endOfQuiet({ ...night, from: '01:00', to: '03:30' }, '2024-03-31T00:30:00.000Z' as Instant)).toBe(
    '2024-03-31T01:00:00.000Z',
  );
});
