import type { Queryable } from '../../store/pool.js';
import type { Spot } from '../mesh.js';
import type { Corridor } from './corridor.js';
import { type Whereabouts, whereabouts } from './surroundings.sql.js';
import type { Located, Corridor as LocatedCorridor, LonLat } from './terms.js';

/** A point located by the nearest place. */
export function locatedAt(found: Whereabouts | undefined): Located {
  const { position = [Number.NaN, Number.NaN], place, place_name: name, place_distance_m: distance_m } = found ?? {};
  if (!place || !name || distance_m === null || distance_m === undefined) return { position, near: null };
  return { position, near: { place, name, distance_m, bearing: found?.place_bearing ?? null } };
}

/** A corridor of the working plane in CRS84, its neck located by the nearest place. */
export async function locateCorridor(
  tx: Queryable,
  edition: number,
  { neck, closure }: Corridor,
): Promise<LocatedCorridor> {
  const spots: Spot[] = [
    ...(neck ? [neck.middle, neck.from, neck.to] : []),
    ...closure.segments.flatMap((s) => [s.from, s.to]),
  ];
  const found = spots.length ? await whereabouts(tx, edition, spots) : [];
  const at = (i: number): LonLat => found[i]?.position ?? [Number.NaN, Number.NaN];
  const skip = neck ? 3 : 0;
  return {
    neck: neck && {
      width_m: neck.width_m,
      ...locatedAt(found[0]),
      segment: [at(1), at(2)] as [LonLat, LonLat],
      at_edge: neck.at_edge,
    },
    closure: {
      closure_m: closure.metres,
      at_least: closure.at_least,
      corridors: closure.corridors,
      segments: closure.segments.map(({ metres }, i) => ({
        segment: [at(skip + 2 * i), at(skip + 2 * i + 1)] as [LonLat, LonLat],
        metres,
      })),
    },
  };
}
