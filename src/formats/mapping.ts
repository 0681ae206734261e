import { isObject } from '../geometry/geojson-geometry.js';
import type { AreaStatus } from '../model/area-status.js';
import type { IsoDate } from '../model/dates.js';
import type { Mapping, RuleCondition, TextMatcher } from './mapping-schema.js';

export type { Mapping, MappingRule } from './mapping-schema.js';

/** What is known of a feature beside its geometry's coordinates. */
export interface FeatureFacts {
  properties: Record<string, unknown>;
  folders: readonly string[];
  layer: string | null;
  file: string | null;
  /** Its file inside an archive, with folders. */
  member?: string | null;
  geometryType: string | null;
}

export type Mapped =
  | { kind: 'area'; rule: number; party: string | null; status: AreaStatus; confidence: number | null }
  | { kind: 'ignored'; why: string }
  /** `value` is all that the rules could have selected by, in words. */
  | { kind: 'unmapped'; value: string };

/**
 * What a feature means on a day: the first rule that holds decides. Nothing is guessed: a feature that no rule speaks
 * of is unmapped.
 */
export function mapFeature(mapping: Mapping, facts: FeatureFacts, date: IsoDate): Mapped {
  let otherDays = false;
  for (const [index, rule] of mapping.rules.entries()) {
    if (!holds(mapping, rule.when, facts)) continue;
    if ((rule.from !== undefined && date < rule.from) || (rule.to !== undefined && date >= rule.to)) {
      otherDays = true;
      continue;
    }
    if (rule.ignore !== undefined) return { kind: 'ignored', why: `${rule.ignore} (rule ${index + 1})` };
    const status = rule.status ?? 'controlled';
    return { kind: 'area', rule: index, party: rule.party ?? null, status, confidence: rule.confidence ?? null };
  }
  return {
    kind: 'unmapped',
    value: `${described(mapping, facts)}${otherDays ? ` on ${date}, for which no rule is` : ''}`,
  };
}

/** Why a geometry of a type that the mapping or the import ignores is left out. */
export const leftOut = (kind: string) => `${kind === 'none' ? 'no geometry' : kind} (ignore.geometry)`;

/** Kinds of geometry that may be ignored: those that are no area, and none at all. */
export const IGNORED_KINDS: readonly string[] = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'none'];

/** The kinds of a text that separates several with commas. */
export const kindsOf = (text: string | null | undefined) => text?.split(',').map((kind) => kind.trim()) ?? [];

/** Every party that a mapping speaks of, those it lists first. */
export function partiesOf(mapping: Mapping): string[] {
  const listed = (mapping.parties ?? []).map(({ id }) => id);
  return [...new Set([...listed, ...mapping.rules.flatMap(({ party }) => party ?? [])])];
}

/** Classes that a priority may name beside parties: those that areas of a map can be of. */
export const PRIORITY_CLASSES: readonly string[] = ['contested', 'unknown'];

/**
 * The place of an area in the priority of its mapping, from 0: of the first entry that speaks of it, by its party, its class
 * (`contested` is what is only claimed, too), the rule that it came by, its folder or its layer. Null: none does.
 */
export function priorityRank(
  mapping: Mapping,
  { party, status, rule }: { party: string | null; status: AreaStatus; rule: number },
  { folders, layer }: Pick<FeatureFacts, 'folders' | 'layer'>,
): number | null {
  const classOf = status === 'claimed' ? 'contested' : status;
  const rank = (mapping.priority ?? []).findIndex((entry) => {
    if (typeof entry === 'string') return entry === party || entry === classOf;
    if ('rule' in entry) return entry.rule === rule + 1;
    if ('layer' in entry) return layer !== null && matches(entry.layer, layer, mapping.case);
    return [folders.join('/'), ...folders].some((name) => matches(entry.folder, name, mapping.case));
  });
  return rank === -1 ? null : rank;
}

/** Blanks of any kind and width, and none that cannot be seen: two names that look the same are the same. */
export function normalised(text: string, letterCase: Mapping['case'] = 'keep'): string {
  const plain = text
    .normalize('NFC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return letterCase === 'fold' ? plain.toLowerCase() : plain;
}

/** `#rrggbb` of a colour as files write it, with or without `#` and opacity; null for another text. */
export function colourOf(value: unknown): string | null {
  const digits = typeof value === 'string' ? /^#?([0-9a-f]{3,8})$/i.exec(value.trim())?.[1]?.toLowerCase() : undefined;
  if (digits === undefined) return null;
  if (digits.length === 3 || digits.length === 4) return `#${[...digits.slice(0, 3)].map((d) => d + d).join('')}`;
  return digits.length === 6 || digits.length === 8 ? `#${digits.slice(0, 6)}` : null;
}

function holds(
  mapping: Mapping,
  when: RuleCondition,
  { properties, folders, layer, file, member = null }: FeatureFacts,
): boolean {
  const fits = (matcher: TextMatcher, value: unknown) => value !== null && matches(matcher, value, mapping.case);
  if (when.fill !== undefined) {
    const fill = colourOf(own(properties, 'fill'));
    if (!listOf(when.fill).some((colour) => colourOf(colour) === fill)) return false;
  }
  const { folder } = when;
  if (folder !== undefined && ![folders.join('/'), ...folders].some((name) => fits(folder, name))) return false;
  const { layer: layerNamed, file: fileNamed } = when;
  // As a refusal without --layer lists the layers of an archive: with their folders, without the ending.
  const listed = member?.replace(/\.\w+$/, '') ?? null;
  if (layerNamed !== undefined && ![layer, listed].some((name) => fits(layerNamed, name))) return false;
  if (fileNamed !== undefined && ![file, member].some((name) => fits(fileNamed, name))) return false;
  return Object.entries(when.property ?? {}).every(([key, matcher]) => fits(matcher, own(properties, key) ?? null));
}

function matches(matcher: TextMatcher, value: unknown, letterCase: Mapping['case']): boolean {
  if (isObject(value) || Array.isArray(value)) return false;
  const text = normalised(String(value), letterCase);
  const plain = (wanted: string) => normalised(wanted, letterCase);
  if (typeof matcher === 'string') return text === plain(matcher);
  if (Array.isArray(matcher)) return matcher.some((one: string) => text === plain(one));
  if ('starts' in matcher) return text.startsWith(plain(matcher.starts));
  return 'contains' in matcher && listOf(matcher.contains).some((part) => text.includes(plain(part)));
}

const listOf = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one);

function own(properties: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** The values of a feature that any rule selects by, for the list of what is unmapped. */
function described(
  { rules }: Mapping,
  { properties, folders, layer, file, member, geometryType }: FeatureFacts,
): string {
  const keys = new Set(rules.flatMap(({ when }) => Object.keys(when.property ?? {})));
  const asks = (name: keyof RuleCondition) => rules.some(({ when }) => when[name] !== undefined);
  const parts = [...keys].map((key) => `${key} ${stated(own(properties, key))}`);
  if (asks('fill')) parts.push(`fill ${colourOf(own(properties, 'fill')) ?? 'none'}`);
  if (asks('folder')) parts.push(`folder ${stated(folders.length > 0 ? folders.join('/') : undefined)}`);
  if (asks('layer')) parts.push(`layer ${stated(layer ?? undefined)}`);
  if (asks('file')) parts.push(`file ${stated(member ?? file ?? undefined)}`);
  return `${geometryType ?? 'no geometry'}: ${parts.join(', ')}`;
}

function stated(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = isObject(value) || Array.isArray(value) ? 'not text' : normalised(String(value));
  // U+FFFD is what a wrong decoder leaves: the letters are lost, and no rule should guess them.
  const lost = text.includes('\ufffd') ? ' (letters lost: U+FFFD)' : '';
  return `${JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)}${lost}`;
}
