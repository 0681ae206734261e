type Position = [number, number];

/** What was done to a ring: how many vertices that repeat the one before, and how many spikes, were dropped. */
export interface TidyRing {
  ring: Position[];
  repeated: number;
  spikes: number;
}

/**
 * A closed ring without vertices that repeat the one before and without spikes: places where the line goes out and comes
 * back on itself within `grid` (units of the coordinates). No ground is won or lost but what lies between the two ways.
 * Of a ring without width nothing is left: fewer than four positions.
 */
export function tidyRing(closed: readonly Position[], grid: number): TidyRing {
  const open = closed.slice(0, -1);
  const kept: Position[] = [];
  let repeated = 0;
  let spikes = 0;
  const drop = (): boolean => {
    const [a, b, c] = kept.slice(-3) as [Position, Position, Position];
    if (kept.length > 1 && same(kept.at(-2) as Position, kept.at(-1) as Position)) {
      kept.pop();
      repeated++;
      return true;
    }
    if (kept.length < 3 || !isSpike(a, b, c, grid)) return false;
    kept.splice(-2, 1);
    spikes++;
    return true;
  };
  for (const position of open) {
    kept.push(position);
    while (drop());
  }
  // Where the ring ends it goes on with its beginning.
  for (let changed = true; changed && kept.length > 2; ) {
    changed = false;
    const [first, second] = kept as [Position, Position];
    const [before, last] = kept.slice(-2) as [Position, Position];
    if (same(first, last)) {
      kept.pop();
      repeated++;
      changed = true;
    } else if (isSpike(before, last, first, grid)) {
      kept.pop();
      spikes++;
      changed = true;
    } else if (isSpike(last, first, second, grid)) {
      kept.shift();
      spikes++;
      changed = true;
    }
  }
  const [first] = kept;
  return { ring: first ? [...kept, [...first]] : [], repeated, spikes };
}

const same = ([ax, ay]: Position, [bx, by]: Position) => ax === bx && ay === by;

/** Does the line turn back at `b`, so that the shorter of the two ways lies on the other within the grid? */
function isSpike(a: Position, b: Position, c: Position, grid: number): boolean {
  const [ux, uy] = [a[0] - b[0], a[1] - b[1]];
  const [vx, vy] = [c[0] - b[0], c[1] - b[1]];
  if (ux * vx + uy * vy <= 0) return false;
  const [short, long] = [Math.hypot(ux, uy), Math.hypot(vx, vy)].sort((one, other) => one - other) as [number, number];
  if (short <= 0) return false;
  return Math.abs(ux * vy - uy * vx) / long <= grid;
}
