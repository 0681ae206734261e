import { DEEPEST_FILTER } from './cql2.js';
import { filterFault, type Token, tokens } from './cql2-tokens.js';

/** The tokens not yet read, and how deep in parentheses we are. */
export interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

export function openReader(text: string): Reader {
  return { tokens: tokens(text), at: 0, depth: 0 };
}

export const peek = (reader: Reader): Token => reader.tokens[reader.at] as Token;

/** Reads the next token if it is that sign or keyword. */
export function take(reader: Reader, value: string): boolean {
  const token = peek(reader);
  const is = token.kind === 'sign' ? token.value === value : !token.quoted && isWord(token, value);
  if (is) reader.at++;
  return is;
}

const isWord = (token: Token, word: string) => token.kind === 'name' && token.value.toUpperCase() === word;

export function expect(reader: Reader, value: string): void {
  if (!take(reader, value)) throw unexpected(reader, value);
}

export function unexpected(reader: Reader, wanted: string) {
  const { kind, value, at } = peek(reader);
  const found = kind === 'end' ? 'the end' : JSON.stringify(value);
  return filterFault(`${wanted} is expected at character ${at + 1}, not ${found}`);
}

/** Reads something nested: a filter of ten thousand parentheses must not exhaust the stack. */
export function nested<T>(reader: Reader, read: (reader: Reader) => T): T {
  if (++reader.depth > DEEPEST_FILTER) throw filterFault(`nested deeper than ${DEEPEST_FILTER}`);
  const result = read(reader);
  reader.depth--;
  return result;
}

/** A number with its sign. */
export function readNumber(reader: Reader): number {
  const minus = take(reader, '-');
  if (!minus) take(reader, '+');
  const { kind, value } = peek(reader);
  if (kind !== 'number') throw unexpected(reader, 'a number');
  const number = Number(value);
  if (!Number.isFinite(number)) throw filterFault(`${value} is too large a number`);
  reader.at++;
  return minus ? -number : number;
}
