import { expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { type Instant, parseDate } from '../../src/model/dates.js';
import { mostChanged } from '../../src/reports/content/front.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { renderReport } from '../../src/reports/render/render.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { measuredReport } from '../setup/reports.js';

const row = (party: string, sector: string | null, gained_km2: number, lost_km2: number) => ({
  ...{ party, sector, gained_km2, lost_km2, advance_m: null },
});

it('most ground changed hands where its parties gained or lost most in all; who gained it is told before who lost it', () => {
  // One large gain, and two smaller ones that are more together; the row of no sector is of all of them.
  const rows = [row('p', null, 250, 90), row('q', null, 90, 250), row('p', 'S', 150, 0), row('q', 'S', 0, 150)];
  const both = [row('p', 'N', 100, 90), row('q', 'N', 90, 100)];
  expect(mostChanged([...rows, ...both])).toMatchObject({ party: 'p', sector: 'N', gained_km2: 100 });
  expect(mostChanged(rows)).toMatchObject({ party: 'p', sector: 'S', gained_km2: 150 });
  // To ground that nobody surely holds.
  expect(mostChanged([...rows, row('q', 'W', 0, 200)])).toMatchObject({ party: 'q', sector: 'W', lost_km2: 200 });
  expect(mostChanged([row('p', 'N', 0, 0)])).toBeNull();
});

/** Ground from one longitude to another, on a day. */
const strip = (date: string, party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { date, party },
  geometry: { type: 'Polygon', coordinates: [box(west, 40, east, 41)] },
});

onEachDatabase('where most ground changed hands', (open) => {
  it('is where a party appeared that had no front before, though another advanced elsewhere', async () => {
    const db = await open();
    const series = `most-changed-${process.pid}`;
    const [first, second] = ['2024-01-01', '2024-01-08'] as const;
    const features = [
      ...[strip(first, 'red', 30, 30.7), strip(first, 'blue', 30.7, 31)],
      ...[strip(second, 'green', 30, 30.2), strip(second, 'red', 30.2, 30.69), strip(second, 'blue', 30.69, 31)],
    ];
    const stated = { title: 'A map', publisher: 'us', licence: 'CC0', accuracyM: 100, theatre: null };
    await importSnapshots(db, {
      ...{ series, options: {}, source: null, create: stated as never, accept: 'a test' },
      map: JSON.stringify({ type: 'FeatureCollection', features }),
    });
    const [from, to] = [parseDate('2024-01-02'), parseDate('2024-01-09')];
    const period = { every: 'custom', from, to };
    const defined = parseReportDefinition({ id: 'most', title: 'Most', series, period });
    const report = await measuredReport(db, defined, { key: 'week', from, to }, new Date().toISOString() as Instant);
    const told = (await renderReport(report, 'md')) as string;
    expect(told).toMatch(/The most ground changed hands in the south-west, where green gained about 704 km²\./);
    expect(told).not.toContain('south-east');
    expect(report.series[0]?.front?.most).toMatchObject({ party: 'green', advance: null, lost: { value: 0 } });
  });
});
