import Flatbush from 'flatbush';
import type { Bounds } from '../geometry/bounds.js';
import { openMemo } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import { boxesOfAreas, countAreas } from './maps.sql.js';

/** Which areas of a map lie in a box: the boxes of a map's areas are read once, for a stored map never changes. */
export interface AreaBoxes {
  /** Numbers of the areas whose boxes meet a box; null: the map has too many to remember; the database has them. */
  near(revision: number, box: Bounds): Promise<number[] | null>;
}

const MOST_AREAS = 200_000;
const REMEMBERED = 64 << 20;
/** Four coordinates and a place in the tree, and the number of the area. */
const AREA_BYTES = 48;

interface Index {
  tree: Flatbush | null;
  nos: Int32Array;
}

export function openAreaBoxes(db: Queryable): AreaBoxes {
  const indexes = openMemo<Index>({ maxBytes: REMEMBERED, bytesOf: ({ nos }) => 200 + AREA_BYTES * nos.length });
  return {
    async near(revision, [west, south, east, north]) {
      const { tree, nos } = await indexes.once(String(revision), () => read(db, revision));
      return tree?.search(west, south, east, north).map((place) => nos[place] as number) ?? null;
    },
  };
}

async function read(db: Queryable, revision: number): Promise<Index> {
  const count = await countAreas(db, revision);
  if (count === 0 || count > MOST_AREAS) return { tree: null, nos: new Int32Array() };
  const boxes = await boxesOfAreas(db, revision);
  const tree = new Flatbush(boxes.length);
  for (const { west, south, east, north } of boxes) tree.add(west, south, east, north);
  tree.finish();
  return { tree, nos: Int32Array.from(boxes, ({ no }) => no) };
}
