/** Where a text stops being JSON. `offset` counts UTF-16 units from the start of the text. */
export interface JsonFault {
  offset: number;
  message: string;
}

type Expecting = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or ]' | ', or }' | 'end';

const SPACE = /[\t\n\r ]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z_]+/y;
const NOT_FINITE = /^-?(?:nan|inf|infinity)$/i;

/**
 * Finds the first place where a text breaks the JSON grammar, or null if it does not. Only called after
 * `JSON.parse` has refused: V8 states the position in some versions and not in others. No recursion, any depth.
 */
export function findJsonFault(text: string): JsonFault | null {
  const open: ('[' | '{')[] = [];
  let expecting: Expecting = 'value';
  let offset = 0;
  const fault = (message: string): JsonFault => ({ offset, message });
  const afterValue = (): Expecting => {
    const inside = open.at(-1);
    return inside === undefined ? 'end' : inside === '[' ? ', or ]' : ', or }';
  };
  for (;;) {
    offset = skip(SPACE, text, offset);
    const char = text[offset];
    if (char === undefined) {
      if (expecting === 'end') return null;
      const inside = open.at(-1);
      return fault(
        inside
          ? `the file ends inside ${inside === '[' ? 'an array' : 'an object'}: is it half a file? Fetch or export it again`
          : 'the file ends where a value is expected',
      );
    }
    if (
      (char === ']' && (expecting === 'value or ]' || expecting === ', or ]')) ||
      (char === '}' && (expecting === 'key or }' || expecting === ', or }'))
    ) {
      open.pop();
      expecting = afterValue();
      offset++;
    } else if (char === ',' && (expecting === ', or ]' || expecting === ', or }')) {
      expecting = expecting === ', or ]' ? 'value' : 'key';
      offset++;
    } else if (char === ':' && expecting === ':') {
      expecting = 'value';
      offset++;
    } else if (char === '"' && expecting !== 'end' && !expecting.startsWith(',') && expecting !== ':') {
      const end = endOfString(text, offset);
      if (typeof end !== 'number') return end;
      offset = end;
      expecting = expecting.startsWith('key') ? ':' : afterValue();
    } else if (expecting === 'value' || expecting === 'value or ]') {
      if (char === '[' || char === '{') {
        open.push(char);
        expecting = char === '[' ? 'value or ]' : 'key or }';
        offset++;
        continue;
      }
      const end = Math.max(skip(NUMBER, text, offset), endOfLiteral(text, offset));
      if (end === offset) return fault(describe(text, offset, expecting));
      offset = end;
      expecting = afterValue();
    } else return fault(describe(text, offset, expecting));
  }
}

function skip(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}

function endOfLiteral(text: string, offset: number): number {
  const word = ['true', 'false', 'null'].find((literal) => text.startsWith(literal, offset));
  return offset + (word?.length ?? 0);
}

/** A loop and not a pattern: on a string of megabytes the pattern's backtracking stack overflows. */
function endOfString(text: string, start: number): number | JsonFault {
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) return i + 1;
    if (unit < 0x20) return { offset: i, message: 'a line break or control character inside a string' };
    if (unit !== 0x5c) continue;
    const letter = text[i + 1];
    if (letter === undefined) break;
    const valid = letter === 'u' ? /^[0-9a-fA-F]{4}$/.test(text.slice(i + 2, i + 6)) : '"\\/bfnrt'.includes(letter);
    // Cut off in the middle of `\uXXXX`: the end of the text is what is wrong, not the escape.
    if (!valid && letter === 'u' && i + 6 > text.length && /^[0-9a-fA-F]*$/.test(text.slice(i + 2))) break;
    if (!valid) return { offset: i, message: 'an escape that JSON does not have' };
    i++;
  }
  return { offset: text.length, message: 'the file ends inside a string: is it half a file? Fetch or export it again' };
}

function describe(text: string, offset: number, expecting: Expecting): string {
  const word = text.slice(offset, Math.max(skip(WORD, text, offset), offset + 1));
  if (NOT_FINITE.test(word))
    return `${word} is not JSON, and no coordinate: find out what wrote it, and leave the value out`;
  if (expecting === 'end')
    return `${JSON.stringify(word)} after the end of the document: is this one document, or several in one file?`;
  if (expecting === 'key' && word === '}') return 'a comma before }';
  if (expecting === 'value' && word === ']') return 'a comma before ]';
  if (word === '/') return 'a comment: JSON has none';
  if (word === "'") return 'a string in single quotes: JSON has double quotes only';
  const wanted = expecting.startsWith('key')
    ? `a key in double quotes${expecting.slice(3)}`
    : expecting === 'value'
      ? 'a value'
      : expecting;
  return `${JSON.stringify(word)} where ${wanted} is expected`;
}
