/** An edge of hostile ground relative to the post, metres: x to grid east, y to grid north. */
export interface Edge {
  ax: number;
  ay: number;
  bx: number;
  by: number;
}

/** Bearings in degrees clockwise from grid north; `to` may be smaller than `from` when the sector holds north. */
export interface Sector {
  from: number;
  to: number;
}

export interface OpenSectors {
  /** Share of all bearings, 0 to 1. */
  share: number;
  sectors: Sector[];
  largest: Sector | null;
}

const bearing = (x: number, y: number): number => ((Math.atan2(x, y) * 180) / Math.PI + 360) % 360;

/** The part of an edge within a circle around the origin, as two ends; null when it is not met. */
export function clip({ ax, ay, bx, by }: Edge, radius: number): Edge | null {
  const [dx, dy] = [bx - ax, by - ay];
  const a = dx * dx + dy * dy;
  const b = ax * dx + ay * dy;
  const under = b * b - a * (ax * ax + ay * ay - radius * radius);
  if (a === 0 || under <= 0) return null;
  const [from, to] = [Math.max(0, (-b - Math.sqrt(under)) / a), Math.min(1, (-b + Math.sqrt(under)) / a)];
  if (from >= to) return null;
  return { ax: ax + from * dx, ay: ay + from * dy, bx: ax + to * dx, by: ay + to * dy };
}

/** Width of a sector in degrees. */
export const widthOf = ({ from, to }: Sector): number => (to > from ? to - from : to - from + 360);

/**
 * The bearings whose ray of a length meets no hostile ground (methods A.4, the exact sweep): any ray that meets it
 * within the radius crosses one of its edges there, since the post is outside. Edges between two hostile faces lie in
 * hostile ground, so they block nothing that is open.
 */
export function openSectors(edges: readonly Edge[], radiusM: number): OpenSectors {
  const blocked: [number, number][] = [];
  for (const edge of edges) {
    const inside = clip(edge, radiusM);
    if (!inside) continue;
    const [a, b] = [bearing(inside.ax, inside.ay), bearing(inside.bx, inside.by)];
    const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
    if (hi - lo <= 180) blocked.push([lo, hi]);
    else blocked.push([0, lo], [hi, 360]);
  }
  blocked.sort(([a], [b]) => a - b);
  const open: Sector[] = [];
  let reached = 0;
  for (const [lo, hi] of blocked) {
    // A gap of less than a millionth of a degree is two edges that meet.
    if (lo - reached > 1e-6) open.push({ from: reached, to: lo });
    reached = Math.max(reached, hi);
  }
  if (360 - reached > 1e-6) open.push({ from: reached, to: 360 });
  const share = open.reduce((sum, { from, to }) => sum + to - from, 0) / 360;
  const [first, last] = [open[0], open.at(-1)];
  if (first && last && first !== last && first.from === 0 && last.to === 360) {
    open.shift();
    last.to = first.to;
  }
  const largest = open.reduce<Sector | null>((best, s) => (best && widthOf(best) >= widthOf(s) ? best : s), null);
  return { share, sectors: open, largest };
}
