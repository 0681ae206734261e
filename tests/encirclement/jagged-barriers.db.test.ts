import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { measurePost, NORTH, ring } from '../setup/ground.js';

const TEETH = 300;

/** Hostile ground from x = 50·side km to a comb of teeth 400 m long, 120 m apart, whose tips stand at x = side·(tip + the bulge there). */
function comb(side: 1 | -1, tip: number, bulge: (y: number) => number): string {
  const teeth = Array.from({ length: 2 * TEETH + 1 }, (_, i): [number, number] => {
    const y = -20 + (40 * i) / (2 * TEETH);
    return [side * (tip + bulge(y) + (i % 2 ? 0 : 0.4)), y];
  });
  return ring([side * 50, -20], ...teeth, [side * 50, 20]);
}

onEachDatabase('barriers of hundreds of teeth', (open) => {
  // The corridor is 18 km from tip to tip at y = 0 and widens to both ends. The bulge is flat enough there for a tip to
  // stand where the disc is narrowest, to a metre.
  const bulge = (y: number) => (y * y) / 40;
  it('leave a corridor as wide as the room between their tips', async () => {
    const tip = 9;
    const post = await measurePost(await open(), {
      faces: [
        ['hostile', comb(1, tip, bulge)],
        ['hostile', comb(-1, tip, bulge)],
        ['hostile', 'env(-50,-50,50,-45)'],
      ],
      rest: 'own',
      anchor: NORTH,
      post: [0, -40],
    });
    expect(post).toMatchObject({ verdict: 'not_encircled', state: { strict: 'connected' } });
    expect((post.margin_m?.strict ?? 0) / 18_000).toBeCloseTo(1, 2);
  });
});
