/** Languages in which maps are published and `Intl` names months; Arabic and Persian have sets of names by country. */
const LANGUAGES =
  'ar ar-SY ar-DZ ar-MA ar-MR az bg ckb cs de el en en-GB es fa fa-AF fr he hr hu hy it ka nl pl ps pt ro ru sk sr sv tr uk'.split(
    ' ',
  );
const NAME = /\p{L}[\p{L}\p{M}’'׳]*(?:\.|(?=[^\p{L}\p{M}]|$))/gu;
/** What stands between the words of one name (كانون الثاني). */
const BETWEEN = /^[\s_-]$/;
/** The day's number as a word has it: 1er mars, 1º de maio, 2nd May. */
const ORDINAL = /(?<=\d)(?:er|º|ª|°|st|nd|rd|th)(?![\p{L}\p{M}])/giu;

const ENGLISH = 'January February March April May June July August September October November December'.split(' ');

let known: ReadonlyMap<string, number> | undefined;

/** Months (0 to 11) by their names as `plain` has them, long and short, alone and beside a day (мая); never one that is two months (listopad). */
function months(): ReadonlyMap<string, number> {
  if (known) return known;
  const found = new Map<string, number>();
  const twice = new Set<string>();
  for (const language of LANGUAGES) {
    for (const options of [
      { month: 'long' },
      { month: 'long', day: 'numeric' },
      { month: 'short' },
      { month: 'short', day: 'numeric' },
    ] as const) {
      const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, { ...options, timeZone: 'UTC' });
      for (let month = 0; month < 12; month++) {
        const parts = format.formatToParts(Date.UTC(2024, month, 15));
        for (const name of spellings(plain(parts.find(({ type }) => type === 'month')?.value ?? ''))) {
          if ((found.get(name) ?? month) !== month) twice.add(name);
          found.set(name, month);
        }
      }
    }
  }
  for (const name of twice) found.delete(name);
  known = found;
  return found;
}

/** A name as `Intl` has it, and as people write it besides: تشرين ثاني without its article, במאי with the preposition. */
function spellings(name: string): string[] {
  if (!/^\p{L}/u.test(name)) return [];
  if (/^\p{Script=Hebrew}/u.test(name)) return [name, `ב${name}`];
  return name.includes(' ال') ? [name, name.replace(' ال', ' ')] : [name];
}

/** Small letters without signs that people leave out: hamza and vowels of Arabic, its two forms of yeh and kaf, apostrophes. */
const plain = (name: string) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/[یى]/g, 'ي')
    .replace(/ک/g, 'ك')
    .replace(/[’'׳\u0640\u064b-\u0655\u0670]/g, '');

/**
 * A day with the name of its month in English, in which a format with `%B` or `%b` reads it, and its number without an ending:
 * `1er mars 2024` is `1 March 2024`.
 * @param dots the full stop behind a name stays: it is the format's, and no sign of an abbreviation
 */
export function inEnglish(text: string, length: 'long' | 'short', dots = false): string {
  const whole = text.normalize('NFC').replace(ORDINAL, '');
  const words = [...whole.matchAll(NAME)].map(({ 0: word, index }) => ({ word, from: index, to: index + word.length }));
  let written = '';
  let done = 0;
  for (let first = 0; first < words.length; first++) {
    const found = nameAt(words, first, whole);
    if (!found) continue;
    const [last, month] = found;
    const to = words[last] as (typeof words)[number];
    const english = ENGLISH[month]?.slice(0, length === 'short' ? 3 : undefined);
    written += whole.slice(done, words[first]?.from) + english + (dots && to.word.endsWith('.') ? '.' : '');
    done = to.to;
    first = last;
  }
  return written + whole.slice(done);
}

/** The last word of the name that begins with a word, and its month; of two names the longer one. */
function nameAt(
  words: readonly { word: string; from: number; to: number }[],
  first: number,
  text: string,
): [last: number, month: number] | null {
  let found: [number, number] | null = null;
  let name = '';
  for (let at = first; at < Math.min(words.length, first + 2); at++) {
    const [before, here] = [words[at - 1], words[at] as (typeof words)[number]];
    if (at > first && !(before && BETWEEN.test(text.slice(before.to, here.from)))) break;
    name += `${at > first ? ' ' : ''}${plain(here.word)}`;
    const month = months().get(name);
    if (month !== undefined) found = [at, month];
  }
  return found;
}
