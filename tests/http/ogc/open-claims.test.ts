import { expect, it } from 'vitest';
import { loadBundle } from '../../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../../src/series/bundle/read-bundle.js';
import { onEachDatabase } from '../../setup/databases.js';
import { serviceOn } from '../../setup/service.js';
import { valley } from '../../setup/valley.js';
import type { Items } from './reading.js';

/** Kinds whose claims may lack a latest day (geodata/README.md), and the others. */
const MAY_BE_OPEN = ['expected', 'held', 'denied', 'access'];
const WITH_AN_END = ['captured', 'lost', 'contested', 'besieged'];

const claim = (id: string, kind: string, earliest: string, latest: string) =>
  `${id},${kind},at,cedar,,,south,${earliest},${latest},2021-03-02,press,,,,false,`;
const CLAIMS = [
  ...MAY_BE_OPEN.map((kind) => claim(`${kind}-open`, kind, '2021-03-10', '')),
  ...[...MAY_BE_OPEN, ...WITH_AN_END].map((kind) => claim(`${kind}-ended`, kind, '2021-03-10', '2021-03-12')),
  claim('held-since-ever', 'held', '', '2021-03-01'),
  claim('held-undated', 'held', '', ''),
];

onEachDatabase('claims whose days are open', (db) => {
  const ID = 'open-claims';
  const { json } = serviceOn(async () => {
    const store = await db();
    const stated = (text: string) => `${text.split('\n')[0]}\n${CLAIMS.join('\n')}\n`;
    await loadBundle(store, parseBundle(valley(ID, { 'claims.csv': stated })), () => {});
    return store;
  });
  const idsOf = async (query: string) => {
    const { features } = await json<Items>(`/ogc/collections/${ID}_claim/items?${query}`);
    return features.map(({ id }) => id).sort();
  };
  /** `datetime` and an interval of CQL2 choose the same. */
  const on = async (day: string) => {
    const ids = await idsOf(`datetime=${day}`);
    const filter = `T_INTERSECTS(INTERVAL(earliest, latest), DATE('${day}'))`;
    expect(await idsOf(`filter=${encodeURIComponent(filter)}`), day).toEqual(ids);
    return ids;
  };
  const open = MAY_BE_OPEN.map((kind) => `${kind}-open`);
  const ended = [...MAY_BE_OPEN, ...WITH_AN_END].map((kind) => `${kind}-ended`);

  it('hold on without end of every kind that may lack a latest day, and until it of every kind that has one', async () => {
    expect(await on('2021-03-09')).toEqual(['held-undated']);
    for (const day of ['2021-03-10', '2021-03-12'])
      expect(await on(day)).toEqual([...open, ...ended, 'held-undated'].sort());
    for (const day of ['2021-03-13', '2025-01-01']) expect(await on(day)).toEqual([...open, 'held-undated'].sort());
  });

  it('hold since ever where only the latest day is known', async () => {
    for (const day of ['2020-01-01', '2021-03-01']) expect(await on(day)).toEqual(['held-since-ever', 'held-undated']);
  });

  it('reach without end in an interval and in the extent of the collection', async () => {
    expect(await idsOf('datetime=2022-01-01/..')).toEqual([...open, 'held-undated'].sort());
    const { extent } = await json<{ extent: { temporal: { interval: unknown } } }>(`/ogc/collections/${ID}_claim`);
    expect(extent.temporal.interval).toEqual([[null, null]]);
    const between = encodeURIComponent(
      "T_DURING(INTERVAL(earliest, latest), INTERVAL(DATE('2021-03-09'), DATE('2021-03-13')))",
    );
    expect(await idsOf(`filter=${between}`)).toEqual(ended.sort());
  });
});
