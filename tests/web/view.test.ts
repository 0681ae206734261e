import { describe, expect, it } from 'vitest';
import { boundsIn, boundsOf, boxOf, tilesIn, viewOn } from '../../src/web/map/view.js';
import { ACROSS_180 } from '../setup/across-180.js';
import { box } from '../setup/good-input.js';

const NONE = { top: 0, right: 0, bottom: 0, left: 0 };
const { west, south, east, north } = ACROSS_180;
const across = [west, south, east, north] as const;

describe('what the page shows of a theatre across 180°', () => {
  it('is its ground, from the border or from the extent that the service states', () => {
    const coordinates = [[box(178, 50, 180, 52)], [box(-180, 50, -176, 52)]];
    expect(boundsOf({ type: 'MultiPolygon', coordinates })).toEqual(across);
    expect(boundsIn([west, south, east - 360, north])).toEqual(across);
    const view = viewOn(across, 800, 600, NONE);
    expect([view.lon, Math.round(view.lat)]).toEqual([-179, 51]);
    const [from, , to] = boxOf(view, 800, 600);
    expect([from, to].map((lon) => Math.round(lon * 1000) / 1000)).toEqual([-182, -176]);
  });

  it('takes the tiles on both sides', () => {
    const view = viewOn(across, 800, 600, NONE);
    const columns = new Set(tilesIn(view, 800, 600, 14, across).map((tile) => tile.split('/')[1]));
    expect([...columns]).toEqual(['63', '0']);
  });
});

it('what lies elsewhere has the box of its least and greatest longitudes, and the tiles in it', () => {
  const elsewhere = [-3, 50, 4, 52] as const;
  expect(boundsOf({ type: 'Polygon', coordinates: [box(...elsewhere)] })).toEqual(elsewhere);
  expect(boundsIn(elsewhere)).toEqual(elsewhere);
  const view = viewOn(elsewhere, 800, 600, NONE);
  expect(view.lon).toBeCloseTo(0.5, 9);
  expect(tilesIn(view, 800, 600, 14, elsewhere)).toEqual(['6/31/21', '6/32/21']);
  // The whole world is every tile of a zoom, none of them twice.
  const world = [-180, -85, 180, 85] as const;
  const tiles = tilesIn({ zoom: 2, lon: 0, lat: 0 }, 9000, 9000, 14, world);
  expect([tiles.length, new Set(tiles).size]).toEqual([16, 16]);
});
