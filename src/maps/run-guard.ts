import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import type { CompactSnapshot } from './packed-areas.js';
import type { Bounds } from './review/judge-snapshot.js';

/** What a run has brought for a day. */
interface Brought {
  file: string;
  holders: Set<string>;
  bounds: Bounds;
}

/** Runs are remembered until so many others have begun. */
const RUNS = 16;
/** Less of the smaller extent in common, and two maps of a day are parts of one. */
const COMMON_SHARE = 0.1;

/**
 * Remembers what each run of files has brought. A later file for a day replaces the map of it, as a revision; but one that
 * shows nobody whom the earlier shows, or other ground, can only be a part of the same map, and the last part would stand alone.
 */
export function createRunGuard() {
  const runs = new Map<string, Map<IsoDate, Brought>>();
  const daysOf = (run: string) => {
    const days = runs.get(run) ?? new Map<IsoDate, Brought>();
    runs.delete(run);
    runs.set(run, days);
    for (const oldest of runs.keys()) if (runs.size > RUNS) runs.delete(oldest);
    return days;
  };
  return {
    /** @throws SalientError `invalid_snapshot` when a map of the file is a part of one that the run has brought */
    check(run: string | null, file: string, maps: readonly CompactSnapshot[]): void {
      if (run === null) return;
      for (const map of maps) {
        const earlier = daysOf(run).get(map.date);
        if (!earlier || earlier.file === file) continue;
        const now = broughtBy(file, map);
        const others = [...now.holders].every((holder) => !earlier.holders.has(holder));
        if (!others && inCommon(earlier.bounds, now.bounds) > COMMON_SHARE) continue;
        const message = `the map of ${map.date} came from ${earlier.file} already, and ${file} shows ${others ? 'none of its parties' : 'other ground'}: --parts makes them parts of one map`;
        throw new SalientError('invalid_snapshot', message, [{ code: 'parts', at: '', message }]);
      }
    },
    remember(run: string | null, file: string, maps: readonly CompactSnapshot[]): void {
      if (run !== null) for (const map of maps) daysOf(run).set(map.date, broughtBy(file, map));
    },
  };
}

function broughtBy(file: string, { areas }: CompactSnapshot): Brought {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [west, south, east, north] of areas.flatMap(({ parts }) => parts)) {
    bounds[0] = Math.min(bounds[0], west);
    bounds[1] = Math.min(bounds[1], south);
    bounds[2] = Math.max(bounds[2], east);
    bounds[3] = Math.max(bounds[3], north);
  }
  return { file, holders: new Set(areas.map(({ party, status }) => party ?? status)), bounds };
}

/** The share of the smaller extent that both cover. */
function inCommon(a: Bounds, b: Bounds): number {
  const size = ([west, south, east, north]: Bounds) => Math.max(0, east - west) * Math.max(0, north - south);
  const shared = size([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
  return shared / Math.min(size(a), size(b));
}
