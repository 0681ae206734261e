import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { type ChangeAnswer, changeText } from '../../src/cli/text.js';
import { askFrontMovement } from '../../src/front/movement.js';
import { importSnapshots } from '../../src/maps/import.js';
import { addDays, type Instant, type IsoDate, parseDate } from '../../src/model/dates.js';
import type { SeriesPart } from '../../src/reports/content/content.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { makeReport } from '../../src/reports/make.js';
import { renderReport, storyOfReport } from '../../src/reports/render/render.js';
import type { DateMeans } from '../../src/series/series.sql.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { measuredReport } from '../setup/reports.js';

const FORMS = ['html', 'md', 'json', 'csv', 'geojson', 'map.svg', 'chart.svg'] as const;
const day = (text: string) => parseDate(text);
let count = 0;
/** Ground from one longitude to another: whose, or who claims it. */
type Strip = [from: number, to: number, whose: string | null, status?: string];

/** A square of ground of one party, from 10° E so far, of a theatre without places, posts or roads. */
const square = (party: string, from: number, to: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: { type: 'Polygon', coordinates: [[[from, 50], [to, 50], [to, 51], [from, 51], [from, 50]]] }, // biome-ignore format: a ring
});

/** Maps of a series, each with the eastern edge of the first party's ground; the second party holds the rest or nothing. */
async function published(
  db: Db,
  maps: readonly (readonly [date: string, edge: number])[],
  options: { parties?: 1 | 2; dateMeans?: DateMeans; maxAgeDays?: number } = {},
): Promise<string> {
  const series = `absent-${process.pid}-${++count}`;
  for (const [index, [date, edge]] of maps.entries()) {
    const features = [square('ours', 10, edge), ...(options.parties === 1 ? [] : [square('theirs', edge, 11)])];
    await importSnapshots(db, {
      series,
      map: JSON.stringify({ type: 'FeatureCollection', features }),
      options: { date: day(date) },
      source: null,
      create:
        index === 0
          ? {
              title: 'Our maps',
              publisher: 'us',
              licence: 'CC0',
              accuracyM: 500,
              theatre: square('', 10, 11),
              ...(({ parties: _, ...rest }) => rest)(options),
            }
          : null,
      accept: 'a test',
    });
  }
  return series;
}

const weekOf = (from: string) => ({ key: 'week', from: day(from), to: addDays(day(from), 7) });
const defined = (series: string, { from, to }: { from: IsoDate; to: IsoDate }) =>
  parseReportDefinition({ id: 'absence', title: 'Absence', series, period: { every: 'custom', from, to } });
const now = () => new Date().toISOString() as Instant;
const written = async (report: Parameters<typeof renderReport>[0]) =>
  Object.fromEntries(
    await Promise.all(FORMS.map(async (form) => [form, (await renderReport(report, form)) as string] as const)),
  ) as Record<(typeof FORMS)[number], string>;

onEachDatabase('what a series does not know', (open) => {
  it('of places, posts and roads is not told as none: no form of the report has a word of them', async () => {
    const db = await open();
    const series = await published(db, [['2024-01-01', 10.4], ['2024-01-08', 10.5]]); // biome-ignore format: two maps
    const week = weekOf('2024-01-02');
    const report = await measuredReport(db, defined(series, week), week, now());
    expect(report.series[0]).toMatchObject({ places: null, routes: null, posts: null });
    expect(storyOfReport(report).headline).toMatch(/^Ours gained about \d+ km² in the days of 2–8 January 2024$/);
    const forms = await written(report);
    for (const form of ['html', 'md', 'map.svg', 'chart.svg'] as const) {
      expect(forms[form]).not.toMatch(/No town|0 towns|towns and villages that|observation post|No post|highway/);
    }
    expect(forms.csv).not.toMatch(/place_changed_hands|post_verdict|road/);
    expect(forms.md).toContain('whether any changed hands is not known');
    const change = (await askChange(db, {
      series,
      from: week.from,
      to: day('2024-01-08'),
      knownAt: null,
    })) as ChangeAnswer;
    expect(change.known).toEqual({ places: false, routes: false, posts: false });
    expect(changeText(change)).toContain('whether any changed hands is not known');
    expect(changeText(change)).not.toMatch(/no place changed hands|e-1/);
  });

  it('of the other side is no front: one that shows its own side alone has none, in words, figures and files', async () => {
    const db = await open();
    const series = await published(db, [['2024-01-01', 10.4], ['2024-01-08', 10.3]], { parties: 1 }); // biome-ignore format: two maps
    const week = weekOf('2024-01-02');
    const report = await measuredReport(db, defined(series, week), week, now());
    expect(report.series[0]?.front).toBeNull();
    const { headline, figures } = storyOfReport(report);
    expect(headline).toMatch(/^Ours lost about \d+ km²/);
    expect(figures.map(({ label }) => label)).toEqual(['net change of ground held by ours']);
    const forms = await written(report);
    for (const form of ['html', 'md', 'csv'] as const)
      expect(forms[form]).not.toMatch(/length of the front|front_after|The front line/);
    expect(forms.md).toContain('shows the ground of one side only: it has no front line');
  });

  it.each([
    ['without a map', '2024-01-09', 'has no map of these days; the last before them is of 8 January 2024'],
    ['after the last map by more than fourteen days', '2024-03-01', 'a map stands for 14 days at most'],
    ['before the first map', '2023-12-01', 'its first is of 1 January 2024'],
    ['in the future', '2090-01-02', 'These days have not come yet'],
  ])(
    'of a period %s: headline and first sentence say that nothing can be said, and there is no figure',
    async (_, from, why) => {
      const db = await open();
      const series = await published(db, [['2024-01-01', 10.4], ['2024-01-08', 10.4]]); // biome-ignore format: two maps
      const week = weekOf(from);
      const report = await makeReport(db, defined(series, week), week, now());
      const { headline, lede, figures } = storyOfReport(report);
      expect(headline).toMatch(/^Nothing can be said of the ground in the days of /);
      expect(lede[0]).toContain(why);
      expect(figures).toEqual([]);
      for (const [form, text] of Object.entries(await written(report))) {
        expect(text, form).not.toMatch(/km²|No ground|changed hands|NaN|undefined/);
      }
    },
  );

  it.each<[string, DateMeans, string, string, string]>([
    [
      'of the end of their day, and a period of the last of seven days',
      'end',
      '2024-01-08',
      '2024-01-09',
      'in the days of 2–8 January 2024',
    ],
    [
      'of the start of their day, and a period of the last of seven days',
      'start',
      '2024-01-07',
      '2024-01-08',
      'in the days of 1–7 January 2024',
    ],
    ['of which the first is in the period', 'end', '2023-12-01', '2024-01-09', 'in the days of 2–8 January 2024'],
    ['of which the first is of the eve', 'end', '2024-01-02', '2024-01-10', 'in the days of 2–9 January 2024'],
  ])(
    'of the days between two maps is neither one day’s nor a rate of one: maps %s',
    async (_, dateMeans, from, to, when) => {
      // biome-ignore format: a table
      const db = await open();
      const series = await published(db, [['2024-01-01', 10.4], ['2024-01-08', 10.5]], { dateMeans }); // biome-ignore format: two maps
      const period = { key: 'some', from: day(from), to: day(to) };
      const report = await measuredReport(db, defined(series, period), period, now());
      expect(storyOfReport(report).headline).toBe(`Ours gained about 789 km² ${when}`);
      for (const form of ['html', 'map.svg'] as const) {
        const text = (await written(report))[form];
        for (const title of ['Before: 1 January 2024', 'After: 8 January 2024']) expect(text).toContain(title);
      }
      const [{ changes = [], rate = { periods: [] } } = {}] = report.series;
      expect(rate.periods.map(({ days }) => days)).toEqual([7]);
      expect(rate.periods[0]?.net[0]?.per_day.value).toBeCloseTo((changes[0]?.net.value ?? 0) / 7, 2);
      const seen = { series, from: addDays(day('2024-01-08'), -1), to: day('2024-01-08'), knownAt: null };
      const { days, from_map_age_days, parties } = await askFrontMovement(db, seen);
      expect([days, from_map_age_days]).toEqual([7, 6]);
      expect(parties[0]?.advance_m_per_day).toBeCloseTo((parties[0]?.advance_m ?? 0) / 7, 6);
      const back = await askFrontMovement(db, { ...seen, from: seen.to, to: seen.from });
      expect([back.days, back.parties[0]?.advance_m_per_day]).toEqual([-7, (back.parties[0]?.advance_m ?? 0) / 7]);
    },
  );

  it.each([
    ['begins', '2024-01-29', '2024-02-06', 'the last up to the beginning of the period is of 8 January 2024'],
    ['ends', '2024-02-20', '2024-02-27', 'the last up to the end of the period is of 5 February 2024'],
  ])('of a period that no map stands for where it %s names the map that is too old', async (_, from, to, why) => {
    const db = await open();
    const series = await published(db, [['2024-01-01', 10.4], ['2024-01-08', 10.4], ['2024-02-05', 10.5]]); // biome-ignore format: three maps
    const report = await makeReport(db, defined(series, { from: day(from), to: day(to) }), { key: 'some', from: day(from), to: day(to) }, now()); // biome-ignore format: one call
    expect(storyOfReport(report).lede[0]).toContain(why);
  });

  const KM2_OF_TENTH = 789;
  /** The figures of parties and of pairs, without the address of the series. */
  const figuresOf = ({ series: [main] }: { series: SeriesPart[] }) =>
    JSON.parse(JSON.stringify({ changes: main?.changes, pairs: main?.pairs }), (key, value) => (key === 'query' ? undefined : value)) as Pick<SeriesPart, 'changes' | 'pairs'>; // biome-ignore format: one cast
  /** Headline, sentences and figures of a week between two maps, the last of those given, each of the strips `from, to, whose`. */
  const betweenTwo = async (maps: readonly Strip[][], kind = 'movement') => {
    const db = await open();
    const series = `absent-${process.pid}-${++count}`;
    for (const [index, strips] of maps.entries()) {
      const features = strips.map(([from, to, whose, status]) => ({ ...square(whose ?? '', from, to), properties: { party: whose ?? undefined, status } })); // biome-ignore format: a feature
      await importSnapshots(db, {
        series,
        map: JSON.stringify({ type: 'FeatureCollection', features }),
        options: { date: day(['2024-01-08', '2024-01-01', '2023-12-25'][maps.length - 1 - index] ?? '') },
        source: null,
        create: index === 0 ? { title: 'Our maps', publisher: 'us', licence: 'CC0', accuracyM: 500, theatre: square('', 10, 11) } : null, // biome-ignore format: a series
        accept: 'a test',
        kind: index === 0 ? null : (kind as 'movement'),
      });
    }
    const week = weekOf('2024-01-02');
    const report = await measuredReport(db, defined(series, week), week, now());
    const { headline, lede, figures } = storyOfReport(report);
    return { headline: headline.replace(/ in the days of 2–8 January 2024$/, ''), lede: lede.join(' '), shown: figures[0]?.shown, figures: figures.map(({ label }) => label), ...(await written(report)), gaps: report.gaps.map(({ code }) => code), front: report.series[0]?.front, rate: report.known ? report.series[0]?.rate : undefined, ...figuresOf(report) }; // biome-ignore format: one answer
  };
  const halves: Strip[] = [[10, 10.5, 'ours'], [10.5, 11, 'theirs']]; // biome-ignore format: a map
  const undrawn: Strip[] = [[10, 10.4, 'ours'], [10.5, 11, 'theirs']]; // biome-ignore format: a map
  const disputed = (claimant: string | null, status = 'contested'): Strip[] => [[10, 10.4, 'ours'], [10.4, 10.5, claimant, status], [10.5, 11, 'theirs']]; // biome-ignore format: a map

  it('of who holds contested ground is no gain of anybody, and no error of the map', async () => {
    const became = await betweenTwo([halves, disputed(null)]);
    expect(became).toMatchObject({ headline: `About ${KM2_OF_TENTH} km² became contested`, shown: `−${KM2_OF_TENTH} km²` }); // biome-ignore format: one line
    expect(became.lede).toBe(`About ${KM2_OF_TENTH} km² of the ground of ours became contested.`);
    expect(became.md).toContain('runs halfway through ground that neither side is known to hold');
    const passed = await betweenTwo([disputed(null), halves]);
    expect(passed.headline).toBe(`Ours came to hold about ${KM2_OF_TENTH} km² of contested ground`);
    expect(passed.lede).toContain(`Of the gain, about ${KM2_OF_TENTH} km² had been contested before.`);
    expect(passed.md).not.toMatch(/The most ground|own error/);
  });

  it('of who claims it is told, where the map is the same but for that', async () => {
    const claim = await betweenTwo([disputed('theirs', 'claimed'), disputed('ours', 'claimed')]);
    expect(claim.headline).toBe('No ground is known to have changed hands');
    expect(claim.lede).toContain(`about ${KM2_OF_TENTH} km² is claimed by somebody else`);
    expect(claim.lede).not.toContain('the same at the end');
  });

  it('of who held or holds ground is neither gain nor loss', async () => {
    const found = await betweenTwo([disputed(null, 'unknown'), halves]);
    expect(found.headline).toBe(`Ours came to be shown on about ${KM2_OF_TENTH} km² whose holder had not been known`);
    expect(found.lede).toContain(`(between −58 and 847 km²)`);
    expect(found.lede).toContain('it may have been held before');
    const lost = await betweenTwo([halves, disputed(null, 'unknown')]);
    expect(lost.headline).toBe(`About ${KM2_OF_TENTH} km² became ground whose holder is not known`);
    expect(lost.lede).not.toMatch(/lost/);
    const unstated = await betweenTwo([undrawn, halves]);
    expect(unstated.lede).toContain(`Of about ${KM2_OF_TENTH} km² of the gain the map had said nothing before.`);
  });

  it.each<[string, (hole: Strip[]) => readonly [Strip[], Strip[]], string]>([
    [
      'of one party is drawn no more',
      (hole) => [halves, hole],
      `About ${KM2_OF_TENTH} km² became ground whose holder is not known`,
    ],
    [
      'is drawn again',
      (hole) => [hole, halves],
      `Ours came to be shown on about ${KM2_OF_TENTH} km² whose holder had not been known`,
    ],
    [
      'was contested',
      (hole) => [disputed(null), hole],
      `About ${KM2_OF_TENTH} km² became ground whose holder is not known`,
    ],
    ['becomes contested', (hole) => [hole, disputed(null)], `About ${KM2_OF_TENTH} km² became contested`],
    [
      'was drawn by the wrong party',
      (hole) => [
        [
          [10, 10.4, 'ours'],
          [10.4, 11, 'theirs'],
        ],
        hole,
      ],
      `About ${KM2_OF_TENTH} km² became ground whose holder is not known`,
    ],
  ])(
    'of ground in no area that %s is told, in words and figures, as of ground published as unknown',
    async (_, maps, headline) => {
      // biome-ignore format: a table
      const [hole, unknown] = [await betweenTwo(maps(undrawn)), await betweenTwo(maps(disputed(null, 'unknown')))];
      expect([hole.headline, unknown.headline]).toEqual([headline, headline]);
      expect(hole.changes).toEqual(unknown.changes);
      expect(hole.pairs).toEqual(unknown.pairs);
      expect(hole.lede).not.toMatch(/lost/);
    },
  );

  it('of the ground of which a holder is known is no rate at which anybody won or lost it', async () => {
    const rates = async (maps: readonly [Strip[], Strip[]]) => {
      const { rate } = await betweenTwo(maps);
      return rate?.periods.map(({ unknown = false }) => unknown);
    };
    for (const maps of [[halves, undrawn], [disputed(null, 'unknown'), halves]] as const) expect(await rates(maps)).toEqual([true]); // biome-ignore format: maps
    // Whatever is not drawn on a map of one side is the other's.
    for (const maps of [[halves, disputed(null)], [disputed(null, 'unknown'), undrawn], [[[10, 10.4, 'ours']], [[10, 10.5, 'ours']]]] as [Strip[], Strip[]][]) expect(await rates(maps)).toEqual([false]); // biome-ignore format: maps
  });

  it('of ground that is drawn as unknown on one day and not at all on the other is no change of holder', async () => {
    for (const maps of [
      [disputed(null, 'unknown'), undrawn],
      [undrawn, disputed(null, 'unknown')],
    ] as const) {
      // biome-ignore format: two maps
      const told = await betweenTwo(maps);
      expect(told.headline).toBe('No ground is known to have changed hands');
      expect(told.lede).not.toContain('the same at the end');
      expect(told.changes?.map(({ net }) => [net.low, net.high])).toEqual([[0, 0], [0, 0]]); // biome-ignore format: two bands
    }
  });

  it('of the other side of a map of one side does not blur what that side surely gained, and contested ground it leaves out is told', async () => {
    const side: Strip[] = [[10, 10.4, 'ours']];
    expect((await betweenTwo([side, [[10, 10.5, 'ours']]])).headline).toBe(`Ours gained about ${KM2_OF_TENTH} km²`);
    const gray: Strip[] = [...side, [10.4, 10.5, null, 'contested']];
    expect((await betweenTwo([gray, side])).headline).toBe(
      `About ${KM2_OF_TENTH} km² became ground whose holder is not known`,
    );
  });

  it('of the ground across the front line leaves its length not known: it is not 0, which is that of a front that is gone', async () => {
    const ours: Strip[] = [[10, 10.5, 'ours']];
    const theirs: Strip[] = [[10.5, 11, 'theirs']];
    const lengths = ({ front }: Awaited<ReturnType<typeof betweenTwo>>) =>
      front?.pairs.map((pair) => [pair.before, pair.after].map((length) => length && Math.round(length.value)));
    const unknown: Strip[][] = [
      ours,
      [...ours, [10.5, 11, null, 'unknown']],
      [...ours, [10.5, 11, null, 'contested']],
      [[10, 11, null, 'unknown']],
      [[10, 11, null, 'contested']],
    ];
    for (const later of unknown) {
      const told = await betweenTwo([halves, later]);
      expect(lengths(told)).toEqual([[111, null]]);
      expect(told.md).toMatch(/\| ours and theirs \| \[111 km\]\S+ \| not known \|/);
      expect(told.md).toContain('across the front line on 8 January 2024: how long the line was then is not known');
      expect(told.csv).toContain('front_after,,ours,theirs,,km,,,');
      expect(told.figures).not.toContain('length of the front line at the end');
      expect(told.html).toMatch(/<td[^>]*>not known<\/td>/);
      for (const form of ['html', 'md', 'csv'] as const) expect(told[form]).not.toMatch(/>0 km<|\[0 km\]|theirs,0,km,/);
    }
    const found = await betweenTwo([halves, ours, halves]);
    expect(lengths(found)).toEqual([[null, 111]]);
    expect(found.figures).toContain('length of the front line at the end');
    expect(lengths(await betweenTwo([halves, ours, theirs]))).toEqual([[null, null]]);
    const gone = await betweenTwo([halves, [[10, 11, 'ours']]]);
    expect(lengths(gone)).toEqual([[111, 0]]);
    expect(gone.md).toMatch(/\| ours and theirs \| \[111 km\]\S+ \| \[0 km\]/);
    expect(gone.gaps).not.toContain('front_unknown');
  });

  it('of any party leaves no party, no side and no sameness', async () => {
    const nobody = await betweenTwo([[[10, 11, null, 'contested']], [[10, 10.5, null, 'contested'], [10.5, 11, null, 'unknown']]]); // biome-ignore format: two maps
    expect(nobody.headline).toBe('About 3,946 km² became ground whose holder is not known');
    expect(nobody.lede).toBe('About 3,946 km² of contested ground became ground whose holder is not known.');
    expect(nobody.md).toContain('shows no ground that a party surely holds');
    expect(nobody.md).not.toMatch(/one side only|No ground|Nobody reports|\| Party \|/);
  });

  it('does not hide what went both ways, and figures of one thing are one figure', async () => {
    const both = await betweenTwo([[[10, 10.1, 'theirs'], [10.1, 10.5, 'ours'], [10.5, 11, 'theirs']], [[10, 10.4, 'ours'], [10.4, 11, 'theirs']]]); // biome-ignore format: two maps
    expect(both.headline).toBe(`Ours gained about ${KM2_OF_TENTH} km² and lost about ${KM2_OF_TENTH} km²`);
    const net = await betweenTwo([[[10, 10.1, 'theirs'], [10.1, 10.5, 'ours'], [10.5, 11, 'theirs']], [[10, 10.3, 'ours'], [10.3, 11, 'theirs']]]); // biome-ignore format: two maps
    expect(net.headline).toBe(`Theirs gained about ${KM2_OF_TENTH} km² net`);
    const corrected = await betweenTwo([[[10, 10.3, 'ours'], [10.3, 11, 'theirs']], [[10, 10.35, 'ours'], [10.35, 11, 'theirs']]], 'correction'); // biome-ignore format: two maps
    expect(corrected.md).not.toContain('395');
    const tiny = await betweenTwo([[[10, 10.3, 'ours'], [10.3, 11, 'theirs']], [[10, 10.30002, 'ours'], [10.30002, 11, 'theirs']]]); // biome-ignore format: two maps
    expect(tiny.lede).toContain('Ours held less than 1 km² more');
    expect(tiny.md).not.toMatch(/about 0|up to 0/);
  });

  it('says of a map of its first day, that shows the beginning of it, that no map shows what came after: in each language', async () => {
    const db = await open();
    const series = await published(db, [['2023-12-25', 10.4], ['2024-01-01', 10.3]], { dateMeans: 'start' }); // biome-ignore format: two maps
    const [from, to] = ['2024-01-01', '2024-01-02'].map((day) => parseDate(day)) as [IsoDate, IsoDate];
    for (const [language, told, denied] of [
      [
        'en',
        /of 1 January 2024 shows the beginning of that day; what came after it in these days no map shows\.$/,
        'has no map',
      ],
      ['ar', /تُظهر بداية ذلك اليوم/, 'ليس لـ'],
      ['tr', /1 Ocak 2024 tarihli haritası o günün başını gösteriyor/, 'harita yok; öncesindeki'],
    ] as const) {
      const definition = parseReportDefinition({
        id: 'day',
        title: 'Day',
        series,
        period: { every: 'custom', from, to },
        language,
      });
      const report = await makeReport(db, definition, { key: `${from}_${to}`, from, to }, now());
      expect(report.known).toBe(false);
      const [first = ''] = storyOfReport(report).lede;
      expect(first).toMatch(told);
      expect(first).not.toContain(denied);
    }
  });

  it('is counted as its publisher counts: maps of the start of the day from the first of a month to the first of the next', async () => {
    const db = await open();
    const maps = [['2024-01-31', 10.3], ['2024-02-01', 10.4], ['2024-02-29', 10.5], ['2024-03-01', 10.6]] as const; // biome-ignore format: four maps
    const february = { key: '2024-02', from: day('2024-02-01'), to: day('2024-03-01') };
    const compared = async (dateMeans: DateMeans) => {
      const series = await published(db, maps, { dateMeans });
      const report = await measuredReport(db, defined(series, february), february, now());
      return { ...report.series[0]?.compared, text: (await written(report)).md };
    };
    const [start, end] = [await compared('start'), await compared('end')];
    expect(start).toMatchObject({ before: '2024-02-01', after: '2024-03-01' });
    expect(end).toMatchObject({ before: '2024-01-31', after: '2024-02-29' });
    expect(start.text).toContain(
      'Counted from the map of 1 February 2024 to the map of 1 March 2024: a map of this series shows the start of its day.',
    );
    expect(end.text).toContain('shows the end of its day');
    const series = await published(db, [['2024-01-30', 10.3], ['2024-02-27', 10.5]], { dateMeans: 'start', maxAgeDays: 40 }); // biome-ignore format: two maps
    const report = await measuredReport(db, defined(series, february), february, now());
    expect((await written(report)).md).toContain(
      'Counted from the map of 30 January 2024 (there is none of 1 February 2024) to the map of 27 February 2024 (there is none of 1 March 2024)',
    );
  });
});
