import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { type ChangeAnswer, changeText, importText } from '../../src/cli/text.js';
import { addDays, type Instant, parseDate } from '../../src/model/dates.js';
import type { ReportContent } from '../../src/reports/content/content.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { renderReport } from '../../src/reports/render/render.js';
import { storyOf } from '../../src/reports/render/story.js';
import { voiceOf } from '../../src/reports/render/voice.js';
import type { Db } from '../../src/store/pool.js';
import { expectBalance, mainOf } from '../setup/balance.js';
import { onEachDatabase } from '../setup/databases.js';
import { dayOf, type PlainSeries, plantSeries } from '../setup/plain-maps.js';
import { measuredReport } from '../setup/reports.js';

const KNOWN = '2100-01-01T00:00:00Z' as Instant;
/** The border between p and q at x kilometres, on ground of so many kilometres. */
const halves = (width: number, height: number) => (x: number) => [
  { of: `env(0,0,${x},${height})`, party: 'p' },
  { of: `env(${x},0,${width},${height})`, party: 'q' },
];

/** The report of the days after the first map up to the second. */
async function reportOf(db: Db, planted: PlainSeries, language = 'en'): Promise<ReportContent> {
  const { series } = await plantSeries(db, planted);
  const [from, to] = [addDays(parseDate(dayOf(0)), 1), addDays(parseDate(dayOf(1)), 1)];
  const period = { every: 'custom', from, to };
  const definition = parseReportDefinition({ id: 'small', title: 'Small', series, period, language });
  return measuredReport(db, definition, { key: `${from}_${to}`, from, to }, KNOWN);
}

/** What a report states in every form that is read. */
async function readForms(content: ReportContent): Promise<string[]> {
  return [String(await renderReport(content, 'md')), String(await renderReport(content, 'html'))];
}

onEachDatabase('a report of little ground', (open) => {
  it('never says that a map was the same of which some ground is known to have changed, however little', async () => {
    const db = await open();
    // 400 m² of 8,000 km²: less than the unit of what is shown, and less than a thousandth of a km².
    for (const [accuracyM, ground] of [
      [2, '0.01'],
      [1300, '1'],
    ] as const) {
      const border = [...halves(100, 80)(50)];
      const moved = [
        { of: 'st_union(env(0,0,50,80), env(50,40,50.02,40.02))', party: 'p' },
        { of: 'st_difference(env(50,0,100,80), env(50,40,50.02,40.02))', party: 'q' },
      ];
      const content = await reportOf(db, { frame: 'env(0,0,100,80)', accuracyM, maps: [border, moved] });
      const { headline, lede, figures } = storyOf(voiceOf(content));
      expect(headline).not.toMatch(/^No ground is known/);
      expect(lede.join(' ')).not.toContain('the same at the end');
      expect(lede.join(' ')).toContain(`P held less than ${ground} km² more`);
      expect(figures[0]?.shown).toBe(`less than ${ground} km²`);
      const [row] = mainOf(content).changes;
      expect(row?.gained.value).toBeCloseTo(0.0004, 5);
      expect(mainOf(content).matrix.cells.find(({ from, to }) => from === 'q' && to === 'p')?.km2).toBeCloseTo(
        0.0004,
        5,
      );
      for (const text of await readForms(content)) {
        expect(text.replaceAll(/<[^>]+>|\]\([^)]*\)|\[/g, '')).toMatch(new RegExp(`less than ${ground} km²`));
      }
      const csv = parse(String(await renderReport(content, 'csv')), { columns: true }) as Record<string, string>[];
      const transition = csv.find(({ measure, from, to }) => measure === 'transition' && from === 'q' && to === 'p');
      expect(Number(transition?.value)).toBeCloseTo(0.0004, 5);
    }
  });

  it('tells ground of the size of a village in a unit of its size, in every form', async () => {
    const db = await open();
    const village = halves(1.2, 0.6);
    const content = await reportOf(db, { frame: 'env(0,0,1.2,0.6)', accuracyM: 0.5, maps: [village(0.55), village(0.556)] }); // biome-ignore format: one call
    const main = mainOf(content);
    expect(main.matrix.unit_km2).toBeLessThan(0.001);
    expect(main.changes[0]?.net.value).toBeCloseTo(0.0036, 4);
    expect(main.changes[0]?.before.value).toBeCloseTo(0.33, 5);
    expect(storyOf(voiceOf(content)).headline).toMatch(/^P gained about 0\.0036 km²/);
    expect(storyOf(voiceOf(content)).figures[0]?.shown).toBe('+0.0036 km²');
    const [md, html] = await readForms(content);
    for (const text of [md, html]) {
      expect(text).toContain('0.0036');
      expect(text).toContain('0.7200');
    }
    expectBalance(content);
    expect(String(await renderReport(content, 'chart.svg'))).toMatch(/>0\.[1-9]</);
    // Half of the border's own error is none of anybody's gain, and is not nothing.
    const still = await reportOf(db, { frame: 'env(0,0,1.2,0.6)', accuracyM: 0.5, maps: [village(0.55), village(0.5505)] }); // biome-ignore format: one call
    expect(storyOf(voiceOf(still)).headline).toMatch(/^No change larger than the map’s own error/);
    expect(storyOf(voiceOf(still)).figures[0]?.shown).toBe('+0.0003 km²');
  });

  it('knows the sides, the front and the size of ground of some hundred square metres', async () => {
    const db = await open();
    const yard = halves(0.0256, 0.0256);
    for (const language of ['en', 'ar', 'tr']) {
      const content = await reportOf(db, { frame: 'env(0,0,0.0256,0.0256)', accuracyM: 0.1, maps: [yard(0.0128), yard(0.0192)] }, language); // biome-ignore format: one call
      const main = mainOf(content);
      expect(main.front?.pairs).toHaveLength(1);
      expect(content.gaps.map(({ code }) => code)).not.toContain('no_sides');
      expect(main.matrix.total_shown).toBeCloseTo(0.0256 ** 2, 6);
      for (const { before, after } of main.changes) expect(Math.min(before.value, after.value)).toBeGreaterThan(0);
      const { headline, lede } = storyOf(voiceOf(content));
      expect(headline).toMatch(/0[.,]00016/);
      expect(lede.join(' ')).not.toMatch(/(^|[^\d.,])0 (km²|كم²)/);
    }
  });

  it('that did not change at all is still told to be the same', async () => {
    const village = halves(1.2, 0.6);
    const content = await reportOf(await open(), { frame: 'env(0,0,1.2,0.6)', accuracyM: 0.5, maps: [village(0.55), village(0.55)] }); // biome-ignore format: one call
    expect(storyOf(voiceOf(content)).lede[0]).toBe('The map of all 0.72 km² was the same at the end as at the start.');
  });
});

onEachDatabase('the accuracy of a map', (open) => {
  it.each([
    [0.5, { en: '0.5 m', ar: '0.5 م', tr: '0,5 m' }],
    [40, { en: '40 m', ar: '40 م', tr: '40 m' }],
    [250, { en: '250 m', ar: '250 م', tr: '250 m' }],
    [1300, { en: '1.3 km', ar: '1.3 كم', tr: '1,3 km' }],
    [1334, { en: '1.334 km', ar: '1.334 كم', tr: '1,334 km' }],
  ])('of %s m is stated in every place as its series states it', async (accuracyM, words) => {
    const db = await open();
    const border = halves(100, 80);
    for (const language of ['en', 'ar', 'tr'] as const) {
      const content = await reportOf(db, { frame: 'env(0,0,100,80)', accuracyM, maps: [border(50), border(51)] }, language); // biome-ignore format: one call
      expect(mainOf(content).method).toBe(`drawn, accuracy ${words.en}`);
      const [md = '', html = ''] = await readForms(content);
      for (const text of [md, html]) {
        expect(text).toContain(words[language]);
        expect(text).toContain(`accuracy ${words.en}`);
        expect(text).not.toMatch(/[( ]0 (km|كم)[).,]/);
      }
    }
  });
});

it('a terminal tells the little that changed, and the size of a village', () => {
  const snapshot = { date: '2024-05-02', revision: 2, result: 'stored', changed_km2: 0.000394, held: null, notes: [] };
  expect(importText({ series: 's', snapshots: [snapshot] })).toContain(', 0.00039 km² changed class');
  expect(importText({ series: 's', snapshots: [{ ...snapshot, changed_km2: 0 }] })).toContain(', 0 km² changed class');
  const row = { party: 'p', before_km2: 0.33, after_km2: 0.330385, gained_km2: 0.000385, lost_km2: 0 };
  const answer = {
    ...{ series: 's', from: '2024-05-01', to: '2024-05-02', method: 'drawn', theatre_km2: 0.72, residual_km2: 0 },
    ...{ parties: [row], net: [{ party: 'p', km2: 0.000385, sd_km2: 0.0000306 }], places: [], route: [], route_net: [], stated_steps: [] }, // biome-ignore format: one line
  } as unknown as ChangeAnswer;
  expect(changeText(answer)).toMatch(/^p +0\.33 +0\.3304 +0\.0004 +0 +0\.0004 +0\.000031$/m);
  expect(changeText(answer)).toContain('theatre 0.72 km²');
  // Less than a square metre of a yard is no number with an exponent.
  expect(changeText({ ...answer, theatre_km2: 0.0005, parties: [{ ...row, gained_km2: 3e-7 }] })).toContain(
    '0.0000003',
  );
});
