import { normalised } from './mapping.js';

/** What a format knows of a feature that its author would know it by. */
export interface KnownAs {
  /** `placemark`, `record`, `row`; default `feature`. */
  kind?: string;
  /** Name that the format has a place of its own for. */
  title?: string | null;
  /** `fid 7`, `record 3`, `line 12`. */
  number?: string | null;
}

/** Properties that hold what people call a feature, in the order in which they are tried. */
const NAMES = ['name', 'title', 'label', 'naming', 'description'];
const LONGEST = 60;

/**
 * A feature as its author knows it: `placemark "Polygon 37" in folder "Confirmed advances"`, `layer "control", fid 7`.
 * Null when nothing is known beyond its index in the file.
 */
export function featureName(
  { kind = 'feature', title = null, number = null }: KnownAs,
  properties: Record<string, unknown>,
  { folders, layer }: { folders: readonly string[]; layer: string | null },
): string | null {
  const called = title ?? namedBy(properties);
  const parts = [
    ...(layer === null ? [] : [`layer ${JSON.stringify(layer)}`]),
    ...(number === null ? [] : [number]),
    ...(called === null ? [] : [`${kind} ${JSON.stringify(shortened(called))}`]),
  ];
  const where = folders.filter((folder) => folder !== '');
  if (parts.length === 0 && where.length === 0) return null;
  const within =
    where.length === 0 ? '' : `${parts.length > 0 ? ' ' : ''}in folder ${JSON.stringify(shortened(where.join('/')))}`;
  return `${parts.join(', ')}${within}`;
}

function namedBy(properties: Record<string, unknown>): string | null {
  for (const wanted of NAMES) {
    const key = Object.keys(properties).find((one) => one.toLowerCase() === wanted);
    const value = key === undefined ? undefined : properties[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return null;
}

function shortened(text: string): string {
  const plain = normalised(text);
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
