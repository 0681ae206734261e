import { readFileSync, writeFileSync } from 'node:fs';

const README = new URL('README.md', import.meta.url);

/** Writes what a bench found between its markers in tests/bench/README.md, and prints it. */
export function writeFigures(name: string, text: string): void {
  const old = readFileSync(README, 'utf8');
  const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
  if (!marked.test(old)) throw new Error(`tests/bench/README.md has no <!-- ${name} --> … <!-- /${name} -->`);
  writeFileSync(
    README,
    old.replace(marked, (_, open, close) => `${open}${text}\n${close}`),
  );
  console.log(text);
}

export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
