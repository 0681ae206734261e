import { createHash } from 'node:crypto';
import anyAscii from 'any-ascii';
import { isId } from './id.js';

/** Names of the classes of ground, which no party may have as its id: a balance would count it as the class. */
const CLASSES: readonly string[] = ['contested', 'unknown', 'unassigned', 'unmapped'];

const LONGEST = 63;
/** Of a hash behind an id: so many, or more where that id is taken. */
const DIGITS = [8, 16, 32];

/** True for the name of a class of ground, however it is capitalised: no party may be called so. */
export function isClassName(text: string): boolean {
  return CLASSES.includes(text.toLowerCase());
}

/** True when the text can be stored as a party's id as it is. */
export function isPartyId(text: string): boolean {
  return isId(text) && !CLASSES.includes(text);
}

/**
 * The id of a party by the name that people write: the name itself when it is an id already; else its letters in ASCII
 * (any-ascii transliterates every script of Unicode), small, joined by `-`: "Russian Federation" is `russian-federation`,
 * "Українська армія" is `ukrainska-armiya`. The result depends on nothing but the name and `holderOf`, so the same name has the same id in
 * every file and on every machine.
 *
 * A name that leaves no letters, is too long, or gives the name of a class gets an id that ends in a hash of the name. So
 * does a name whose id belongs to another name already: `holderOf` returns the name that holds an id, if any does.
 */
export function partyIdOf(name: string, holderOf: (id: string) => string | undefined = () => undefined): string {
  const plain = name.normalize('NFC').replace(/\s+/g, ' ').trim();
  const isFree = (id: string) => {
    const holder = holderOf(id);
    return holder === undefined || holder === name || holder === plain;
  };
  if (isPartyId(plain) && isFree(plain)) return plain;
  const letters = lettersOf(plain);
  if (isPartyId(letters) && isFree(letters)) return letters;
  const hash = createHash('sha256').update(plain).digest('hex');
  // Somebody may have written the id of another name as a name: more digits tell them apart.
  const ids = DIGITS.map((digits) => {
    const start = (letters || 'party').slice(0, LONGEST - digits - 1).replace(/-+$/, '');
    return `${start}-${hash.slice(0, digits)}`;
  });
  return ids.find(isFree) ?? (ids.at(-1) as string);
}

/**
 * The ids of several names, each its own, whatever their order: a name that is an id keeps it, then the first in the order of
 * their letters has the id that its letters make, and the others that would share it end in their hash.
 */
export function partyIdsOf(names: Iterable<string>): Map<string, string> {
  const holders = new Map<string, string>();
  const order = [...new Set(names)].sort((a, b) => Number(isPartyId(b)) - Number(isPartyId(a)) || (a < b ? -1 : 1));
  return new Map(
    order.map((name) => {
      const id = partyIdOf(name, (taken) => holders.get(taken));
      holders.set(id, name);
      return [name, id];
    }),
  );
}

/** The letters of a name in ASCII, small, joined by `-`; '' when it has none. */
function lettersOf(name: string): string {
  return anyAscii(name)
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
