import type { ChangeRequest } from '../change/ask.js';
import { type OtherStep, otherSteps } from '../change/matrix.js';
import { SalientError } from '../errors.js';
import { featureFromText } from '../geometry/feature-from-text.js';
import { type AsOf, type AsOfRequest, daysBetween, envelope, resolve } from '../series/as-of.js';
import { unknownOn } from '../series/coverage.js';
import { stepRows } from '../series/steps.sql.js';
import { AT_WILL, once } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import { type Fronts, frontsOn, RULER_M } from './ask.js';
import { advanceBySector, type ChangedArea, changedAreas, frontOffsets, type SectorRow } from './movement.sql.js';
import { isUnknown, sectorAdvance } from './movement-terms.js';
import { salients } from './salients.sql.js';

/** A party's front: its lines with opposing parties, and the mid-lines of the strips between. */
function linesOf({ lines, strips }: Fronts, party: string): string[] {
  const fronts = lines.filter((row) => row.kind === 'front');
  return [...fronts, ...strips].filter((row) => row.left === party || row.right === party).map((row) => row.line);
}

/** The parties that a party has a front with. */
const opponentsOf = ({ lines, strips }: Fronts, party: string): string[] =>
  [...lines.filter(({ kind }) => kind === 'front'), ...strips].flatMap(({ left, right }) =>
    left === party && right !== null ? [right] : right === party ? [left] : [],
  );

/** The parties that have a front. */
const partiesOf = ({ lines, strips }: Fronts): string[] =>
  [...lines.filter(({ kind }) => kind === 'front'), ...strips].flatMap(({ left, right }) =>
    right === null ? [left] : [left, right],
  );

const OTHERS_NOTE =
  'advance_m leaves out what the stated steps made (not_movement_km2); gained_km2, lost_km2 and offsets compare the two maps and include it';

const UNKNOWN_NOTE =
  'an advance and offsets are null where ground of the party, or of one across its front, became known or unknown between the maps: who won it is not known, and gained_km2 and lost_km2 leave it out';

/**
 * How every party's front moved between two days: what it gained less what it lost by the length of its front on the
 * first, in all and by octant around the middle of the theatre, with the distances that the line moved (methods D.4). A
 * party whose front is on one of the days alone is among them: without one on the first, its ground is no advance. Nor is
 * one stated where ground became known or unknown.
 */
export async function askFrontMovement(db: Queryable, requested: ChangeRequest) {
  const { series, knownAt } = requested;
  const before = await resolve(db, { series, knownAt, date: requested.from });
  const after = await resolve(db, { series, knownAt, date: requested.to });
  const [earlier, later] = [await frontsOn(db, before), await frontsOn(db, after)];
  const parties = [...new Set([...partiesOf(earlier), ...partiesOf(later)])];
  const forward = before.date <= after.date;
  const [first, last] = forward ? [before, after] : [after, before];
  const others = otherSteps(await stepRows(db, after.series, first.date, last.date, after.knownAt), forward);
  const changed = changedOnce(db);
  const days = daysBetween(before, after);
  const moved = await Promise.all(
    parties.sort().map((party) => movementOf(db, party, [before, earlier], [after, later], others, days, changed)),
  );
  const notes = [
    ...(others.length > 0 ? [OTHERS_NOTE] : []),
    ...(moved.some(({ isUnknown }) => isUnknown) ? [UNKNOWN_NOTE] : []),
  ];
  const { date, stale, ...rest } = envelope(after);
  return {
    ...rest,
    from: before.date,
    to: date,
    from_revision: before.revision,
    to_revision: after.revision,
    stale: stale || before.stale,
    unknown: unknownOn(before, after),
    from_map_age_days: before.coverage.map_age_days,
    ruler_m: RULER_M,
    days,
    stated_steps: others.map(({ date: on, from_date, kind, why }) => ({ date: on, from_date, kind, why })),
    note: notes.length === 0 ? null : notes.join('; '),
    parties: moved.map(({ movement }) => movement),
  };
}

type Changed = (from: number, to: number) => Promise<ChangedArea[]>;

/** What changed between two revisions, overlaid once for all parties, and only where an answer is not in the cache. */
function changedOnce(db: Queryable): Changed {
  const known = new Map<string, Promise<ChangedArea[]>>();
  return (from, to) => {
    const key = `${from} ${to}`;
    const areas = known.get(key) ?? changedAreas(db, from, to);
    known.set(key, areas);
    return areas;
  };
}

async function movementOf(
  db: Queryable,
  party: string,
  [before, earlier]: [AsOf, Fronts],
  [after, later]: [AsOf, Fronts],
  others: readonly OtherStep[],
  days: number,
  changed: Changed,
) {
  const inputs = [
    before.revision,
    before.edition,
    before.since,
    after.revision,
    after.edition,
    after.since,
    party,
    RULER_M,
  ];
  const opponents = [...new Set([...opponentsOf(earlier, party), ...opponentsOf(later, party)])].sort();
  const front = { party, opponents, lines: linesOf(earlier, party), rulerM: RULER_M };
  const { sectors, offsets } = await once(db, 'movement-4', inputs, async () => {
    const input = { from: before.revision, to: after.revision, ...front };
    return {
      sectors: await advanceBySector(db, input, await changed(input.from, input.to)),
      offsets: await frontOffsets(db, { ...input, laterLines: linesOf(later, party), spacingM: RULER_M }),
    };
  });
  const stepwise: SectorRow[] = [];
  for (const step of others) {
    const requested = { from: step.before, to: step.after, ...front };
    const key = [...inputs, step.before, step.after];
    const measured = async () => advanceBySector(db, requested, await changed(requested.from, requested.to));
    stepwise.push(...(await once(db, 'movement-step-4', key, measured)));
  }
  const reported = sectors.map((row) => {
    const otherM2 = stepwise.reduce(
      (net, step) => (step.sector === row.sector ? net + step.gained_m2 - step.lost_m2 : net),
      0,
    );
    const moved = offsets.filter(({ sector }) => row.sector === null || sector === row.sector);
    return sectorAdvance(
      row,
      moved.map(({ offset_m }) => offset_m),
      days,
      RULER_M,
      otherM2,
    );
  });
  const [{ sector: _, ...whole }, ...bySector] = reported as [(typeof reported)[number], ...typeof reported];
  return {
    movement: {
      party,
      ...whole,
      sectors: bySector.filter((row) => row.front_km > 0 || row.gained_km2 > 0 || row.lost_km2 > 0),
    },
    isUnknown: sectors.some((row) => isUnknown(row, RULER_M)),
  };
}

/**
 * The salients of a party: ground that no disc as wide as `widthM` (the series' `narrow_m` when null) reaches from
 * within, wider than half of that is deep (methods D.6).
 * @throws SalientError `invalid_parameter` when the party holds no ground of the series
 */
export async function askSalients(db: Queryable, requested: AsOfRequest, party: string, widthM: number | null) {
  const asOf = await resolve(db, requested);
  const { parties, narrow_m, licence } = asOf.statement;
  if (!parties.includes(party)) {
    throw new SalientError('invalid_parameter', `party is one of ${parties.join(', ')}, not ${JSON.stringify(party)}`);
  }
  const width = widthM ?? narrow_m;
  const minAreaM2 = width ** 2 / 4;
  const rows = await once(
    db,
    'salients-2',
    [asOf.revision, asOf.edition, party, width],
    () => salients(db, asOf.revision, party, width, minAreaM2),
    AT_WILL,
  );
  const features = rows.map(({ geometry, base, area_m2, ...row }, index) =>
    featureFromText(index + 1, geometry, {
      party,
      km2: area_m2 / 1e6,
      ...row,
      pinch: row.base_m && row.depth_m / row.base_m,
      base: base && JSON.parse(base),
    }),
  );
  return {
    type: 'FeatureCollection' as const,
    ...envelope(asOf),
    licence,
    width_m: width,
    min_area_km2: minAreaM2 / 1e6,
    features,
  };
}
