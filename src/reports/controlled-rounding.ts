/** One cell of a table of two ways. */
export interface Cell {
  from: string;
  to: string;
  value: number;
}

export interface Rounded {
  /** Whole units of each cell, in the order given. */
  cells: { from: string; to: string; units: number }[];
  rows: Map<string, number>;
  columns: Map<string, number>;
  total: number;
}

/**
 * Rounds a table so that it still adds up: every cell and every sum of a row or a column goes to the whole unit just below or
 * just above it, the grand total to the nearest, and cells, rows, columns and total agree. Of all such tables it is the one
 * nearest to the true figures (least sum of distances): largest remainders, in two ways at once. One always exists (Cox
 * and Ernst 1982, "Controlled rounding": a flow with whole bounds has a whole solution), so nothing is ever forced.
 * Cells are non-negative; what is whole already stays. Equal remainders go to the earlier cell.
 */
export function controlledRounding(cells: readonly Cell[], unit: number): Rounded {
  const rows = [...new Set(cells.map(({ from }) => from))];
  const columns = [...new Set(cells.map(({ to }) => to))];
  const parts = cells.map(({ value }) => split(value / unit));
  const rest = (chosen: (cell: Cell) => boolean) =>
    split(parts.reduce((sum, { fraction }, i) => (chosen(cells[i] as Cell) ? sum + fraction : sum), 0));
  const [source, sink] = [0, 1 + rows.length + columns.length];
  const net = costFlow(sink + 1);
  for (const [i, name] of rows.entries())
    net.bounded(
      source,
      1 + i,
      rest((cell) => cell.from === name),
    );
  for (const [j, name] of columns.entries())
    net.bounded(
      1 + rows.length + j,
      sink,
      rest((cell) => cell.to === name),
    );
  const arcs = cells.map(({ from, to }, i) => {
    const { fraction } = parts[i] as Split;
    return fraction === 0
      ? null
      : net.join(1 + rows.indexOf(from), 1 + rows.length + columns.indexOf(to), 1, 1 - 2 * fraction);
  });
  const all = rest(() => true);
  for (let n = 0; n < all.whole; n++) net.augment(source, sink);
  // The total goes to the nearest unit, so that one ground has one size in every table of it. Both ways have a solution:
  // the true table lies between them, and the bounds are whole.
  if (all.fraction >= 0.5) net.augment(source, sink);
  const rounded = cells.map(({ from, to }, i) => {
    const arc = arcs[i] ?? null;
    return { from, to, units: (parts[i] as Split).whole + (arc !== null && net.used(arc) ? 1 : 0) };
  });
  const sums = (names: readonly string[], side: 'from' | 'to') =>
    new Map(names.map((name) => [name, sum(rounded.filter((cell) => cell[side] === name))]));
  return { cells: rounded, rows: sums(rows, 'from'), columns: sums(columns, 'to'), total: sum(rounded) };
}

const sum = (cells: readonly { units: number }[]) => cells.reduce((total, { units }) => total + units, 0);

interface Split {
  whole: number;
  /** 0 to 1; what is within rounding of a whole number is one. */
  fraction: number;
}

const NOTHING = 1e-9;

function split(value: number): Split {
  const nearest = Math.round(value);
  if (Math.abs(value - nearest) < NOTHING) return { whole: nearest, fraction: 0 };
  return { whole: Math.floor(value), fraction: value - Math.floor(value) };
}

/** Dearer than any rounding: what a sum must have at least goes first. */
const MUST = 1e3;

/** Cheapest flow by shortest augmenting paths (Bellman and Ford: costs may be negative). Tables here have tens of cells. */
function costFlow(nodes: number) {
  const arcs: { from: number; to: number; left: number; cost: number }[] = [];
  const join = (from: number, to: number, capacity: number, cost: number): number => {
    arcs.push({ from, to, left: capacity, cost }, { from: to, to: from, left: 0, cost: -cost });
    return arcs.length - 2;
  };
  return {
    join,
    bounded(from: number, to: number, { whole, fraction }: Split): void {
      if (whole > 0) join(from, to, whole, -MUST);
      if (fraction > 0) join(from, to, 1, 1 - 2 * fraction);
    },
    /** One unit along the cheapest path. */
    augment(source: number, sink: number): void {
      const cost = new Array<number>(nodes).fill(Number.POSITIVE_INFINITY);
      const by = new Array<number>(nodes).fill(-1);
      cost[source] = 0;
      for (let changed = true; changed; ) {
        changed = false;
        for (const [i, arc] of arcs.entries()) {
          const reached = (cost[arc.from] ?? 0) + arc.cost;
          if (arc.left === 0 || !(reached < (cost[arc.to] ?? 0) - 1e-9)) continue;
          cost[arc.to] = reached;
          by[arc.to] = i;
          changed = true;
        }
      }
      if (by[sink] === -1) return;
      for (let node = sink; node !== source; ) {
        const i = by[node] as number;
        (arcs[i] as { left: number }).left--;
        (arcs[i ^ 1] as { left: number }).left++;
        node = (arcs[i] as { from: number }).from;
      }
    },
    used: (arc: number) => arcs[arc]?.left === 0,
  };
}
