import { classOf, HOLDER_UNKNOWN } from '../../model/classes.js';
import type { IsoDate } from '../../model/dates.js';
import { grouped } from '../../model/grouped.js';
import { firstPossibleDay, type Observed, type Span } from '../observed.js';

/** Who held a place from a day on. Rows of one place in order of date. */
export interface ControlFrom {
  place: string;
  valid_on: IsoDate;
  party: string | null;
  status: string | null;
}

const holding = (row: ControlFrom) => `${row.party} ${row.status}`;
const isUnknown = ({ status, party }: ControlFrom) => HOLDER_UNKNOWN.includes(classOf(status, party));

/** What determines between which days something came about: how the series is made, and the days of its maps, in order. */
export interface Seen extends Observed {
  mapDays: readonly IsoDate[];
}

/**
 * When the present spell of each place began: same party and status ever since. Between the last map that showed another holding and
 * the first of the spell; a map that does not tell who holds the place shows no other.
 */
export function placeSince(history: readonly ControlFrom[], { mapDays, ...series }: Seen): Map<string, Span> {
  return new Map(
    [...grouped(history, ({ place }) => place)].map(([place, rows]) => {
      const present = holding(rows.at(-1) as ControlFrom);
      const begun = rows.findLastIndex((row) => holding(row) !== present) + 1;
      const possible = rows.findLastIndex((row) => holding(row) !== present && !isUnknown(row)) + 1;
      const earliest = firstPossibleDay(series, mapDays, (rows[possible] as ControlFrom).valid_on);
      return [place, { earliest, latest: (rows[begun] as ControlFrom).valid_on }];
    }),
  );
}

/** A place whose class on `to` is not the one on `from`, and the days between which it changed. */
export interface PlaceChange {
  place: string;
  from: string;
  to: string;
  /** The first day on which it may no longer have been `from`, and the first on which it was surely `to`. */
  on: { earliest: IsoDate; latest: IsoDate };
  /** Days after the first on which a map had the place in another class than the map before. */
  turns: IsoDate[];
}

/**
 * Places that changed hands between two days. `history` covers every revision in force from the first day to the
 * second; `classAt` names a row's class (api.md).
 */
export function placeChanges(
  history: readonly ControlFrom[],
  from: IsoDate,
  to: IsoDate,
  classAt: (row: ControlFrom) => string,
  series: Observed,
): PlaceChange[] {
  const mapDays = [...new Set(history.map(({ valid_on }) => valid_on))].sort();
  const until = history.filter((row) => row.valid_on <= to);
  const changes: PlaceChange[] = [];
  for (const [place, rows] of grouped(until, ({ place }) => place)) {
    const before = rows.findLast((row) => row.valid_on <= from);
    const after = rows.at(-1);
    if (!before || !after || classAt(before) === classAt(after)) continue;
    const span = rows.filter((row) => row.valid_on > from);
    // Walk back over the last spell, then over what lay between it and the former holder (contested days).
    const settled = span.findLastIndex((row) => classAt(row) !== classAt(after)) + 1;
    const left = span.slice(0, settled).findLastIndex((row) => classAt(row) === classAt(before)) + 1;
    changes.push({
      place,
      from: classAt(before),
      to: classAt(after),
      turns: span.flatMap((row, i) =>
        classAt(row) === classAt(i === 0 ? before : (span[i - 1] as ControlFrom)) ? [] : [row.valid_on],
      ),
      on: {
        // There is a map before: the one of the first day.
        earliest: firstPossibleDay(series, mapDays, (span[left] as ControlFrom).valid_on) as IsoDate,
        latest: (span[settled] as ControlFrom).valid_on,
      },
    });
  }
  return changes;
}
