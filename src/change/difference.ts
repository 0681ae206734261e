import { setImmediate as yielded } from 'node:timers/promises';
import { type BorderEdges, borderEdgesOf } from '../coverage/border-edges.js';
import { differingLines, holdersAt } from '../coverage/differing.js';
import { edgeTable, type HeldFace, type Holder } from '../coverage/edge-table.js';
import { linesToWkb } from '../geometry/wkb.js';
import type { Queryable } from '../store/pool.js';
import { facesBetween, facesOfBoth } from './difference.sql.js';
import type { ClaimedTransition } from './overlay.sql.js';

/** What two maps differ by. */
export interface Difference {
  borders: BorderEdges;
  /** As `changeByOverlay` has them. What stayed is the later area less what came from others: the rows are its check. */
  rows: ClaimedTransition[];
}

/**
 * What passed between two revisions in one projection, and their borders, from the edges in which their faces differ: only
 * the ground between these is noded and cut into faces (methods B.3). Null where the maps are too large for it.
 */
export async function differenceOf(db: Queryable, from: number, to: number): Promise<Difference | null> {
  const faces = await facesOfBoth(db, from, to);
  if (!faces) return null;
  // Of large maps each of these takes some ten milliseconds: others get their turn between them.
  const table = edgeTable(faces);
  await yielded();
  const lines = differingLines(table);
  await yielded();
  const pieces = lines.length === 0 ? [] : await facesBetween(db, linesToWkb(lines));
  const held = holdersAt(table, pieces);
  const passed = pieces.flatMap(({ m2 }, index) => {
    const [before, after] = held[index] as [number, number];
    if (before === 0 || after === 0 || before === after) return [];
    return [{ before: table.holders[before - 1] as Holder, after: table.holders[after - 1] as Holder, m2 }];
  });
  const rows = transitions(passed, faces);
  await yielded();
  return { borders: borderEdgesOf(table), rows };
}

function transitions(
  passed: readonly { before: Holder; after: Holder; m2: number }[],
  faces: readonly HeldFace[],
): ClaimedTransition[] {
  const cells = new Map<string, { row: ClaimedTransition; areas: number[] }>();
  const add = (before: Holder, after: Holder, m2: number) => {
    const row = {
      from_class: before.class,
      from_claimant: before.claimant,
      to_class: after.class,
      to_claimant: after.claimant,
      m2: 0,
    };
    const key = JSON.stringify([row.from_class, row.from_claimant, row.to_class, row.to_claimant]);
    const cell = cells.get(key) ?? { row, areas: [] };
    cell.areas.push(m2);
    cells.set(key, cell);
  };
  for (const { before, after, m2 } of passed) {
    add(before, after, m2);
    add(after, after, -m2);
  }
  for (const face of faces) if (face.map === 2) add(face, face, face.area_m2);
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { row, areas }]) => {
      // In order of size: else the last digit is another in a store that was restored.
      const m2 = areas.sort((a, b) => a - b).reduce((sum, area) => sum + area, 0);
      // Of ground that all passed on, rounding is left.
      return m2 > 1e-10 * areas.reduce((sum, area) => sum + Math.abs(area), 0) ? [{ ...row, m2 }] : [];
    });
}
