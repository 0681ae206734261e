/** Metres of front between two parties: where their ground meets, and halfway across what lies between them. */
export interface PairLength {
  left: string;
  right: string;
  shared_km: number;
  middle_km: number;
  /** Shared and halfway together: the headline never falls to nothing because a gray strip was drawn (methods D.2). */
  front_km: number;
  /** The same with the ruler, and by the area within its reach. */
  ruled_km: number;
}

export interface Line {
  left: string;
  right: string | null;
  kind: string;
  length_m: number;
  ruled_m: number;
}

export interface Middle {
  left: string;
  right: string;
  middle_m: number;
  middle_ruled_m: number;
}

/** The length of the front by pair of opposing parties. Strips between allies are no front. */
export function frontLengths(lines: readonly Line[], strips: readonly Middle[]): PairLength[] {
  const pairs = new Map<string, PairLength>();
  const pair = (left: string, right: string): PairLength => {
    const key = `${left} ${right}`;
    const found = pairs.get(key) ?? { left, right, shared_km: 0, middle_km: 0, front_km: 0, ruled_km: 0 };
    pairs.set(key, found);
    return found;
  };
  for (const { left, right, kind, length_m, ruled_m } of lines) {
    if (kind !== 'front' || right === null) continue;
    const row = pair(left, right);
    row.shared_km += length_m / 1000;
    row.ruled_km += ruled_m / 1000;
  }
  for (const { left, right, middle_m, middle_ruled_m } of strips) {
    const row = pair(left, right);
    row.middle_km += middle_m / 1000;
    row.ruled_km += middle_ruled_m / 1000;
  }
  for (const row of pairs.values()) row.front_km = row.shared_km + row.middle_km;
  return [...pairs.values()].sort((a, b) => (`${a.left} ${a.right}` < `${b.left} ${b.right}` ? -1 : 1));
}

/** The perimeter of each class inside the theatre: what it shares with every other class and with the theatre's edge. */
export function perimeters(lines: readonly Line[], classes: readonly string[]): { class: string; km: number }[] {
  return classes.map((name) => ({
    class: name,
    km:
      lines.filter(({ left, right }) => left === name || right === name).reduce((sum, row) => sum + row.length_m, 0) /
      1000,
  }));
}
