import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { addDays, type Instant, parseDate } from '../../src/model/dates.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { renderReport } from '../../src/reports/render/render.js';
import { REPORT_SCHEMA } from '../../src/reports/render/report-schema.js';
import { storyOf } from '../../src/reports/render/story.js';
import { voiceOf } from '../../src/reports/render/voice.js';
import { stateStep } from '../../src/series/step-kind.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { dayOf, plantSeries } from '../setup/plain-maps.js';
import { measuredReport } from '../setup/reports.js';

const valid = new Ajv2020({ allowUnionTypes: true, formats: { date: true, 'date-time': true } }).compile(REPORT_SCHEMA);
const KNOWN = '2100-01-01T00:00:00Z' as Instant;
/** The border between p and q at x kilometres: each kilometre is 10 km². */
const cutAt = (x: number) => [
  { of: `env(0,0,${x},10)`, party: 'p' },
  { of: `env(${x},0,10,10)`, party: 'q' },
];
const day = (index: number) => parseDate(dayOf(index));

/** p moves on from 5 to 6 km; a week later its ground is drawn by other rules, up to 9 km, with the town in it. */
async function redrawn(db: Db, accuracyM = 100) {
  const { series } = await plantSeries(db, {
    frame: 'env(0,0,10,10)',
    maps: [5, 6, 9].map(cutAt),
    accuracyM,
    routes: { R1: `'LINESTRING(0 5, 10 5)'::geometry` },
    places: { elm: [8, 5], fir: [5.5, 5] },
  });
  await stateStep(db, series, day(2), { kind: 'redefinition', why: 'industrial zones count now', by: null });
  return series;
}

async function reportOf(db: Db, series: string, since: number, region: object = { kind: 'theatre' }) {
  const [from, to] = [addDays(day(since), 1), addDays(day(2), 1)];
  const definition = parseReportDefinition({
    id: 'redrawn',
    title: 'Redrawn',
    series,
    region,
    period: { every: 'custom', from, to },
  });
  const content = await measuredReport(db, definition, { key: `${from}_${to}`, from, to }, KNOWN);
  const [main] = content.series;
  if (!main) throw new Error('a series');
  return { content, main, story: storyOf(voiceOf(content)) };
}

onEachDatabase('a report of a period in which a map was drawn by other rules', (open) => {
  for (const [where, region, moved, drawn] of [
    ['the theatre', { kind: 'theatre' }, 10, 30],
    ['a corridor', { kind: 'route', route: 'R1', within_m: 1000 }, 2, 6],
  ] as const) {
    it(`calls only movement movement, in headline and between parties, and tells the rest apart: ${where}`, async () => {
      const db = await open();
      const { content, main, story } = await reportOf(db, await redrawn(db), 0, region);
      expect(story.headline).toContain(`P gained about ${moved}`);
      expect(story.lede[0]).toMatch(new RegExp(`^P gained about ${moved}\\.?\\d* km² on the ground`));
      expect(story.lede).toContainEqual(
        expect.stringMatching(new RegExp(`^About ${drawn}.* is no movement on the ground`)),
      );
      expect(story.lede).toContainEqual('1 town or village passed to p (from q): fir.');
      expect(story.figures[0]?.shown).toMatch(new RegExp(`^\\+${moved}(\\.0)? km²`));
      expect(main.pairs).toMatchObject([{ a: 'p', b: 'q', won_by_a: { value: expect.closeTo(moved, 2) } }]);
      expect(main.pairs[0]?.net.value).toBeCloseTo(moved, 2);
      const [low, high] = [main.pairs[0]?.net.low ?? Number.NaN, main.pairs[0]?.net.high ?? Number.NaN];
      expect(low).toBeLessThan(moved);
      expect(high).toBeGreaterThan(moved);
      // What the maps say of before and after stays: it balances.
      expect(main.changes.find(({ party }) => party === 'p')?.net.value).toBeCloseTo(moved + drawn, 2);
      const kinds = Object.fromEntries(main.kinds.map(({ kind, net }) => [kind, net[0]?.figure.value]));
      expect(kinds).toMatchObject({ movement: expect.closeTo(moved, 2), redefinition: expect.closeTo(drawn, 2) });
      for (const form of ['md', 'html'] as const) {
        const text = (await renderReport(content, form)) as string;
        expect(text).toContain('industrial zones count now');
        expect(text).toContain('With what was only redrawn');
        expect(text).not.toMatch(/NaN|undefined|km of .*passed to p/);
      }
    });
  }

  it('tells of places, roads and pieces of ground in every form which are so on the redrawn map alone', async () => {
    const db = await open();
    const { content } = await reportOf(db, await redrawn(db), 0);
    const form = async (of: 'md' | 'csv' | 'json' | 'geojson') => (await renderReport(content, of)) as string;
    const [md, csv] = [await form('md'), await form('csv')];
    const sections = new Map(md.split('\n## ').map((text) => [text.split('\n')[0], text]));
    expect(sections.get('Places that changed hands')).toMatch(/fir/);
    expect(sections.get('Places that changed hands')).not.toMatch(/elm/);
    const onMap = sections.get('Places that only the redrawn map shows otherwise');
    expect(onMap).toMatch(/\| \[elm\].*\| q \| p \| 12–21 January 2020 \| changes of what is drawn \|/);
    expect(sections.get('Roads')).toMatch(/\| q \| p \| movement on the ground \| \[1 km\]/);
    expect(sections.get('Roads')).toMatch(/\| q \| p \| changes of what is drawn \| \[3 km\]/);
    for (const row of [
      /place_changed_hands,fir,q,p,/,
      /place_redrawn,elm,q,p,/,
      /,road,R1,q,p,1,/,
      /,road_redrawn,R1,q,p,3,/,
    ])
      expect(csv).toMatch(row);
    expect(csv).not.toMatch(/place_changed_hands,elm/);
    const json = JSON.parse(await form('json'));
    expect(valid(json), JSON.stringify(valid.errors)).toBe(true);
    const { series } = json;
    expect(series[0].places).toMatchObject([
      { id: 'fir', kinds: ['movement'] },
      { id: 'elm', kinds: ['redefinition'] },
    ]);
    expect(series[0].routes[0].changed).toMatchObject([{ kinds: ['redefinition'] }, { kinds: ['movement'] }]);
    expect(series[0].front.most).toBeNull();
    expect(csv).toMatch(/,net_per_day,p,,,,km2\/day,,,/);
    expect(series[0].rate.periods).toMatchObject([{ redrawn: true, net: [{ per_day: { value: null } }, {}] }]);
    for (const { net } of series[0].rate.periods)
      for (const { per_day } of net) expect(per_day).toMatchObject({ value: null, unit: 'km2/day' });
    const { features } = JSON.parse(await form('geojson'));
    expect(
      features.map(({ properties: { kind, km2 } }: { properties: Record<string, unknown> }) => [kind, km2]),
    ).toEqual([
      ['redefinition', expect.closeTo(30, 1)],
      ['movement', expect.closeTo(10, 1)],
    ]);
  });

  it('is as sure of the movement as its own maps are, whatever ground of unknown holder was filled by the others', async () => {
    const db = await open();
    const cut = (x: number, until: number) => [
      { of: `env(0,0,${x},10)`, party: 'p' },
      { of: `env(${x},0,10,10)`, party: 'q' },
      { of: `env(10,0,${until},10)`, party: 'q' },
      ...(until < 40 ? [{ of: `env(${until},0,40,10)` }] : []),
    ];
    const { series } = await plantSeries(db, {
      frame: 'env(0,0,40,10)',
      maps: [cut(5, 11), cut(6, 11), cut(6, 40)],
      accuracyM: 100,
    });
    await stateStep(db, series, day(2), { kind: 'redefinition', why: 'the whole country is drawn now', by: null });
    const { main, story } = await reportOf(db, series, 0);
    expect(story.headline).toMatch(/^P gained about 10/);
    for (const { party, figure } of main.kinds[0]?.net ?? []) {
      const of = party === 'p' ? 10 : -10;
      expect([figure.value, figure.low, figure.high]).toEqual([
        expect.closeTo(of, 1),
        expect.closeTo(of - (figure.sd ?? 0), 1),
        expect.closeTo(of + (figure.sd ?? 0), 1),
      ]);
      expect(figure.sd).toBeLessThan(2);
    }
    expect(main.pairs[0]?.net.value).toBeCloseTo(10, 1);
    expect(main.pairs[0]?.net.low).toBeGreaterThan(8);
    expect(main.pairs[0]?.won_by_a.high).toBeLessThan(13);
    expect(story.lede.find((sentence) => sentence.startsWith('Q lost'))).toMatch(
      /^Q lost about 10.* \(a range of at least [89] to 1[12] km²\)/,
    );
  });

  it('tells gains and losses that the error of the maps can explain as such, not as facts', async () => {
    const db = await open();
    const { story } = await reportOf(db, await redrawn(db, 3000), 0);
    expect(story.headline).toMatch(/^No change larger than the map’s own error/);
    expect(story.lede[0]).toBe('The gains and losses that follow are within the maps’ own error.');
    expect(story.lede[1]).toMatch(/^P gained about 10/);
  });

  it('says that no ground changed hands when all of the change was redrawn', async () => {
    const db = await open();
    const { main, story } = await reportOf(db, await redrawn(db), 1);
    expect(story.headline).toMatch(/^No ground is known to have changed hands/);
    expect(story.lede[0]).toMatch(/^About 30.* is no movement on the ground but changes of what is drawn/);
    expect(story.lede).toContain('No town or village is known to have changed hands.');
    expect(story.lede.join(' ')).not.toContain('the same at the end');
    expect(main.pairs).toMatchObject([{ won_by_a: { value: 0 }, net: { value: 0 } }]);
  });
});
