import { expect, it } from 'vitest';
import { askEncirclement } from '../../src/encirclement/ask.js';
import { askPostEvidence } from '../../src/encirclement/ask-post.js';
import { parseDate } from '../../src/model/dates.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { onEachDatabase } from '../setup/databases.js';
import { valley } from '../setup/valley.js';

onEachDatabase('a side whose rear is closed to it', (open) => {
  it('has no verdict on those days, and one on the others', async () => {
    const db = await open();
    const series = `closed-rear-${process.pid}`;
    const open2021 = (text: string) => text.replace('upland,open,,,', 'upland,open,2021-02-01,,');
    await loadBundle(db, parseBundle(valley(series, { 'border_policies.csv': open2021 })), () => {});
    await deriveSeries(db, series, {}, () => {});
    const requested = (day: string) => ({ series, date: parseDate(day), knownAt: null });
    const [january] = (await askEncirclement(db, requested('2021-01-15'))).posts;
    expect(january).toMatchObject({
      verdict: 'uncertain',
      reason: null,
      state: null,
      margin_m: { strict: null, lenient: null, bound: { strict: 'no_rear', lenient: 'no_rear' } },
      summary: expect.stringContaining('all ground that is stated as the rear of its side was closed to it'),
    });
    const evidence = await askPostEvidence(db, requested('2021-01-15'), { number: 1, operator: null, radiusM: null });
    expect(evidence.sentence).toContain('It is uncertain whether Post 1 (Birch post) was cut off on 15 January 2021');
    const [february] = (await askEncirclement(db, requested('2021-02-15'))).posts;
    expect(february?.verdict).toBe('not_encircled');
  });
});
