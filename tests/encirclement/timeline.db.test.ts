import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { askTimeline } from '../../src/encirclement/timeline.js';
import { routeChart } from '../../src/reports/render/pictures/route-chart.js';
import { timelineMarkdown } from '../../src/reports/render/timeline-markdown.js';
import { askRouteHistory } from '../../src/routes/ask.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { askSeries } from '../../src/series/list.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { valley } from '../setup/valley.js';

const SERIES = 'timeline-valley';

onEachDatabase('the timeline of a series', (db) => {
  const loaded = async () => {
    const claims = (text: string) =>
      `${text}birch-convoy,access,near,birch,uplanders/1,the post,south,2021-04-01,,2021-04-02,press,,,,false,\n`;
    const store = await db();
    await loadBundle(store, parseBundle(valley(SERIES, { 'claims.csv': claims })), () => {});
    await deriveSeries(store, SERIES, {}, () => {});
    return store;
  };

  it('has an interval per verdict, pocket and engulfed apart, each with the evidence of its first day', async () => {
    const { posts } = await askTimeline(await loaded(), { series: SERIES, knownAt: null });
    const [post] = posts;
    expect(post?.intervals).toMatchObject([
      { from: '2021-01-01', to: '2021-03-01', verdict: 'not_encircled', evidence: { pocket: null } },
      { from: '2021-03-01', to: '2021-04-01', verdict: 'encircled', state: { lenient: 'pocket' } },
      {
        from: '2021-04-01',
        to: null,
        verdict: 'encircled',
        state: { lenient: 'engulfed' },
        evidence: { open_share: 0 },
      },
    ]);
    const [, pocket, overrun] = post?.intervals ?? [];
    expect(Object.keys(pocket?.evidence?.pocket?.ring ?? {})).toContain('south');
    expect(pocket?.evidence?.pocket?.places.map(({ place }) => place)).toEqual(['birch']);
    expect(overrun?.statements?.map(({ kind }) => kind)).toEqual(['access']);
    expect(overrun?.sentence).toContain('closed since 1 March 2021; overrun around it since 1 April 2021');
  });

  it('is a Markdown table: a row per interval, every cell in its column', async () => {
    const text = timelineMarkdown(await askTimeline(await loaded(), { series: SERIES, knownAt: null }));
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(5);
    expect(new Set(rows.map((row) => row.split(/(?<!\\)\|/).length))).toEqual(new Set([11]));
    expect(rows[2]).toMatch(/^\| 1 Birch post \| not encircled, \w+ \| 2021-01-01 \| 2021-03-01 \|/);
    expect(rows[4]).toContain(
      '*Reported as reached or supplied by agreement from 1 April 2021 on (The Valley News, press).*',
    );
  });

  it('a series without posts has an empty one', async () => {
    const bare = (text: string) => `${text.split('\n')[0]}\n`;
    const id = 'timeline-bare';
    await loadBundle(await db(), parseBundle(valley(id, { 'posts.csv': bare })), () => {});
    await deriveSeries(await db(), id, {}, () => {});
    expect((await askTimeline(await db(), { series: id, knownAt: null })).posts).toEqual([]);
  });
});

const chartOf = async (store: Db, series: string, route: string) => {
  const parties = (await askSeries(store)).find(({ id }) => id === series)?.parties ?? [];
  return routeChart(await askRouteHistory(store, { series, knownAt: null }, route), parties);
};

onEachDatabase('the chart of a route', (db) => {
  it('of the M5 is the one in docs', async () => {
    const file = join(PROJECT_ROOT, 'docs/m5-route.svg');
    const drawn = await chartOf(await m5(await db()), 'm5', 'M5');
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, drawn);
    expect(drawn).toBe(readFileSync(file, 'utf8'));
  });
});
