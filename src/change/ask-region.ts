import { SalientError } from '../errors.js';
import type { Db } from '../store/pool.js';
import { type ChangeRequest, pairEnvelope, patchFeature, resolvePair } from './ask.js';
import { disputedBands } from './disputed.js';
import type { Region } from './region.js';
import { measureRegion, scopeOf } from './region-matrix.js';

async function measured(db: Db, requested: ChangeRequest, region: Region) {
  if (requested.to < requested.from) {
    throw new SalientError(
      'invalid_parameter',
      `to: ${requested.to} is before from, ${requested.from}; in a region days go forward`,
    );
  }
  const [before, after] = await resolvePair(db, requested);
  const scope = await scopeOf(db, after, region);
  const ground = await measureRegion(db, before, after, scope);
  const geometry = scope && (JSON.parse(scope.geometry) as unknown);
  return { before, after, ground, region: { kind: region.kind, km2: ground.figures.theatre_km2, geometry } };
}

/**
 * What passed from whom to whom inside a region: a polygon or everything within a distance of a road. The same matrix,
 * kinds, noise floor and disputed range as of the whole theatre, cut in the working plane; it balances by itself.
 * @throws SalientError `unknown_route`, `invalid_parameter`, `imbalance`
 */
export async function askChangeIn(db: Db, requested: ChangeRequest, region: Region) {
  const { before, after, ground, region: reported } = await measured(db, requested, region);
  return {
    ...pairEnvelope(before, after),
    region: reported,
    ...ground.figures,
    ...ground.kinds,
    parties: ground.figures.parties.map((row) => ({ ...row, noise_km2: ground.noiseOf(row.party).each_way_km2 })),
    noise: ground.noise,
    disputed: disputedBands(ground.claimed),
  };
}

/** The ground of a region that changed its class, as patches cut by its edge. */
export async function askPatchesIn(db: Db, requested: ChangeRequest, region: Region) {
  const { before, after, ground, region: reported } = await measured(db, requested, region);
  const changed = ground.figures.changed_km2 * 1e6;
  return {
    type: 'FeatureCollection' as const,
    ...pairEnvelope(before, after),
    region: { kind: reported.kind, km2: reported.km2 },
    merged_m: after.statement.accuracy_m,
    features: ground.patches.map((row) => patchFeature(row, changed)),
  };
}
