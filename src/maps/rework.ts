import { SalientError } from '../errors.js';
import type { Mapping } from '../formats/mapping.js';
import type { Polygon } from '../geometry/geojson-geometry.js';
import { fromWkb } from '../geometry/wkb.js';
import { contentHash } from '../store/content-hash.js';
import { meanwhile } from '../store/meanwhile.js';
import type { Queryable } from '../store/pool.js';
import { drawnSpacing } from './drawn-spacing.js';
import { gapOf, measureStaged } from './measure.js';
import { type AreaFacts, type CompactSnapshot, packDay } from './packed-areas.js';
import { completeStaged, settleStaged, trimStaged } from './repair/repair.js';
import { type MapRules, mayRework } from './repair/rules.js';
import type { SnapshotMeasures } from './review/judge-snapshot.js';
import { stageAreas, stagedPolygons } from './staging.sql.js';
import { linesBeside } from './theatre/border-lines-thread.js';
import type { Frame } from './theatre/frame-edges.js';

/** All that decides what becomes of a map, but the map. */
export interface HowReworked {
  /** Number of the theatre's edition. */
  edition: number;
  frame: Frame;
  rules: MapRules;
  mapping: Mapping | null;
  /** Of the series. */
  accuracyM: number;
}

/** A map as it will be stored, the rules applied, and measured by itself. */
export interface ReworkedMap {
  map: CompactSnapshot;
  /** Whether the rules made another map of it than was read. */
  changed: boolean;
  measures: SnapshotMeasures;
  notes: string[];
  /** How far apart the vertices were drawn of the map as it was read (`drawnSpacing`), metres. */
  spacingM: number | null;
}

/** Hash of all of it; the frame is that of the edition. */
export const hashOfHow = ({ edition, rules, mapping, accuracyM }: HowReworked): string =>
  contentHash([edition, rules, mapping, accuracyM]);

/**
 * Stages a map, applies the rules and measures it: it lies in the table `staged` as it will be stored. What this process has to
 * compute of it, it does while the database measures.
 * @throws SalientError as `settleStaged`, and `invalid_snapshot` when nothing of the map is left
 */
export async function rework(tx: Queryable, how: HowReworked, asRead: CompactSnapshot): Promise<ReworkedMap> {
  const { edition, frame, rules, mapping, accuracyM } = how;
  await stageAreas(tx, asRead.areas);
  const trim = await trimStaged(tx, edition, rules, mapping);
  // What the rules may still change is not worth an overlay of the whole: the gap is measured of what is stored.
  const [trimmed, { spacingM, early }] = await meanwhile(measureStaged(tx, edition, { gap: false }), async () => {
    const early = mayRework(rules, mapping) ? null : earlyLines(asRead, frame);
    return { spacingM: spacingOf(asRead, frame), early: await early };
  });
  if (!isValid(trimmed)) {
    const map = trim.changed ? packed(asRead, await stagedPolygons(tx), trim.notes) : asRead;
    return { map, changed: trim.changed, measures: trimmed, notes: trim.notes, spacingM };
  }
  const settled = await settleStaged(tx, edition, trimmed, rules, mapping);
  const completed = await completeStaged(tx, edition, rules, accuracyM);
  const done = [trim, settled, completed];
  const notes = done.flatMap((one) => one.notes);
  const polygons = done.some((one) => one.changed) ? await stagedPolygons(tx) : null;
  const free = settled.changed || trimmed.overlaps.wide.length === 0;
  const again = settled.changed || completed.changed;
  const [measures, map] = await meanwhile(
    again ? measureStaged(tx, edition, { settled: free, gap: false }) : Promise.resolve(trimmed),
    () => (polygons ? packed(asRead, polygons, notes) : asRead),
  );
  const [gap_km2, lines] = await meanwhile(
    isValid(measures) ? gapOf(tx, edition, measures) : Promise.resolve(0),
    () => (polygons ? null : early) ?? linesBeside(map, frame.polygons),
  );
  return {
    map: lines ? { ...map, lines } : map,
    changed: polygons !== null,
    measures: { ...measures, gap_km2, rest_km2: completed.restKm2 },
    notes,
    spacingM,
  };
}

const isValid = ({ areas }: SnapshotMeasures) => areas.every(({ valid }) => valid);

/** Null for lines that cannot be made: the database finds out, meanwhile, what is wrong with the map. */
function earlyLines(map: CompactSnapshot, { polygons }: Frame): Promise<Uint8Array | null> {
  return linesBeside(map, polygons).catch(() => null);
}

function spacingOf({ areas }: CompactSnapshot, { onFrame }: Frame): number | null {
  return drawnSpacing(
    areas.map(({ wkb, spacingM }) => ({ polygons: polygonsOf(wkb), spacingM })),
    onFrame,
  );
}

function packed(
  { date }: CompactSnapshot,
  areas: readonly (AreaFacts & { wkb: Uint8Array })[],
  notes: readonly string[],
): CompactSnapshot {
  if (areas.length === 0) {
    throw new SalientError(
      'invalid_snapshot',
      `nothing of the map of ${date} is left: ${notes.join('; ')}: import it without the rule that left it out (--outside, --repair, farther_than_km of the mapping)`,
    );
  }
  return packDay(
    date,
    areas.map((area) => ({ ...area, polygons: polygonsOf(area.wkb) })),
  );
}

const polygonsOf = (wkb: Uint8Array) => (fromWkb(wkb).geometry as { coordinates: Polygon[] }).coordinates;
