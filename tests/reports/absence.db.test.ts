import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { type ChangeAnswer, changeText } from '../../src/cli/text.js';
import { importSnapshots } from '../../src/maps/import.js';
import { addDays, type Instant, type IsoDate, parseDate } from '../../src/model/dates.js';
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
  });
});
