import { createHash } from 'node:crypto';
import anyAscii from 'any-ascii';
import { isId } from './id.js';

/** Names of the classes of ground, which no party may have as its id: a balance would count it as the class. */
const CLASSES: readonly string[] = ['contested', 'unknown', 'unassigned', 'unmapped'];

const LONGEST = 63;
const DIGITS = 8;

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
  if (isPartyId(plain)) return plain;
  const letters = anyAscii(plain)
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const holder = letters === '' ? undefined : holderOf(letters);
  if (isPartyId(letters) && (holder === undefined || holder === name || holder === plain)) return letters;
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, DIGITS);
  const start = (letters || 'party').slice(0, LONGEST - DIGITS - 1).replace(/-+$/, '');
  return `${start}-${hash}`;
}
