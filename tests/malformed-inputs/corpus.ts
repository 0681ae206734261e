import type { Defect } from './defects.js';
import { FILE_DEFECTS } from './files.js';
import { GROUND_DEFECTS } from './ground.js';
import { WORD_DEFECTS } from './words.js';

/** All of them; `README.md` beside this file is their table. */
export const CORPUS: readonly Defect[] = [...FILE_DEFECTS, ...GROUND_DEFECTS, ...WORD_DEFECTS];

const MEANING: Record<string, string> = {
  same: 'read as the same ground as the good map',
  stored: 'stored',
  held: 'held for a person (409)',
  too_large: 'refused (413)',
  invalid_snapshot: 'refused (422)',
};

/** The table of the corpus, in Markdown. */
export function corpusTable(): string {
  const rows = CORPUS.map(({ name, mapped, query, expect: { judgement, problem, says } }) => {
    const outcome = `${MEANING[judgement] ?? 'refused (400)'}${problem ? `: \`${problem}\`` : ''}`;
    const requested = Object.entries(query ?? {}).map(([key, value]) => `${key}=${value}`);
    const how = [...(mapped ? ['mapping'] : []), ...requested].join(', ');
    return `| ${name} | ${how} | ${outcome} | ${says ? `\`${says.source.replaceAll('|', '\\|')}\`` : ''} |`;
  });
  return ['| the file | read with | judgement | says |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
