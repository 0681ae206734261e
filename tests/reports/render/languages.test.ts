import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../src/config.js';
import type { ReportContent, UnknownReport } from '../../../src/reports/content/content.js';
import { REPORT_LANGUAGES, type ReportLanguage } from '../../../src/reports/definition.js';
import { asPng } from '../../../src/reports/render/pictures/as-png.js';
import { renderReport, storyOfReport } from '../../../src/reports/render/render.js';
import { textsOf } from '../../../src/reports/render/texts/texts-of.js';
import { wordingOf } from '../../../src/reports/render/texts/wording.js';

const golden = JSON.parse(
  readFileSync(join(PROJECT_ROOT, 'tests/golden/reports/m5-weekly-2020-W06.json'), 'utf8'),
) as Omit<ReportContent, 'pictures' | 'patches'>;
const square = { type: 'Polygon' as const, coordinates: [[[0, 0], [1000, 0], [1000, 1000], [0, 1000], [0, 0]]] }; // biome-ignore format: a ring
/** The week of Saraqib, in a language; its pictures are a square. */
const week = (language: ReportLanguage): ReportContent => ({
  ...golden,
  language,
  patches: [],
  pictures: {
    bounds: [0, 0, 1000, 1000],
    theatre: square,
    region: null,
    before: [],
    after: [],
    patches: [],
    abroad: [],
    routes: [],
    places: [],
    posts: [],
  },
});
const unknown = (language: ReportLanguage): UnknownReport => ({
  format: 'salient-report-1',
  known: false,
  definition: golden.definition,
  language,
  period: golden.period,
  region: golden.region,
  known_at: golden.known_at,
  series: golden.series.map(({ id, title, publisher, licence, method, accuracy_m, accuracy_note }) => ({ id, title, publisher, licence, method, accuracy_m, accuracy_note, reason: 'future' as const, coverage: { last_map: null, next_map: null, max_age_days: 14 } })), // biome-ignore format: one series
  gaps: [{ code: 'nothing_known', series: 'm5', figures: { reason: 'future', max_age_days: 14 }, query: '/series/m5/dates' }], // biome-ignore format: one gap
});

describe.each(REPORT_LANGUAGES)('a report in %s', (language) => {
  it('has every figure of the English one, and no English sentence of ours', async () => {
    const text = (await renderReport(week(language), 'md')) as string;
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    const { number } = wordingOf(language);
    for (const value of [1089, 947, 6783, 12]) expect(text).toContain(number(value));
    if (language !== 'en') {
      expect(text).not.toMatch(
        /No town|held before|Gains and losses|Square kilomet|in the week of|Made by Salient|Counted from/,
      );
    }
  });

  it('is a page in the direction of its script, whose title says what happened', async () => {
    for (const report of [week(language), unknown(language)]) {
      const page = (await renderReport(report, 'html')) as string;
      expect(page).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
      expect(page).toContain(`<title>${storyOfReport(report).headline.replaceAll('’', '’')}</title>`);
      expect(page).not.toMatch(/undefined|NaN/);
    }
  });
});

describe('days, numbers and nothing', () => {
  it('are written as each language writes them', () => {
    expect(REPORT_LANGUAGES.map((language) => wordingOf(language).number(12_596))).toEqual([
      '12,596',
      '12,596',
      '12.596',
    ]);
    expect(wordingOf('ar').day('2020-02-05' as never)).toContain('شباط');
    expect(wordingOf('tr').day('2020-02-05' as never)).toBe('5 Şubat 2020');
    for (const language of REPORT_LANGUAGES) {
      expect(wordingOf(language).signed(-9.5e-13, 1)).toBe('0');
      expect(wordingOf(language).brief(480, 1)).toBe('480');
    }
  });
});

it('a PNG draws Arabic, Turkish and Latin: no letter is left out', { timeout: 60_000 }, async () => {
  const drawn = async (text: string) =>
    Buffer.from(await asPng(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60" width="300" height="60"><text x="10" y="40" font-size="30" font-family="'Source Sans 3', Arial">${text}</text></svg>`)); // biome-ignore format: one drawing
  const words = ['', 'سراقب', 'خط الجبهة', 'Çekişmeli', 'ığşİ', 'Saraqib'];
  const pictures = await Promise.all(words.map(drawn));
  expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(words.length);
});

/** A number of each plural class that a language has: of Arabic zero, one, two, few, many and other. */
function numberOfEachClass(language: ReportLanguage): number[] {
  const rules = new Intl.PluralRules(language);
  const found = new Map<string, number>();
  for (let n = 0; n <= 120; n++) if (!found.has(rules.select(n))) found.set(rules.select(n), n);
  expect([...found.keys()].sort()).toEqual([...rules.resolvedOptions().pluralCategories].sort());
  return [...found.values()];
}

/** Every text that has a count in it, for a count. */
function counting(language: ReportLanguage, count: number): string[] {
  const texts = textsOf(language);
  const n = wordingOf(language).number(count);
  const days = {
    from: 'F',
    to: 'T',
    days: n,
    usual: 'U',
    count: n,
    events: n,
    km2: n,
    percent: n,
    last: 'L',
    first: 'E',
    until: 'T',
  };
  return [
    texts.lede.places(count, 'P', 'Q', 'N', count),
    texts.lede.placesFrom(n, 'P'),
    texts.lede.onWord('P', count),
    texts.lede.noWord(count),
    texts.lede.disputed(count, 'N'),
    texts.lede.posts(count, 'N', 'P', 'V'),
    texts.lede.killed(n, count),
    texts.lede.killed(texts.qualified('at_least', n), count),
    ...Object.values(texts.measures).map((measure) => texts.counted(n, measure)),
    texts.gaps.missing_days(days, 'S'),
    texts.gaps.held(days, 'S'),
    texts.gaps.not_located(days, 'S'),
    texts.unknown.map_too_old({ last_map: 'L', max_age_days: n }, 'S'),
    texts.alerts.old('S', 'D', n),
    texts.alerts.digest('S', count, n),
  ];
}

describe('counts', () => {
  it('in English have the singular of one alone', () => {
    for (const sentence of counting('en', 1))
      expect(sentence).not.toMatch(/(?<![\d.,])1 (more )?(maps|events|days|people|towns|children|civilians|women|soldiers|residents|reports|alerts|posts)\b/i); // biome-ignore format: one rule
    for (const count of [0, 2, 11])
      expect(counting('en', count).join('\n')).not.toMatch(/\d (map|event|day|person|town or village|child|civilian|woman|soldier|resident|report|alert)\b/); // biome-ignore format: one rule
    expect(counting('en', 1)).toContain('1 child killed');
    expect(counting('en', 1)).toContain('A map of “S” waits for a person to look at it and is not in this report.');
  });

  it('in Arabic stand where no form of a noun depends on them, in each of its six classes', () => {
    const numbers = numberOfEachClass('ar');
    expect(numbers).toHaveLength(6);
    const shapes = numbers.filter((count) => count > 4).map((count) =>
      counting('ar', count).map((sentence) => sentence.replaceAll(wordingOf('ar').number(count), '#')),
    ); // biome-ignore format: one map
    for (const shape of shapes) expect(shape).toEqual(shapes[0]);
    for (const count of numbers) {
      // After a number comes no noun that is counted: only its sign, a unit, or the end.
      expect(counting('ar', count).join('\n')).not.toMatch(/\d +(خريط|خرائط|يوم|أيام|بلد|قري|قرى|حدث|أحداث|تقرير|تقارير|قتل|قتيل|جرح|جريح|نازح|شخص|أشخاص|تنبيه|نقط|مكان|أماكن)/); // biome-ignore format: one rule
    }
  });

  it('in Turkish are followed by the singular', () => {
    for (const count of [...numberOfEachClass('tr'), 5])
      expect(counting('tr', count).join('\n')).not.toMatch(/\d \p{L}+l[ae]r(?![\p{L}])/u);
  });
});
