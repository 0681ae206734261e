import { grouped } from '../model/grouped.js';
import { isClassName, partyIdOf, partyIdsOf } from '../model/party-id.js';
import { quote } from '../model/problem-list.js';
import { normalised } from './mapping.js';

/** A party of a file: the id under which it is stored, and the name by which the file calls it. */
export interface NamedParty {
  id: string;
  name: string;
}

/** Ids of the parties that a file names. */
export interface PartyNames {
  /** The id of the party that a value names, or what is wrong with it. */
  idOf(value: unknown): { id: string } | { fault: string };
  /** All that were named, in order of their first mention. */
  all(): NamedParty[];
  /** What is to be reported of names that are nearly one: kept apart, or taken for one party. */
  notes(): string[];
}

/** The parties of a series; null while it is being created: then every name is taken. */
type KnownParties = readonly string[] | null;

/** Longer than the names of parties; what is longer is a description. */
const LONGEST = 200;
/** Characters that nobody sees, but the joiners that Persian and the scripts of India are written with. */
const INVISIBLE = /(?![\u200c\u200d])\p{C}/u;

/**
 * Takes the values that people write ("Government", "Russian Federation", "النظام") for names of parties and gives each
 * its id (`partyIdOf`): the same name the same id, two names never the same. With `known` only parties of the series are
 * taken, by their name, their id, or the id that their name makes.
 *
 * @param names of the known parties by their ids, where they have others
 * @param given ids by names, as `partyIdsOf` makes them of all names of a map; else ids are made in the order of mention
 */
export function partyNames(
  known: KnownParties,
  names: Readonly<Record<string, string>> = {},
  given: Readonly<Record<string, string>> = {},
): PartyNames {
  const byValue = new Map<string, string>();
  const holders = new Map<string, string>(known?.map((id) => [id, names[id] ?? id]));
  const named = new Map<string, NamedParty>();
  const spellings = new Map<string, Set<string>>();
  const byTheirId = new Set<string>();
  const resolve = (stated: unknown): { id: string } | { fault: string } => {
    // A table has numbers as text; GeoJSON and databases have them as numbers.
    const value = typeof stated === 'number' && Number.isFinite(stated) ? String(stated) : stated;
    if (typeof value !== 'string')
      return { fault: `${quote(stated)} is not a party: its name is text (--mapping says what other values mean)` };
    const name = normalised(value);
    if (value.includes('\ufffd')) {
      return {
        fault: `${quote(value)} has lost its letters (U+FFFD): --encoding names the encoding that the file is in (windows-1251, windows-1256)`,
      };
    }
    if (name === '' || name.length > LONGEST || value !== value.trim() || INVISIBLE.test(value)) {
      return {
        fault: `${quote(value)} cannot be a party's name: 1 to ${LONGEST} characters, no blank around them, none of them invisible (--mapping says what such values mean)`,
      };
    }
    if (isClassName(name))
      return {
        fault: `${quote(value)} is a class of ground and cannot be a party: --status-property names the property that has it, or a rule of --mapping`,
      };
    const own = known?.find((id) => normalised(names[id] ?? id) === name) ?? known?.find((id) => id === value);
    const id =
      own ?? (Object.hasOwn(given, name) ? (given[name] as string) : partyIdOf(name, (taken) => holders.get(taken)));
    if (known && !known.includes(id)) {
      return {
        fault: `${quote(value)} is not a party of the series, which has ${known.length > 0 ? `${known.join(', ')} (--mapping says which of them it means` : 'none yet (--mapping says what it means'}; \`salient parties add\` adds one)`,
      };
    }
    if (!known) holders.set(id, name);
    if (own !== undefined && isOnlyItsId(own, name, names)) byTheirId.add(own);
    if (!named.has(id)) named.set(id, { id, name });
    spellings.set(id, (spellings.get(id) ?? new Set()).add(value));
    return { id };
  };
  return {
    idOf(value) {
      const cached = typeof value === 'string' ? byValue.get(value) : undefined;
      if (cached !== undefined) return { id: cached };
      const found = resolve(value);
      if ('id' in found) byValue.set(value as string, found.id);
      return found;
    },
    all: () => [...named.values()],
    notes: () => [
      ...(known === null ? keptApart([...named.values()], given) : []),
      ...[...byTheirId].map(
        (id) => `party ${JSON.stringify(id)} is taken for ${JSON.stringify(names[id])}, whose id it is`,
      ),
      ...[...spellings].flatMap(([id, values]) => {
        const written = [...values].filter((value) => value !== id || names[id] === undefined);
        return written.length < 2
          ? []
          : [
              `${listed(written)} are taken for one party, ${id}: they differ in blanks, signs that nobody sees, or how Unicode writes a letter`,
            ];
      }),
    ],
  };
}

/**
 * The parties of several files of one map whose ids were made file by file, with ids of their own each; null when they have.
 */
export function idsApart(parties: readonly NamedParty[]): Record<string, string> | null {
  const ids = partyIdsOf(parties.map(({ name }) => name));
  return parties.every(({ id, name }) => ids.get(name) === id) ? null : Object.fromEntries(ids);
}

/** A party of a series that is named by its id, where its name is another one that would make the same id. */
function isOnlyItsId(id: string, name: string, names: Readonly<Record<string, string>>): boolean {
  const own = names[id];
  return own !== undefined && normalised(own) !== name && partyIdOf(own) === id;
}

/** Two names of a new series that would share an id, each group once. */
function keptApart(named: readonly NamedParty[], given: Readonly<Record<string, string>>): string[] {
  const all = new Map([...Object.entries(given), ...named.map(({ id, name }) => [name, id] as const)]);
  return [...grouped(all.keys(), partyIdOf).values()]
    .filter((group) => group.length > 1 && group.some((name) => named.some((party) => party.name === name)))
    .map((group) => {
      const ids = group.sort().map((name) => `${JSON.stringify(name)} as ${all.get(name)}`);
      return `${ids.join(', ')}: kept apart, although their letters make one id; rules of a mapping (--mapping) make them one party`;
    });
}

const listed = (values: readonly string[]) =>
  values
    .map((value) => JSON.stringify(value))
    .sort()
    .join(' and ');
