/**
 * A model of people who read a dated map on a page: which tiles they ask for, in the order in which they ask. Deterministic, and as
 * long as somebody takes from it. What a reader's browser has had it does not ask for again.
 */
import { seeded } from '../../setup/mesh-world.js';

export interface Tile {
  z: number;
  x: number;
  y: number;
}

/** What one reader does next: looks at a day, and asks for the tiles of the view that are new to the browser. */
export interface Look {
  /** Number of the reader; a new one has an empty browser. */
  reader: number;
  /** Number of the day in the slider, the newest last; whether it is another than before. */
  day: number;
  turned: boolean;
  tiles: Tile[];
}

export interface Model {
  days: number;
  /** What people look at, lon, lat; the first are looked at most. */
  places: readonly (readonly [number, number])[];
  seed: number;
  /** Whether a tile has all days (an archive of a span): then the slider costs nothing. */
  allDaysInOne?: boolean;
}

/** Zooms at which a map is opened, and how often of a hundred. */
const ZOOMS = [
  [6, 20],
  [7, 30],
  [8, 25],
  [9, 15],
  [10, 7],
  [11, 3],
] as const;
/** Half of all readers open the newest day; the older a day, the fewer. */
const NEWEST = 0.5;
/** What is done next, of a hundred: a step of the slider, a drag to any day, a pan, a zoom, going away. */
const STEP = 62;
const DRAG = 12;
const PAN = 11;
const ZOOM = 10;
/** A view of 1,280 × 800 pixels on tiles of 512: four columns, three rows. */
const COLUMNS = 4;
const ROWS = 3;

export function* looks({ days, places, seed, allDaysInOne = false }: Model): Generator<Look> {
  const random = seeded(seed);
  // The k-th is looked at as often as one divided by k (Zipf).
  const ranked = (count: number) => Math.min(count, Math.floor((count + 1) ** random())) - 1;
  for (let reader = 0; ; reader++) {
    let day = random() < NEWEST ? days - 1 : days - 1 - ranked(days);
    const [lon, lat] = places[ranked(places.length)] as readonly [number, number];
    let z = zoomOf(100 * random());
    let { x, y } = tileAt(lon, lat, z);
    let turned = true;
    let way = random() < 0.5 ? 1 : -1;
    const seen = new Set<string>();
    for (;;) {
      const tiles: Tile[] = [];
      for (let column = 0; column < COLUMNS; column++) {
        for (let row = 0; row < ROWS; row++) {
          const tile = { z, x: x + column - 1, y: y + row - 1 };
          const key = `${allDaysInOne ? '' : day} ${z} ${tile.x} ${tile.y}`;
          if (seen.has(key) || tile.x < 0 || tile.y < 0 || tile.x >= 2 ** z || tile.y >= 2 ** z) continue;
          seen.add(key);
          tiles.push(tile);
        }
      }
      yield { reader, day, turned, tiles };
      const next = 100 * random();
      turned = next < STEP + DRAG;
      if (next < STEP) {
        if (day + way < 0 || day + way >= days) way = -way;
        day = Math.max(0, Math.min(days - 1, day + way));
      } else if (next < STEP + DRAG) day = Math.floor(days * random());
      else if (next < STEP + DRAG + PAN) {
        x += random() < 0.5 ? 1 : -1;
        y += random() < 0.5 ? 1 : 0;
      } else if (next < STEP + DRAG + PAN + ZOOM) {
        const closer = z < 11 && (z <= 6 || random() < 0.6);
        [x, y] = closer ? [2 * x + 1, 2 * y + 1] : [x >> 1, y >> 1];
        z += closer ? 1 : -1;
      } else break;
    }
  }
}

function zoomOf(of100: number): number {
  let sum = 0;
  for (const [zoom, share] of ZOOMS) {
    sum += share;
    if (of100 < sum) return zoom;
  }
  return 8;
}

function tileAt(lon: number, lat: number, z: number): { x: number; y: number } {
  const y = (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
  return { x: Math.floor(((lon + 180) / 360) * 2 ** z), y: Math.floor(y * 2 ** z) };
}
