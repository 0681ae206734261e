import { SalientError } from '../errors.js';
import { MOST_FILTER_CHARACTERS } from './cql2.js';

/** `name`: a word or a quoted identifier; `text`: a character literal; `sign`: an operator or punctuation. */
export interface Token {
  kind: 'name' | 'text' | 'number' | 'sign' | 'end';
  value: string;
  /** A quoted identifier is never a keyword. */
  quoted: boolean;
  at: number;
}

const SPACE = /[\s\u0085\u00a0\u2000-\u200a]*/y;
const NAME = /[:_\p{L}][:_.\p{L}\p{N}]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const SIGN = /<>|<=|>=|[=<>(),+*/%^-]/y;

export function filterFault(message: string): SalientError {
  return new SalientError('invalid_filter', `filter: ${message}`);
}

/**
 * CQL2 text as tokens, all of it. In a character literal a quote is doubled or follows a backslash.
 * @throws SalientError `invalid_filter` at the first character that begins no token
 */
export function tokens(text: string): Token[] {
  if (text.length > MOST_FILTER_CHARACTERS) throw filterFault(`longer than ${MOST_FILTER_CHARACTERS} characters`);
  const found: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  for (;;) {
    at += match(SPACE)?.length ?? 0;
    if (at >= text.length) return [...found, { kind: 'end', value: '', quoted: false, at }];
    const start = at;
    const push = (kind: Token['kind'], value: string, length: number, quoted = false) => {
      found.push({ kind, value, quoted, at: start });
      at = start + length;
    };
    const character = text[at];
    if (character === "'" || character === '"') {
      const { value, length } = quotedText(text, at, character);
      push(character === "'" ? 'text' : 'name', value, length, true);
      continue;
    }
    const name = match(NAME);
    const number = name === null ? match(NUMBER) : null;
    const sign = name === null && number === null ? match(SIGN) : null;
    if (name !== null) push('name', name, name.length);
    else if (number !== null) push('number', number, number.length);
    else if (sign !== null) push('sign', sign, sign.length);
    else throw filterFault(`unexpected ${JSON.stringify(character)} at character ${at + 1}`);
  }
}

function quotedText(text: string, start: number, quote: string): { value: string; length: number } {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] as string;
    const next = text[at + 1];
    if (character === quote) {
      if (next !== quote) return { value, length: at + 1 - start };
      value += quote;
      at++;
    } else if (character === '\\' && next === quote && quote === "'") {
      value += quote;
      at++;
    } else value += character;
  }
  throw filterFault(`the ${quote} at character ${start + 1} is never closed`);
}
