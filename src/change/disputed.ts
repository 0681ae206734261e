import { HOLDER_UNKNOWN } from '../model/classes.js';

/** Square metres between two days by class, contested ground by who claims it. */
export interface ClaimedChange {
  from_class: string;
  from_claimant: string | null;
  to_class: string;
  to_claimant: string | null;
  m2: number;
}

/** [certain, central, possible], km². */
type Band = [certain: number, central: number, possible: number];

/**
 * What disputed ground may amount to (methods B.6, C.4): certain counts what the party controls, possible adds all that
 * is contested or claimed, by whomever; central adds what the party itself claims. Of net, the first and the last are the
 * least and the most.
 */
export interface DisputedRow {
  party: string;
  before_km2: Band;
  after_km2: Band;
  gained_km2: Band;
  lost_km2: Band;
  net_km2: Band;
}

interface Ground {
  name: string;
  claimant: string | null;
}

type Reading = (ground: Ground, party: string) => boolean;
const certain: Reading = ({ name }, party) => name === party;
const central: Reading = ({ name, claimant }, party) => name === party || (name === 'contested' && claimant === party);
const possible: Reading = ({ name }, party) => name === party || name === 'contested';

const NOBODY = new Set(['contested', ...HOLDER_UNKNOWN]);

/** Bands of every party that holds or claims ground on either day, by party. */
export function disputedBands(rows: readonly ClaimedChange[]): DisputedRow[] {
  const named = rows.flatMap((row) => [row.from_class, row.to_class, row.from_claimant, row.to_claimant]);
  const parties = [...new Set(named)].filter((name): name is string => name !== null && !NOBODY.has(name)).sort();
  const sum = (select: (from: Ground, to: Ground) => boolean) =>
    rows
      .filter((row) =>
        select(
          { name: row.from_class, claimant: row.from_claimant },
          { name: row.to_class, claimant: row.to_claimant },
        ),
      )
      .reduce((total, row) => total + row.m2, 0) / 1e6;
  return parties.map((party) => {
    const held = (side: 'from' | 'to'): Band =>
      [certain, central, possible].map((reading) =>
        sum((from, to) => reading(side === 'from' ? from : to, party)),
      ) as Band;
    // Surely gained: it could not have been the party's before. Possibly: it was not surely the party's before.
    const passed = (was: Reading, is: Reading, turned: boolean) =>
      sum((from, to) => !was(turned ? to : from, party) && is(turned ? from : to, party));
    const gross = (turned: boolean): Band => [
      passed(possible, certain, turned),
      passed(central, central, turned),
      passed(certain, possible, turned),
    ];
    const [before, after] = [held('from'), held('to')];
    return {
      party,
      before_km2: before,
      after_km2: after,
      gained_km2: gross(false),
      lost_km2: gross(true),
      net_km2: [after[0] - before[2], after[1] - before[1], after[2] - before[0]],
    };
  });
}
