import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import { parseTileAddress, tileAddress, tileBounds } from '../../src/tiles/address.js';

function refusal(z: string, x: string, y: string, maxZoom?: number): string {
  try {
    parseTileAddress(z, x, y, maxZoom);
  } catch (error) {
    if (error instanceof SalientError && error.code === 'invalid_tile') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a tile address', () => {
  it('is accepted for every tile of zooms 0 to 8, and for no neighbour of the grid', () => {
    for (let z = 0; z <= 8; z++) {
      const tiles = 2 ** z;
      for (let x = 0; x < tiles; x++) {
        const column = Array.from({ length: tiles }, (_, y) => parseTileAddress(`${z}`, `${x}`, `${y}`));
        expect(column).toEqual(Array.from({ length: tiles }, (_, y) => ({ z, x, y })));
        expect(refusal(`${z}`, `${x}`, `${tiles}`)).toBe(
          `y: ${tiles} is outside the grid of zoom ${z} 0 to ${tiles - 1}`,
        );
        expect(refusal(`${z}`, `${tiles}`, `${x}`)).toBe(
          `x: ${tiles} is outside the grid of zoom ${z} 0 to ${tiles - 1}`,
        );
        expect(refusal(`${z}`, '-1', `${x}`)).toBe('x: -1 is negative');
        expect(refusal(`${z}`, `${x}`, '-1')).toBe('y: -1 is negative');
      }
    }
  });

  it('is refused beyond the finest zoom', () => {
    expect(refusal('31', '0', '0')).toBe('z: 31 is outside zooms 0 to 22');
    expect(refusal('15', '0', '0', 14)).toBe('z: 15 is outside zooms 0 to 14');
    expect(refusal('14', '16383', '16383', 14)).toBe('accepted');
    expect(refusal('-1', '0', '0')).toBe('z: -1 is negative');
  });

  it.each(['', ' 1', '1 ', '1.0', '1e1', '0x1', '+1', '01', 'NaN', 'a', '１', '99999999999999999999'])(
    'has one way of writing: %j is not a whole number',
    (text) => {
      expect(refusal('5', text, '0')).toBe(`x: ${JSON.stringify(text)} is not a whole number`);
      expect(refusal(text, '0', '0')).toContain('z: ');
    },
  );

  it('has bounds that meet those of its neighbours, and the world at zoom 0', () => {
    const [west, south, east, north] = tileBounds(tileAddress(0, 0, 0));
    expect([west, east]).toEqual([-180, 180]);
    expect(north).toBeCloseTo(85.0511287798, 9);
    expect(south).toBeCloseTo(-85.0511287798, 9);
    const tile = tileBounds(tileAddress(9, 307, 202));
    expect(tileBounds(tileAddress(9, 308, 202))[0]).toBe(tile[2]);
    expect(tileBounds(tileAddress(9, 307, 203))[3]).toBe(tile[1]);
  });
});
