import { isClassName, partyIdOf } from '../model/party-id.js';
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
}

/** Longer than the names of parties; what is longer is a description. */
const LONGEST = 200;
/** Characters that nobody sees, but the joiners that Persian and the scripts of India are written with. */
const INVISIBLE = /(?![\u200c\u200d])\p{C}/u;

/**
 * Takes the values that people write ("Government", "Russian Federation", "النظام") for names of parties and gives each
 * its id (`partyIdOf`): the same name the same id, two names never the same. With `known` only parties of the series are
 * taken, by their id, their name, or the id that their name makes.
 */
export function partyNames(known: readonly string[] | null, names: Readonly<Record<string, string>> = {}): PartyNames {
  const byValue = new Map<string, string>();
  const holders = new Map<string, string>(known?.map((id) => [id, names[id] ?? id]));
  const named = new Map<string, NamedParty>();
  const resolve = (value: unknown): { id: string } | { fault: string } => {
    if (typeof value !== 'string')
      return { fault: `${quote(value)} is not a party: its name is text (--mapping says what other values mean)` };
    const name = normalised(value);
    if (name === '' || name.length > LONGEST || value !== value.trim() || INVISIBLE.test(value)) {
      return {
        fault: `${quote(value)} cannot be a party's name: 1 to ${LONGEST} characters, no blank around them, none of them invisible (--mapping says what such values mean)`,
      };
    }
    if (isClassName(name))
      return {
        fault: `${quote(value)} is a class of ground and cannot be a party: --status-property names the property that has it, or a rule of --mapping`,
      };
    const own = known?.find((id) => id === value || normalised(names[id] ?? id) === name);
    const id = own ?? partyIdOf(name, (taken) => holders.get(taken));
    if (known && !known.includes(id)) {
      return {
        fault: `${quote(value)} is not a party of the series, which has: ${known.join(', ')} (--mapping says which of them it means)`,
      };
    }
    if (!known) holders.set(id, name);
    if (!named.has(id)) named.set(id, { id, name });
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
  };
}
