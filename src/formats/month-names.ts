/** Languages in which maps are published and `Intl` names months; Arabic has two sets of names, by country. */
const LANGUAGES = 'ar ar-SY ar-DZ az bg cs de el es fa fr he hr hu hy it ka nl pl pt ro ru sk sr sv tr uk'.split(' ');
const NAME = /\p{L}[\p{L}\p{M}’']*(?:\.|(?=[^\p{L}\p{M}]|$))/gu;

let known: ReadonlyMap<string, number> | undefined;

/** Months (0 to 11) by their names in small letters, long and short, alone and beside a day (мая); never one that is two months (listopad). */
function months(): ReadonlyMap<string, number> {
  if (known) return known;
  const found = new Map<string, number>();
  const twice = new Set<string>();
  for (const language of LANGUAGES) {
    for (const options of [
      { month: 'long' },
      { month: 'long', day: 'numeric' },
      { month: 'short', day: 'numeric' },
    ] as const) {
      const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, { ...options, timeZone: 'UTC' });
      for (let month = 0; month < 12; month++) {
        const parts = format.formatToParts(Date.UTC(2024, month, 15));
        const name = plain(parts.find(({ type }) => type === 'month')?.value ?? '');
        if (!/^\p{L}/u.test(name)) continue;
        if ((found.get(name) ?? month) !== month) twice.add(name);
        found.set(name, month);
      }
    }
  }
  for (const name of twice) found.delete(name);
  known = found;
  return found;
}

const plain = (name: string) => name.normalize('NFC').toLowerCase().replace(/\.$/, '');

/** A day with the name of its month in English, in which a format with `%B` or `%b` reads it: `1 мая 2024` is `1 May 2024`. */
export function inEnglish(text: string, length: 'long' | 'short'): string {
  return text.normalize('NFC').replace(NAME, (word) => {
    const month = months().get(plain(word));
    if (month === undefined) return word;
    return new Intl.DateTimeFormat('en', { month: length, timeZone: 'UTC' }).format(Date.UTC(2024, month, 15));
  });
}
