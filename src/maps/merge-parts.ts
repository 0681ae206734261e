import { grouped } from '../model/grouped.js';
import { contentHash } from '../store/content-hash.js';
import type { AreaFacts, CompactSnapshot } from './packed-areas.js';
import type { ReadFile } from './read.js';

/** One of several files that are parts of the same maps, and its name. */
export interface Part {
  file: ReadFile;
  name: string | null;
}

/**
 * Several files, their coordinates lon, lat by now, as one: the areas of a day from each, in the order of the files. Pointers, notes and tallies say which file
 * they are of; one file alone is left as it is.
 */
export function mergeParts(parts: readonly Part[]): ReadFile {
  const [first, ...others] = parts;
  if (!first) throw new Error('no file was read');
  if (others.length === 0) return first.file;
  const named = parts.map(({ file, name }, index) => ({ file, name: name ?? `part ${index + 1}` }));
  const sum = (of: (file: ReadFile) => number) => parts.reduce((total, { file }) => total + of(file), 0);
  const { file: head } = first;
  return {
    ...head,
    format: [...new Set(parts.map(({ file }) => file.format))].join(', '),
    features: sum(({ features }) => features),
    areas: sum(({ areas }) => areas),
    notes: [`${named.map(({ name }) => name).join(', ')} are parts of one map`].concat(
      named.flatMap(({ file, name }) => file.notes.map((note) => `${name}: ${note}`)),
    ),
    rules: head.rules.map((_, index) => sum(({ rules }) => rules[index] ?? 0)),
    ignored: parts.flatMap(({ file }) => file.ignored),
    unmapped: named.flatMap(({ file, name }) => file.unmapped.map((one) => ({ ...one, at: `${name}${one.at}` }))),
    parties: [...new Map(parts.flatMap(({ file }) => file.parties.map((party) => [party.id, party]))).values()],
    snapshots: byDay(named).map(([date, days]): CompactSnapshot => {
      const areas = days.flatMap(({ of, name }) => of.areas.map((area) => within(name, area)));
      return { date, areas, sha256: contentHash(days.map(({ of }) => of.sha256)) };
    }),
    drawn: [],
  };
}

const within = <T extends AreaFacts>(name: string, area: T): T => ({ ...area, at: `${name}${area.at}` });

function byDay(parts: readonly { file: ReadFile; name: string }[]) {
  const days = parts.flatMap(({ file, name }) => file.snapshots.map((of) => ({ of, name })));
  return [...grouped(days, ({ of }) => of.date)].sort(([a], [b]) => (a < b ? -1 : 1));
}
