/** What separates the fields of a table. */
export const SEPARATORS: readonly string[] = [',', ';', '\t', '|'];

/** What Excel writes before a header, and understands: the separator of the fields. */
const STATED = /^\uFEFF?sep=(.)\r?\n/i;

/** The table behind the line by which Excel states its separator, and the separators that it may have. */
export function withoutSeparator(text: string): { text: string; delimiters: readonly string[]; lines: number } {
  const [line = '', stated] = STATED.exec(text) ?? [];
  return {
    text: text.slice(line.length),
    delimiters: stated === undefined ? SEPARATORS : [stated],
    lines: line === '' ? 0 : 1,
  };
}

/** The separator that is most often in the header, outside of quotes: names of columns have none in them. */
export function separatorOf(text: string, delimiters: readonly string[]): string {
  const [header = ''] = text.replace(/"(?:[^"]|"")*"/g, '').split(/\r?\n/, 1);
  const times = (sign: string) => header.split(sign).length;
  return delimiters.reduce((best, one) => (times(one) > times(best) ? one : best));
}
