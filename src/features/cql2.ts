/** A filter in CQL2 JSON (OGC 21-065r2), after its form was checked: only what a predicate can be made of. */
export type Predicate = boolean | Operation;

export interface Operation {
  op: string;
  args: Expression[];
}

/** A geometry literal: GeoJSON in the CRS that `filter-crs` names. */
export interface GeometryLiteral {
  type: string;
  coordinates?: unknown;
  geometries?: GeometryLiteral[];
}

export type Expression =
  | string
  | number
  | boolean
  | Operation
  | { property: string }
  | { date: string }
  | { timestamp: string }
  | { interval: Expression[] }
  | { bbox: number[] }
  | GeometryLiteral
  | Expression[];

export const SPATIAL_FUNCTIONS = [
  's_intersects',
  's_equals',
  's_disjoint',
  's_touches',
  's_within',
  's_overlaps',
  's_crosses',
  's_contains',
] as const;

export const TEMPORAL_FUNCTIONS = [
  't_after',
  't_before',
  't_contains',
  't_disjoint',
  't_during',
  't_equals',
  't_finishedBy',
  't_finishes',
  't_intersects',
  't_meets',
  't_metBy',
  't_overlappedBy',
  't_overlaps',
  't_startedBy',
  't_starts',
] as const;

export const ARRAY_FUNCTIONS = ['a_equals', 'a_contains', 'a_containedBy', 'a_overlaps'] as const;
/** Of numbers, in JSON as in text; `div` is the whole part of a quotient. */
export const ARITHMETIC = ['+', '-', '*', '/', '%', 'div', '^'] as const;

/** A filter longer than this is an attack, not a question. */
export const MOST_FILTER_CHARACTERS = 50_000;
export const DEEPEST_FILTER = 64;
