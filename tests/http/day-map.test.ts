import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const DAY = '2020-03-05';

onEachDatabase('the picture of a day', (db) => {
  const { get, json } = serviceOn(async () => m5(await db()));
  const picture = async (query: string) => (await get(`/maps/m5.svg?date=${DAY}${query}`)).text();
  /** The class of each post's sign by its number. */
  const signs = (svg: string) =>
    new Map([...svg.matchAll(/<g class="post-(\w+)"(?:(?!<\/g>).)*>(\d+)<\/text><\/g>/gs)].map(([, of, n]) => [n, of]));

  it('shows an uncertain post as neither cut off nor open, by shape and colour, and says so', async () => {
    const { posts } = await json<{ posts: { number: number; verdict: string; grade: string | null }[] }>(
      `/encirclement?series=m5&date=${DAY}`,
    );
    expect(posts.find(({ number }) => number === 3)?.verdict).toBe('uncertain');
    for (const query of ['', '&frame=none']) {
      const drawn = signs(await picture(query));
      expect([drawn.get('1'), drawn.get('3')]).toEqual(['open', 'uncertain']);
      for (const { number, verdict, grade } of posts) {
        const standing = verdict === 'not_encircled' ? (grade === 'narrow' ? 'narrow' : 'open') : verdict;
        expect([number, drawn.get(String(number))]).toEqual([number, standing]);
      }
    }
    const words = [...(await picture('')).matchAll(/<text[^>]*>(post[^<]*)</g)].map(([, text]) => text);
    expect(words).toEqual(expect.arrayContaining(['post not cut off', 'post uncertain', 'post cut off']));
    const uncertain = /<g class="post-uncertain"[^>]*>(<[^>]*>)/.exec(await picture(''))?.[1];
    expect(uncertain).toMatch(/^<path d="M16 1.8 L30.2 16 .*fill="#6d4c9f"/);
  });
});
