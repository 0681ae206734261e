import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

const README = new URL('README.md', import.meta.url);

/** Writes what a bench found between its markers in tests/bench/README.md, and prints it. */
export function writeFigures(name: string, text: string): void {
  const old = readFileSync(README, 'utf8');
  const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
  if (!marked.test(old)) throw new Error(`tests/bench/README.md has no <!-- ${name} --> … <!-- /${name} -->`);
  const [load = 0] = loadavg();
  const reported = `${text}\n\n${cpus().length} cores, load average ${load.toFixed(1)} at the end.`;
  writeFileSync(
    README,
    old.replace(marked, (_, open, close) => `${open}${reported}\n${close}`),
  );
  console.log(reported);
}

export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
