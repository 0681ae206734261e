import { expect, it } from 'vitest';
import { KIND_NAMES } from '../../../src/features/collection-kinds.js';
import { onEachDatabase } from '../../setup/databases.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import { type Items, linkTo, pagesOf } from './reading.js';

/** Orders by every type of property, with nulls, equal values and both directions. */
const ORDERS: Readonly<Record<string, string>> = {
  control: 'status,-km2',
  place: '-party,error_m,name',
  claim: '-latest,kind',
  event: 'dates_inferred,-earliest',
  encirclement: '-margin_lenient_m,margin_at_least',
  front: 'right,-length_km',
  snapshot: '-recorded_at',
  post: 'withdrawn_latest,-number',
};
/** What is the id of no feature of any kind. */
const GARBLED = ['xx!', 'Xx', ' ', '~', 'xx~W10', '2020-13-40.1~e30', '2020-01-28.1~e30', '2020-01-28.1~bm8'];

onEachDatabase('the cursor of a page', (db) => {
  const { get, json } = serviceOn(async () => m5(await db()));
  const items = (kind: string) => `/ogc/collections/m5_${kind}/items`;
  const refused = async (path: string) => {
    const answer = await get(path);
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };

  it.each(KIND_NAMES)('of %s that no page ends with is refused', async (kind) => {
    // `xx` may be the id of a claim or an event.
    for (const after of [...GARBLED, ...(/^(claim|event)/.test(kind) ? [] : ['xx', '2020-01-28.'])])
      expect(await refused(`${items(kind)}?limit=2&after=${encodeURIComponent(after)}`), after).toEqual([
        400,
        'invalid_parameter',
      ]);
  });

  it('that has no order’s values, or of another order, is refused where features are sorted', async () => {
    const sorted = `${items('control')}?limit=2&sortby=-km2`;
    const { links } = await json<Items>(sorted);
    const cursor = new URL(links.find(({ rel }) => rel === 'next')?.href ?? '').searchParams.get('after') ?? '';
    expect(cursor).toMatch(/^\d{4}-\d\d-\d\d\.\d+~/);
    const after = (text: string) => `after=${encodeURIComponent(text)}`;
    expect((await get(`${sorted}&${after(cursor)}`)).status).toBe(200);
    for (const path of [
      `${sorted}&${after('1999-01-01.7')}`,
      `${sorted}&${after(cursor.slice(0, -2))}`,
      `${items('control')}?limit=2&sortby=party&${after(cursor)}`,
      `${items('control')}?limit=2&sortby=-km2,party&${after(cursor)}`,
      `${items('control')}?limit=2&${after(cursor)}`,
      `${items('claim')}?limit=2&sortby=-latest&after=xx`,
    ])
      expect(await refused(path), path).toEqual([400, 'invalid_parameter']);
    // The id alone, as cursors were, leads on where the feature is there.
    const [id = ''] = cursor.split('~');
    const on = async (text: string) => (await json<Items>(`${sorted}&${after(text)}`)).features.map((one) => one.id);
    expect(await on(id)).toEqual(await on(cursor));
  });

  it.each(Object.entries(ORDERS))('leads through %s sorted by %s, none lost and none twice', async (kind, sortby) => {
    const of = `datetime=2020-01-28&sortby=${sortby}`;
    const all = (await json<Items>(`${items(kind)}?${of}&limit=1000`)).features.map(({ id }) => id);
    const pages = await pagesOf(get, `${items(kind)}?${of}&limit=${Math.ceil(all.length / 5)}`);
    expect(pages.flatMap(({ features }) => features.map(({ id }) => id))).toEqual(all);
  });

  it.each(Object.entries(ORDERS))(
    'of %s leads on where its feature is gone, sorted by %s and not',
    async (kind, sortby) => {
      for (const order of ['', `&sortby=${sortby}`]) {
        const query = `${items(kind)}?datetime=2020-01-28${order}`;
        const all = (await json<Items>(`${query}&limit=1000`)).features.map(({ id }) => id);
        for (const size of new Set([1, Math.floor(all.length / 2), all.length - 1].filter((one) => one > 0))) {
          const { links } = await json<Items>(`${query}&limit=${size}`);
          if (!links.some(({ rel }) => rel === 'next')) continue;
          const gone = encodeURIComponent(`id <> '${all[size - 1]}'`);
          const rest = await json<Items>(
            `${linkTo(links, 'next').replace(`limit=${size}`, 'limit=1000')}&filter=${gone}`,
          );
          expect(
            rest.features.map(({ id }) => id),
            `${order} ${size}`,
          ).toEqual(all.slice(size));
        }
      }
    },
  );
});
