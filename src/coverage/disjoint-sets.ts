/** Numbers below `count`, each alone until it is joined with another. */
export interface DisjointSets {
  join(one: number, other: number): void;
  /** The smallest number of the set that `number` is in. */
  first(number: number): number;
}

export function disjointSets(count: number): DisjointSets {
  const joined = Int32Array.from({ length: count }, (_, number) => number);
  const first = (number: number): number => {
    let at = number;
    for (; joined[at] !== at; at = joined[at]) joined[at] = joined[joined[at]];
    return at;
  };
  return {
    join(one, other) {
      const [a, b] = [first(one), first(other)];
      joined[Math.max(a, b)] = Math.min(a, b);
    },
    first,
  };
}
