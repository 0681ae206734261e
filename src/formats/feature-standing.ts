import { quote } from '../model/problem-list.js';

/** Where in its file a feature stands, and the day that its format states by itself (KML's TimeSpan and TimeStamp). */
export interface Standing {
  /** From the outside in. */
  folders?: readonly string[];
  layer?: string | null;
  stated?: string | null;
}

/** The own property's value (`constructor` is nobody's party), or undefined. */
export function own(properties: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/**
 * What a property says. `folder` and `layer` are where the feature stands, when it has no property of that name: of several
 * folders the innermost that `suits`, else the innermost.
 */
export function statedFact(
  properties: Record<string, unknown>,
  key: string,
  { folders = [], layer = null }: Standing,
  suits: (folder: string) => boolean = () => true,
): unknown {
  const value = own(properties, key);
  if (value !== undefined) return value;
  if (key === 'folder') return folders.findLast(suits) ?? folders.at(-1);
  return key === 'layer' ? (layer ?? undefined) : undefined;
}

/** So many properties are named where the one asked for is missing. */
const NAMED = 8;

/** Says which property was asked for in vain, which there are, and where the feature stands. */
export function withoutProperty(
  properties: Record<string, unknown>,
  wanted: string | undefined,
  { folders = [], layer = null }: Standing,
): string {
  if (wanted !== undefined && Object.hasOwn(properties, wanted)) return '';
  const stands = [
    ...(folders.length > 0 ? [`folder ${quote(folders.join('/'))}`] : []),
    ...(layer === null ? [] : [`layer ${quote(layer)}`]),
  ].join(', ');
  const where = stands === '' ? '' : `; it stands in ${stands}`;
  if (wanted === undefined) return where;
  const there = Object.keys(properties);
  const more = there.length > NAMED ? `, and ${there.length - NAMED} more` : '';
  const has = there.length === 0 ? 'none' : there.slice(0, NAMED).map(quote).join(', ') + more;
  return `, as it has no property ${quote(wanted)} (there is ${has}${where})`;
}
