import { lengthsIn } from '../../change/region.sql.js';
import type { Scope } from '../../change/region-matrix.js';
import { type Fronts, frontsOn, RULER_M } from '../../front/ask.js';
import { frontLengths } from '../../front/lengths.js';
import { askFrontMovement } from '../../front/movement.js';
import type { SectorAdvance } from '../../front/movement-terms.js';
import { HOLDER_UNKNOWN } from '../../model/classes.js';
import { statedStep } from '../../model/shown-area.js';
import { AT_WILL, once } from '../../store/memo.js';
import type { Db } from '../../store/pool.js';
import { areasIn, figure, isRedrawn, reportedArea, sides } from '../figures.js';
import type { Queries } from '../queries.js';
import type { FrontPart, SeriesPart } from './content.js';
import type { Compared } from './control.js';

/**
 * How long the front was on either day, and where most ground changed hands (methods D). A map that shows the ground of one side
 * only has no front: see `sidesShown`. Where a side holds nothing on one of the maps and some of its ground may be that side's, the
 * length on that day is not known.
 */
export async function frontPart(
  db: Db,
  { before, after }: Compared,
  scope: Scope,
  ground: Pick<SeriesPart, 'matrix' | 'changes' | 'kinds' | 'patches'>,
  queries: Queries,
): Promise<FrontPart> {
  const [{ pairs: was }, { pairs: is, halfwayM }] = [
    await lengths(db, await frontsOn(db, before), scope),
    await lengths(db, await frontsOn(db, after), scope),
  ];
  const halfway = figure(halfwayM / 1000, 'km', queries.front(after.date));
  const between = (left: string, right: string) => {
    const on = (rows: typeof is, side: 'before' | 'after', query: string) => {
      const km = rows.find((row) => row.left === left && row.right === right)?.ruled_km ?? 0;
      return km > 0 || isAcrossKnown(ground, side, [left, right]) ? figure(km, 'km', query) : null;
    };
    return {
      left,
      right,
      before: on(was, 'before', queries.front(before.date)),
      after: on(is, 'after', queries.front(after.date)),
    };
  };
  const measured = [...new Set([...was, ...is].map(({ left, right }) => `${left} ${right}`))].sort();
  const pairs = measured.map((pair) => between(...(pair.split(' ') as [string, string])));
  return {
    ruler_m: RULER_M,
    pairs: pairs.length > 0 ? pairs : pairsUnknown(ground, between),
    ...(halfway.value > 0 && { halfway }),
    // By octants of the theatre, which a region would cut: then the largest patch locates it.
    most: scope || isRedrawn(ground) ? null : await mostMoved(db, { before, after }, ground, queries),
  };
}

/** Ground that a party may hold though the map does not show it there: disputed, or of unknown holder. */
const PERHAPS_HELD = ['contested', ...HOLDER_UNKNOWN];

/** Whether a map tells where two parties meet: both hold ground on it, or none of it may be that of the one which holds nothing. */
function isAcrossKnown(
  { matrix, changes }: Pick<SeriesPart, 'matrix' | 'changes'>,
  side: 'before' | 'after',
  pair: readonly [string, string],
): boolean {
  const held = changes.filter((row) => row[side].value > 0).map(({ party }) => party);
  return pair.every((party) => held.includes(party)) || !matrix[side].some((row) => PERHAPS_HELD.includes(row.class) && row.shown > 0); // biome-ignore format: one condition
}

/** Where no front is drawn on either day: the pairs of parties between whom there may be one on both. */
function pairsUnknown(
  { changes }: Pick<SeriesPart, 'changes'>,
  between: (left: string, right: string) => FrontPart['pairs'][number],
): FrontPart['pairs'] {
  const parties = sides(changes).sort();
  return parties
    .flatMap((left, i) => parties.slice(i + 1).map((right) => between(left, right)))
    .filter(({ before, after }) => before === null && after === null);
}

async function lengths(db: Db, { lines, strips }: Fronts, scope: Scope) {
  const halfway = (of: readonly { middle_ruled_m: number }[]) => of.reduce((sum, row) => sum + row.middle_ruled_m, 0);
  if (!scope) return { pairs: frontLengths(lines, strips), halfwayM: halfway(strips) };
  const drawn = [
    ...lines.filter(({ kind }) => kind === 'front').map((row) => row.line),
    ...strips.map((row) => row.line),
  ];
  const cut = await once(
    db,
    'front-in-1',
    [drawn, scope.hash, RULER_M],
    () => lengthsIn(db, drawn, scope.geom, RULER_M),
    AT_WILL,
  );
  const fronts = lines.filter(({ kind }) => kind === 'front');
  const of = (i: number) => cut[i] ?? { length_m: 0, ruled_m: 0 };
  const middles = strips.map((row, i) => ({
    ...row,
    middle_m: of(fronts.length + i).length_m,
    middle_ruled_m: of(fronts.length + i).ruled_m,
  }));
  const pairs = frontLengths(
    fronts.map((row, i) => ({ ...row, ...of(i) })),
    middles,
  );
  return { pairs, halfwayM: halfway(middles) };
}

async function mostMoved(
  db: Db,
  { before, after }: Compared,
  { matrix, patches }: Pick<SeriesPart, 'matrix' | 'patches'>,
  queries: Queries,
): Promise<FrontPart['most']> {
  if (before.revision === after.revision) return null;
  const { series, knownAt } = after;
  const { parties } = await askFrontMovement(db, { series, knownAt, from: before.date, to: after.date });
  const rows = parties.flatMap(({ party, sectors }) => sectors.map((row) => ({ party, ...row })));
  const step = statedStep(matrix.total_km2, after.statement.accuracy_m);
  const most = mostChanged(rows, step);
  if (!most) return null;
  const query = queries.movement(before.date, after.date);
  const area = areasIn(step, query);
  return {
    party: most.party,
    sector: most.sector,
    advance: most.advance_m === null ? null : figure(most.advance_m, 'm', query),
    gained: area(most.gained_km2),
    lost: area(most.lost_km2),
    near: largestPiece(most, rows, patches, step),
  };
}

type Moved = { party: string } & Pick<SectorAdvance, 'sector' | 'gained_km2' | 'lost_km2' | 'advance_m'>;
type Way = 'gained_km2' | 'lost_km2';

const sumOf = (rows: readonly Moved[], way: Way) => rows.reduce((sum, row) => sum + row[way], 0);
/** What is lost is told only where it is more than what was gained. */
const wayOf = ({ gained_km2, lost_km2 }: Moved, step: number): Way =>
  reportedArea(lost_km2, step) > reportedArea(gained_km2, step) ? 'lost_km2' : 'gained_km2';

/**
 * Of the sector in which most ground changed hands, by what its parties gained or lost in all, the party that gained or lost
 * most; where both are the same ground, the one that gained it. Null where nothing changed.
 * @param step areas that are the same in steps of so many km² are the same
 */
export function mostChanged<Row extends Moved>(rows: readonly Row[], step = 0.001): (Row & { sector: string }) | null {
  const sectors = [...new Set(rows.map(({ sector }) => sector))].filter((sector) => sector !== null).sort();
  const found = sectors.map((sector) => {
    const here = rows.flatMap((row) => (row.sector === sector ? [{ ...row, sector }] : []));
    return { here, km2: reportedArea(Math.max(sumOf(here, 'gained_km2'), sumOf(here, 'lost_km2')), step) };
  });
  const [first] = found.filter(({ km2 }) => km2 > 0).sort((a, b) => b.km2 - a.km2);
  const size = (row: Row) => reportedArea(row[wayOf(row, step)], step);
  const gains = (row: Row) => (wayOf(row, step) === 'gained_km2' ? 1 : 0);
  const [most] = (first?.here ?? []).sort(
    (a, b) => size(b) - size(a) || gains(b) - gains(a) || (a.party < b.party ? -1 : 1),
  );
  return most ?? null;
}

/** The name of the largest piece that the party gained or lost so; null where it may lie in other sectors alone. */
function largestPiece(
  most: Moved,
  rows: readonly Moved[],
  patches: SeriesPart['patches'],
  step: number,
): string | null {
  const way = wayOf(most, step);
  const side = way === 'gained_km2' ? 'to' : 'from';
  const elsewhere = rows.filter(({ party, sector }) => party === most.party && sector !== most.sector);
  const largest = patches.find((patch) => patch[side] === most.party);
  return largest && largest.km2 > sumOf(elsewhere, way) ? largest.name : null;
}
