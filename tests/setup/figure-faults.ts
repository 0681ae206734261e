/*
 * Figures and words that no answer may have, whatever it is about: numbers that stand for a missing one, what rounding left over, and
 * words of a program in a sentence for people.
 */

/** Numbers that programs write for "none" or "without end", whatever their unit. */
const SENTINELS = new Set([9999, 99999, 999999, 9999999, 1e9, 1e10, 1e12, 2147483647, 4294967295, 1e308]);
/** Names of what is wide, far or deep: more than the diagonal of the theatre it cannot be. */
const WIDTH =
  /(margin|width|gap|corridor|bound|offset|distance|narrow|wide|depth|base|advance|median|p90|largest)\w*_(km|m)$/;
/** What an answer may say of its own rounding. */
const RESIDUE = /residual/;
/** Positions in degrees have seven decimals: a centimetre, the grid of the store. */
const DECIMALS = 7;
const POSITIONS = /\.(coordinates|bbox|bounds|where|point|center|position|label)(\.\d+)*$/;

const WORDS: readonly [RegExp, string][] = [
  [/\b(NaN|undefined|Infinity)\b|\[object /, 'a word of the program'],
  [/(^|[\s(>:])null\b(?!\s*[,}\]])/, 'null'],
  [/(?<![\w.#-])\d[\d,]*(\.\d+)?e[-+]?\d+\b/i, 'a power of ten'],
  [/(?<![\w.,])[-−]0(\.0+)?(?![\d.,:\-T])/, 'minus nothing'],
];
/** A length or an area in a sentence ends in no zero that tells nothing. */
const IDLE_ZERO = /\d\.\d*0 (km²|km|m)\b/;

/** Faults of a text for people: a page, a report, a feed, a table. @param sentences whether it has no tables, whose digits stand below one another */
export function faultsOfText(text: string, sentences = false): string[] {
  const rules = sentences ? [...WORDS, [IDLE_ZERO, 'an idle zero'] as const] : WORDS;
  return rules.flatMap(([rule, what]) => {
    const found = rule.exec(text);
    return found ? [`${what}: …${text.slice(Math.max(0, found.index - 60), found.index + 40)}…`] : [];
  });
}

/** Faults of JSON as it was sent. @param diagonalM of the theatre, metres; null: of no one theatre */
export function faultsOfJson(text: string, diagonalM: number | null): string[] {
  const minus = /[:[,]\s*-0(\.0*)?\s*[,\]}]/.exec(text);
  const faults = minus ? [`minus nothing: …${text.slice(Math.max(0, minus.index - 60), minus.index + 20)}…`] : [];
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'number')
      faults.push(...faultsOfNumber(value, path, diagonalM).map((fault) => `${path}: ${fault}`));
    else if (typeof value === 'string') {
      if (/\s/.test(value) && !/^\s*[<{]/.test(value))
        faults.push(...faultsOfText(value, true).map((fault) => `${path}: ${fault}`));
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) look(inner, `${path}.${name}`);
    }
  };
  look(JSON.parse(text), '');
  return faults;
}

/** Faults of the attributes of a feature of a tile. */
export function faultsOfAttributes(attributes: Record<string, unknown>, diagonalM: number): string[] {
  return faultsOfJson(
    JSON.stringify(attributes, (_, value) => (Object.is(value, -0) ? 'NaN of a tile' : value)),
    diagonalM,
  );
}

function faultsOfNumber(value: number, path: string, diagonalM: number | null): string[] {
  const name = path.replace(/(\.\d+)+$/, '');
  const faults: string[] = [];
  const size = Math.abs(value);
  if (SENTINELS.has(size) || (value < 0 && [1, 99, 999].includes(size) && /_(km2?|m)$/.test(name)))
    faults.push(`stands for a missing one: ${value}`);
  if (size > 0 && size < 1e-9 && !RESIDUE.test(name)) faults.push(`left by rounding: ${value}`);
  const metres = /_km$/.test(name) ? size * 1000 : size;
  if (diagonalM !== null && WIDTH.test(name) && metres > diagonalM) faults.push(`wider than the theatre: ${value}`);
  if (POSITIONS.test(`${path}`) && (String(value).split('.')[1]?.length ?? 0) > DECIMALS)
    faults.push(`more decimals than are published: ${value}`);
  return faults;
}
