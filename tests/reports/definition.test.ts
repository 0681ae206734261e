import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { REPORT_DEFINITION_SCHEMA } from '../../src/reports/definition-schema.js';

const least = { id: 'm5-weekly', title: 'The M5, week by week', series: 'm5' };
const ring = [
  [36.2, 35.2],
  [36.4, 35.2],
  [36.4, 35.4],
  [36.2, 35.2],
];
const problems = (value: unknown): string[] => {
  try {
    parseReportDefinition(value);
  } catch (error) {
    if (error instanceof SalientError && error.code === 'invalid_report') return error.problems.map(({ at }) => at);
    throw error;
  }
  return [];
};
const schema = new Ajv2020({ strict: true, formats: { date: true, uri: true } }).compile(REPORT_DEFINITION_SCHEMA);

describe('a report definition', () => {
  it('needs only an id, a title and a series: a calendar week of the whole theatre as a page', () => {
    expect(parseReportDefinition(least)).toEqual({
      ...least,
      series: ['m5'],
      region: { kind: 'theatre' },
      period: { every: 'week', kind: 'calendar', time_zone: 'UTC' },
      formats: ['html'],
      language: 'en',
      schedule: null,
      since: null,
      recipients: { webhooks: [], emails: [], folder: null },
    });
  });

  it('may compare two series along a road, every ten days, in all forms', () => {
    const full = {
      ...least,
      series: ['m5', 'ours'],
      region: { kind: 'route', route: 'M5', within_m: 10_000 },
      period: { every: 'custom', days: 10, starting: '2019-12-16', time_zone: 'Asia/Damascus' },
      formats: ['html', 'md', 'json', 'csv', 'geojson', 'map.svg', 'chart.svg', 'map.png', 'chart.png'],
      language: 'en',
      schedule: { cron: '0 6 * * 1', time_zone: 'Europe/Kyiv' },
      since: '2019-12-16',
      recipients: { webhooks: ['https://desk.example.org/hook?x=1'], emails: [], folder: 'desk/weekly' },
    };
    expect(parseReportDefinition(full)).toEqual(full);
  });

  it('keeps a polygon as rings wound as RFC 7946 wants', () => {
    const region = { kind: 'polygon', name: 'South', polygon: { type: 'Polygon', coordinates: [[...ring].reverse()] } };
    expect(parseReportDefinition({ ...least, region }).region).toEqual({
      kind: 'polygon',
      name: 'South',
      polygons: [[ring]],
    });
  });

  it('is refused with every problem at once, each at its place', () => {
    const wrong = {
      id: 'No Spaces',
      series: ['m5', 'm5'],
      region: { kind: 'route', route: '', within_m: -1, extra: 1 },
      period: { every: 'week', kind: 'sliding', time_zone: 'Mars/Olympus' },
      formats: ['html', 'pdf', 'html'],
      language: 'xx',
      recipients: { webhooks: ['ftp://x', 'http://me:secret@host/'], phone: 1 },
      colour: 'red',
    };
    expect(problems(wrong).sort()).toEqual(
      [
        '/colour',
        '/id',
        '/title',
        '/series/1',
        '/region/extra',
        '/region/within_m',
        '/region/route',
        '/period/kind',
        '/period/time_zone',
        '/formats/1',
        '/formats/2',
        '/language',
        '/recipients/phone',
        '/recipients/webhooks/0',
        '/recipients/webhooks/1',
      ].sort(),
    );
    expect(problems({ ...least, period: { every: 'custom', from: '2020-02-30', to: '2020-01-01' } })).toEqual([
      '/period/from',
    ]);
    expect(problems({ ...least, period: { every: 'custom', from: '2020-02-03', to: '2020-02-03' } })).toEqual([
      '/period/to',
    ]);
    for (const nothing of [null, 'm5', [least], 7]) expect(problems(nothing)).toEqual(['']);
  });

  it('is what the published schema says, of whatever shape it comes', () => {
    const odd = fc.oneof(fc.constant(undefined), fc.anything({ maxDepth: 2 }));
    const candidate = fc.record({
      id: fc.oneof(fc.constant('a'), odd),
      title: fc.oneof(fc.constant('A'), odd),
      series: fc.oneof(fc.constant('m5'), fc.constant(['a', 'b']), odd),
      region: fc.oneof(fc.constant({ kind: 'route', route: 'M5', within_m: 5 }), fc.constant({ kind: 'theatre' }), odd),
      period: fc.oneof(
        fc.record({
          every: fc.constantFrom('day', 'week', 'month'),
          kind: fc.constantFrom('calendar', 'rolling', 'x'),
        }),
        fc.constant({ every: 'custom', days: 3, starting: '2020-01-01' }),
        fc.constant({ every: 'custom', days: 0, starting: '2020-01-01' }),
        odd,
      ),
      formats: fc.oneof(fc.constant(['md', 'csv']), fc.constant([]), odd),
      language: fc.oneof(fc.constant('en'), odd),
      recipients: fc.oneof(fc.constant({ webhooks: ['https://a.example/'], emails: [], folder: null }), odd),
    });
    let taken = 0;
    fc.assert(
      fc.property(candidate, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        const accepted = problems(plain).length === 0;
        if (accepted) taken++;
        // What the parser takes the schema takes; the schema cannot know time zones and the calendar.
        if (accepted) expect(schema(plain), JSON.stringify([plain, schema.errors])).toBe(true);
        if (!schema(plain)) expect(accepted).toBe(false);
      }),
      { seed: 6, numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
