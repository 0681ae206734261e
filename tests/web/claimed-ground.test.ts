import { beforeAll, describe, expect, test } from 'vitest';
import { browserFor, NO_BROWSER, picture, ready, SLOW, shows } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

/** Two parties, ground that one of them claims, and, where the day has it, ground that is contested. */
function map(status: readonly string[]) {
  const { features, ...rest } = strips([36.3, 36.6, 36.8], ['aland', 'borland', 'borland', 'aland']);
  const stated = features.map((feature, i) => {
    const party = status[i] === 'contested' ? null : feature.properties.party;
    return { ...feature, properties: { party, status: status[i] } };
  });
  return { ...rest, features: stated };
}

describe.skipIf(NO_BROWSER)('ground that a party claims and does not hold [needs /usr/bin/chromium]', () => {
  const service = serviceOn(() => database(BROWSED, 'claimed ground'));
  const browser = browserFor();

  beforeAll(async () => {
    const query = 'create=true&title=Claims&publisher=Us&licence=CC0-1.0&accuracy=500';
    for (const [date, status, more] of [
      ['2024-05-01', ['controlled', 'controlled', 'controlled', 'controlled'], `&${query}`],
      ['2024-05-02', ['controlled', 'controlled', 'claimed', 'controlled'], ''],
      ['2024-05-03', ['controlled', 'controlled', 'claimed', 'contested'], ''],
    ] as const) {
      const answer = await service.post(`/series/claims/snapshots?date=${date}${more}`, map(status));
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(203);
    }
  });

  test('is in the legend as it is on the map, and the claimant is named beside the figures', async () => {
    const { page } = await browser.page({ viewport: { width: 1300, height: 800 } });
    const legend = async (day: string) => {
      await page.goto(`${service.base}/?series=claims#date=${day}`);
      await page.reload();
      await ready(page);
      await shows(page, day);
      const entries = await page.locator('#legend li').allTextContents();
      return entries.filter((entry) => !/Changed|Front/.test(entry));
    };
    const note = page.locator('#balance > .fine');
    expect(await legend('2024-05-01')).toEqual(['aland', 'borland']);
    expect(await note.count()).toBe(0);
    // Nothing is hatched where all that is contested is claimed.
    expect(await legend('2024-05-02')).toEqual(['aland', 'borland', 'Claimed by borland']);
    expect(await note.textContent()).toBe('Contested ground includes what is claimed and not held: by borland.');
    expect(await legend('2024-05-03')).toEqual(['aland', 'borland', 'Claimed by borland', 'Contested']);
    expect(await page.locator('#balance th').allTextContents()).toContain('Contested');
    await picture(page, 'claimed-ground');
  });

  test('is in the legend of the other map of a comparison', async () => {
    const { page } = await browser.page({ viewport: { width: 1300, height: 800 } });
    await page.goto(`${service.base}/?series=claims#date=2024-05-01&compare=2024-05-02&mode=side`);
    await ready(page);
    await expect.poll(() => page.locator('#legend').textContent(), SLOW).toContain('Claimed by borland');
    expect(await page.locator('#legend').textContent()).not.toContain('Contested');
  });

  test("is in the legend of the service's drawing", async () => {
    const words = async (day: string) => {
      const svg = await (await service.get(`/maps/claims.svg?date=${day}`)).text();
      return [...svg.matchAll(/<text x="31"[^>]*>([^<]*)</g)].map(([, text]) => text);
    };
    expect(await words('2024-05-01')).toEqual(['aland', 'borland']);
    expect(await words('2024-05-03')).toEqual(['aland', 'borland', 'claimed by borland', 'contested']);
  });
});
