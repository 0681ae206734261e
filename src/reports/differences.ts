/** One thing that a later edition of a report states differently; null where one of the two does not state it. */
export interface Difference {
  /** Where in the report, in words joined by slashes: `series/m5/changes/government/gained`. */
  what: string;
  before: string | number | boolean | null;
  after: string | number | boolean | null;
}

/** What is no statement about the ground: when it was known, where it can be requested, how it is drawn. */
const SILENT = new Set(['known_at', 'query', 'pictures', 'coordinates', 'low', 'high', 'unit', 'shown']);
const NAMES = [
  'id',
  'code',
  'key',
  'party',
  'class',
  'a',
  'b',
  'from',
  'to',
  'left',
  'right',
  'measure',
  'kind',
  'number',
  'date',
  'on',
];

/**
 * What two editions of a report state differently, in the order of the later one. Entries of lists are distinguished by what
 * they are about (party, place, pair …), never by their position, so that one place more is one difference. Of an edition that still
 * says that nothing is known only its sentences count: a map that none of them names corrects nothing.
 */
export function reportDifferences(before: object, after: object): Difference[] {
  const [old, now] =
    saysNothing(before) && saysNothing(after)
      ? [statements({ gaps: before.gaps }), statements({ gaps: after.gaps })]
      : [statements(before), statements(after)];
  const what = new Set([...now.keys(), ...old.keys()]);
  return [...what]
    .map((name) => ({ what: name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
    .filter((difference) => difference.before !== difference.after);
}

/** What older editions do not state: that it became so on the ground. */
const isPlainMovement = (name: string, inner: unknown) =>
  name === 'kinds' && Array.isArray(inner) && inner.length === 1 && inner[0] === 'movement';

const saysNothing = (content: object): content is { known: false; gaps: unknown } =>
  'known' in content && content.known === false && 'gaps' in content;

function statements(content: object): Map<string, string | number | boolean> {
  const found = new Map<string, string | number | boolean>();
  const walk = (value: unknown, at: string) => {
    if (Array.isArray(value)) {
      const seen = new Map<string, number>();
      for (const item of value) {
        const name = nameOf(item);
        const again = seen.get(name) ?? 0;
        seen.set(name, again + 1);
        walk(item, `${at}/${name}${again > 0 ? ` ${again + 1}` : ''}`);
      }
    } else if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).filter(
        ([name, inner]) => !SILENT.has(name) && !isPlainMovement(name, inner),
      );
      // A figure is its value: what it may be at least and at most follows from it.
      if ('value' in value && 'query' in value) walk((value as { value: unknown }).value, at);
      else for (const [name, inner] of entries) walk(inner, at === '' ? name : `${at}/${name}`);
    } else if (value !== null && value !== undefined) {
      found.set(at, value as string | number | boolean);
    }
  };
  walk(content, '');
  return found;
}

function nameOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const named = item as Record<string, unknown>;
  const parts = NAMES.map((name) => named[name]).filter((part) => typeof part === 'string' || typeof part === 'number');
  return parts.length > 0 ? parts.join(' ') : 'item';
}
