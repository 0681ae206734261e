import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

const POINTS = 30;
/** Spellings of what is one client, and of as many clients as there are lines. */
const ONE: Readonly<Record<string, readonly string[]>> = {
  'an IPv4 address with ports': ['6.6.6.8:1000', '6.6.6.8:1001', '6.6.6.8', ' 6.6.6.8 ', '1.1.1.1, 6.6.6.8:7'],
  'an IPv4 address mapped into IPv6': [
    '1.2.3.4',
    '::ffff:1.2.3.4',
    '::ffff:102:304',
    '::FFFF:0102:0304',
    '[::ffff:1.2.3.4]:80',
  ],
  'an IPv6 address': [
    '2001:db8:5::1',
    '2001:DB8:5::1',
    '2001:0db8:5:0:0:0:0:1',
    '[2001:db8:5::1]:443',
    '[2001:db8:5::1]',
  ],
  'a network of IPv6': Array.from({ length: 120 }, (_, n) => `2001:db8:9::${(n + 1).toString(16)}`),
  'another of which more is written': Array.from({ length: 120 }, (_, n) => `2001:db8:8:7:${n}::1`),
};
const MANY = Array.from({ length: 40 }, (_, n) => [`2001:db8:1:${n.toString(16)}::1`, `9.9.9.${n}:80`]).flat();

onEachDatabase('the limit of a client', (db) => {
  const service = serviceOn(db, { proxies: ['::ffff:127.0.0.1'], clientPoints: POINTS });
  /** Ten at a time: for more at once the service may have no room. */
  const statuses = async (from: readonly string[], requests: number) => {
    const found: number[] = [];
    while (found.length < requests) {
      const asked = Array.from({ length: Math.min(10, requests - found.length) }, (_, n) =>
        service.raw('/snapshots', { 'x-forwarded-for': from[(found.length + n) % from.length] as string }),
      );
      found.push(...(await Promise.all(asked)).map(({ status }) => status));
    }
    return found;
  };

  it.each(Object.entries(ONE))('is one for %s, however it is written', async (_, from) => {
    const found = await statuses(from, 120);
    expect(found.filter((status) => status === 200)).toHaveLength(POINTS);
    expect(found.filter((status) => status === 429)).toHaveLength(120 - POINTS);
  });

  it('is one for each client', async () => {
    expect(new Set(await statuses(MANY, MANY.length * 3))).toEqual(new Set([200]));
  });
});
