import { ARRAY_FUNCTIONS, type Expression, type Predicate, SPATIAL_FUNCTIONS, TEMPORAL_FUNCTIONS } from './cql2.js';
import { expect, nested, openReader, peek, type Reader, readNumber, take, unexpected } from './cql2-reader.js';
import { filterFault, type Token } from './cql2-tokens.js';
import { isWktName, readWkt } from './cql2-wkt.js';

const COMPARISONS = ['=', '<>', '<', '>', '<=', '>='];
const KEYWORDS = ['AND', 'OR', 'NOT', 'LIKE', 'ILIKE', 'BETWEEN', 'IN', 'IS', 'NULL', 'TRUE', 'FALSE'];
const FUNCTIONS = new Map<string, string>(
  [...SPATIAL_FUNCTIONS, ...TEMPORAL_FUNCTIONS, ...ARRAY_FUNCTIONS].map((name) => [name.toLowerCase(), name]),
);

/**
 * Reads CQL2 text (OGC 21-065r2, Annex B) as CQL2 JSON: Basic CQL2, advanced and case-insensitive comparison, spatial
 * and temporal functions. The whole text must be one predicate. `ILIKE`, which GDAL writes, is `LIKE` on both sides' `CASEI`.
 * (Of the parsers there are, cql2-wasm drops what it does not understand, among it everything after a doubled quote.)
 * @throws SalientError `invalid_filter` saying at which character
 */
export function parseCql2Text(text: string): Predicate {
  const reader = openReader(text);
  const predicate = readOr(reader);
  if (peek(reader).kind !== 'end') throw unexpected(reader, 'the end, AND or OR');
  return predicate;
}

function readOr(reader: Reader): Predicate {
  return readChain(reader, 'OR', 'or', (inner) => readChain(inner, 'AND', 'and', readNot));
}

function readChain(reader: Reader, word: string, op: string, part: (reader: Reader) => Predicate): Predicate {
  const args = [part(reader)];
  while (take(reader, word)) args.push(part(reader));
  return args.length === 1 ? (args[0] as Predicate) : { op, args };
}

function readNot(reader: Reader): Predicate {
  if (take(reader, 'NOT')) return { op: 'not', args: [nested(reader, readNot)] };
  if (!beginsValue(reader) && take(reader, '(')) {
    const inside = nested(reader, readOr);
    expect(reader, ')');
    return inside;
  }
  return readPredicate(reader);
}

const AFTER_VALUE = [...COMPARISONS, '+', '-', '*', '/', '%', '^', 'DIV', 'IS', 'LIKE', 'ILIKE', 'BETWEEN', 'IN'];

/** Whether the parenthesis ahead is one of a value, `(a + b) * 2 > c`: what follows its end decides. */
function beginsValue({ tokens, at }: Reader): boolean {
  if (tokens[at]?.kind !== 'sign' || tokens[at]?.value !== '(') return false;
  let depth = 0;
  for (let end = at; end < tokens.length; end++) {
    const { kind, value } = tokens[end] as Token;
    if (kind !== 'sign') continue;
    if (value === '(') depth++;
    else if (value === ')' && --depth === 0) {
      const next = tokens[end + 1] as Token;
      const word = next.value.toUpperCase();
      const isNegated = word === 'NOT' && !next.quoted;
      return (next.kind === 'sign' || !next.quoted) && (AFTER_VALUE.includes(word) || isNegated);
    }
  }
  return false;
}

function readPredicate(reader: Reader): Predicate {
  const token = peek(reader);
  const name = !token.quoted && token.kind === 'name' ? FUNCTIONS.get(token.value.toLowerCase()) : undefined;
  if (name !== undefined && reader.tokens[reader.at + 1]?.value === '(') {
    reader.at += 2;
    const argument = name.startsWith('a_') ? readArray : readScalar;
    const first = argument(reader);
    expect(reader, ',');
    const args = [first, argument(reader)];
    expect(reader, ')');
    return { op: name, args };
  }
  const left = readScalar(reader);
  const comparison = COMPARISONS.find((sign) => take(reader, sign));
  if (comparison) return { op: comparison, args: [left, readScalar(reader)] };
  if (take(reader, 'IS')) {
    const not = take(reader, 'NOT');
    expect(reader, 'NULL');
    return negated(not, { op: 'isNull', args: [left] });
  }
  const not = take(reader, 'NOT');
  if (take(reader, 'LIKE')) return negated(not, { op: 'like', args: [left, readScalar(reader)] });
  if (take(reader, 'ILIKE')) return negated(not, { op: 'like', args: [casei(left), casei(readScalar(reader))] });
  if (take(reader, 'BETWEEN')) {
    const least = readScalar(reader);
    expect(reader, 'AND');
    return negated(not, { op: 'between', args: [left, least, readScalar(reader)] });
  }
  if (take(reader, 'IN')) {
    expect(reader, '(');
    const list = [readScalar(reader)];
    while (take(reader, ',')) list.push(readScalar(reader));
    expect(reader, ')');
    return negated(not, { op: 'in', args: [left, list] });
  }
  if (typeof left === 'boolean' && !not) return left;
  throw unexpected(reader, 'a comparison (=, <>, <, >, <=, >=, IS NULL, LIKE, BETWEEN, IN)');
}

const negated = (not: boolean, predicate: Predicate): Predicate => (not ? { op: 'not', args: [predicate] } : predicate);
const casei = (of: Expression): Expression => ({ op: 'casei', args: [of] });

/** A list of values in parentheses, or a property that is one. */
function readArray(reader: Reader): Expression {
  if (beginsValue(reader) || !take(reader, '(')) return readScalar(reader);
  if (take(reader, ')')) return [];
  const list = [readScalar(reader)];
  while (take(reader, ',')) list.push(readScalar(reader));
  expect(reader, ')');
  return list;
}

/** A value: terms, factors and powers of atoms, as usual. */
function readScalar(reader: Reader): Expression {
  return readChainOf(reader, ['+', '-'], (inner) => readChainOf(inner, ['*', '/', '%', 'DIV'], readPower));
}

function readChainOf(reader: Reader, signs: readonly string[], part: (reader: Reader) => Expression): Expression {
  let value = part(reader);
  for (;;) {
    const sign = signs.find((one) => take(reader, one));
    if (sign === undefined) return value;
    value = { op: sign.toLowerCase(), args: [value, part(reader)] };
  }
}

function readPower(reader: Reader): Expression {
  const base = readAtom(reader);
  return take(reader, '^') ? { op: '^', args: [base, nested(reader, readPower)] } : base;
}

/** A literal, a property, CASEI, an interval, a geometry, or a value in parentheses. */
function readAtom(reader: Reader): Expression {
  const token = peek(reader);
  if (token.kind === 'sign' && token.value === '(') {
    reader.at++;
    const inside = nested(reader, readScalar);
    expect(reader, ')');
    return inside;
  }
  if (token.kind === 'text') {
    reader.at++;
    return token.value;
  }
  const isSigned = token.kind === 'sign' && (token.value === '-' || token.value === '+');
  if (isSigned && token.value === '-' && reader.tokens[reader.at + 1]?.kind !== 'number') {
    // `arithmeticFactor` of the grammar: a minus before any operand. The JSON form has a product for it. Two in a row begin a comment
    // for those who write SQL.
    const former = reader.tokens[reader.at - 1];
    if (former?.kind === 'sign' && former.value === '-' && former.at + 1 === token.at)
      throw unexpected(reader, 'a property or a value');
    reader.at++;
    return { op: '*', args: [-1, nested(reader, readAtom)] };
  }
  if (token.kind === 'number' || isSigned) {
    return readNumber(reader);
  }
  if (token.kind !== 'name') throw unexpected(reader, 'a property or a value');
  const word = token.quoted ? '' : token.value.toUpperCase();
  if (word === 'TRUE' || word === 'FALSE') {
    reader.at++;
    return word === 'TRUE';
  }
  if (KEYWORDS.includes(word) || word === 'DIV') throw unexpected(reader, 'a property or a value');
  const next = reader.tokens[reader.at + 1];
  if (
    !token.quoted &&
    isWktName(word) &&
    (next?.value === '(' || ['Z', 'M', 'ZM'].includes(next?.value.toUpperCase() ?? ''))
  ) {
    return nested(reader, readWkt);
  }
  reader.at++;
  if (token.quoted || peek(reader).value !== '(' || peek(reader).kind !== 'sign') return { property: token.value };
  reader.at++;
  const value = nested(reader, (inner) => readCall(inner, token, word));
  expect(reader, ')');
  return value;
}

function readCall(reader: Reader, token: Token, word: string): Expression {
  if (word === 'CASEI') return casei(readScalar(reader));
  if (word === 'DATE') return { date: readText(reader) };
  if (word === 'TIMESTAMP') return { timestamp: readText(reader) };
  if (word === 'INTERVAL') {
    const from = readScalar(reader);
    expect(reader, ',');
    return { interval: [from, readScalar(reader)] };
  }
  throw filterFault(`there is no function ${JSON.stringify(token.value)} (character ${token.at + 1})`);
}

function readText(reader: Reader): string {
  const { kind, value } = peek(reader);
  if (kind !== 'text') throw unexpected(reader, 'a text in quotes');
  reader.at++;
  return value;
}
