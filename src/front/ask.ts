import { featureFromText } from '../geometry/feature-from-text.js';
import { type AsOf, type AsOfRequest, envelope, resolve } from '../series/as-of.js';
import { once } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import { grayStrips, type StripRow } from './gray-strips.js';
import { frontLengths, perimeters } from './lengths.js';
import { type FrontRow, frontLines } from './lines.sql.js';
import { classLines, type PartitionEdges, partitionEdges } from './partition-edges.js';
import { pocketsOn } from './pockets.js';

/** Published with every length: a front has none without it (methods D.3). */
export const RULER_M = 500;

export interface Fronts {
  lines: FrontRow[];
  strips: StripRow[];
}

/** Lines and strips of the resolved day, measured once. Strips between allies are left out. */
export function frontsOn(
  db: Queryable,
  asOf: Pick<AsOf, 'revision' | 'edition' | 'since'>,
  walked: () => Promise<PartitionEdges> = () => partitionEdges(db, asOf.revision),
): Promise<Fronts> {
  const { revision, edition, since } = asOf;
  return once(db, 'front-4', [revision, edition, since, RULER_M], async () => {
    const partition = await walked();
    const input = { revision, edition, date: since, rulerM: RULER_M };
    const [lines, strips] = await Promise.all([
      frontLines(db, input, classLines(partition)),
      grayStrips(db, revision, partition, RULER_M),
    ]);
    const allied = new Set(lines.filter((row) => row.kind === 'allied').map(({ left, right }) => `${left} ${right}`));
    return { lines, strips: strips.filter(({ left, right }) => !allied.has(`${left} ${right}`)) };
  });
}

/**
 * The lines between ground of different classes, left and right by direction, and the strips of disputed or unknown
 * ground between two parties, each as its mid-line (methods D). Lengths as drawn and with the ruler. Beside them the
 * pockets: ground of a party cut off from the rest of it.
 */
export async function askFront(db: Queryable, requested: AsOfRequest) {
  const asOf = await resolve(db, requested);
  let partition: Promise<PartitionEdges> | undefined;
  // Walked once, and only where something is not in the cache.
  const walked = () => {
    partition ??= partitionEdges(db, asOf.revision);
    return partition;
  };
  const [{ lines, strips }, pockets] = await Promise.all([frontsOn(db, asOf, walked), pocketsOn(db, asOf, walked)]);
  const classes = [
    ...new Set(lines.map((row) => row.left).concat(lines.filter(inside).map((row) => row.right as string))),
  ];
  return {
    type: 'FeatureCollection' as const,
    ...envelope(asOf),
    licence: asOf.statement.licence,
    ruler_m: RULER_M,
    fronts: frontLengths(lines, strips),
    perimeters: perimeters(lines, classes.sort()),
    pockets,
    features: [...lines.map(lineFeature), ...strips.map(stripFeature)],
  };
}

const inside = ({ kind }: FrontRow) => kind === 'front' || kind === 'allied' || kind === 'gray';

function lineFeature({ left, right, kind, length_m, ruled_m, minkowski_m, geometry }: FrontRow) {
  const id = `${kind}-${left}-${right ?? 'outside'}`;
  const lengths = { length_km: length_m / 1000, ruled_km: ruled_m / 1000, minkowski_km: minkowski_m / 1000 };
  return featureFromText(id, geometry, { id, left, right, kind, ...lengths });
}

function stripFeature(row: StripRow) {
  const { strip, left, right, geometry } = row;
  const id = `strip-${strip}-${left}-${right}`;
  const properties = {
    id,
    left,
    right,
    kind: 'strip' as const,
    length_km: row.middle_m / 1000,
    ruled_km: row.middle_ruled_m / 1000,
    area_km2: row.area_m2 / 1e6,
    contested_km2: row.contested_m2 / 1e6,
    mean_width_m: row.area_m2 / row.middle_m,
    left_edge_km: row.left_edge_m / 1000,
    right_edge_km: row.right_edge_m / 1000,
  };
  return featureFromText(id, geometry, properties);
}
