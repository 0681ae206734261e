/** Features that share a fate: why, how many, and how much ground (about; null where that is not known). */
export interface Tallied {
  what: string;
  features: number;
  km2: number | null;
}

export interface Tally {
  add(what: string, at: string, km2: number | null): void;
  /** `at`: the first of them. */
  all(): (Tallied & { at: string })[];
}

/** Of so many different values the rest is only counted. */
const LIMIT = 200;

export function createTally(): Tally {
  const found = new Map<string, Tallied & { at: string }>();
  return {
    add(what, at, km2) {
      const name = found.has(what) || found.size < LIMIT ? what : 'other values';
      const known = found.get(name);
      if (!known) {
        found.set(name, { what: name, features: 1, km2, at });
        return;
      }
      known.features++;
      known.km2 = known.km2 === null || km2 === null ? null : known.km2 + km2;
    },
    all: () => [...found.values()],
  };
}
