import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';

/** A block of code in a document. */
export interface Block {
  file: string;
  language: string;
  text: string;
}

const files = ['README.md', ...readdirSync(join(PROJECT_ROOT, 'docs')).map((name) => `docs/${name}`)];
/** Every block of code in the README and in docs/. */
export const blocks: Block[] = files
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) =>
    [...readFileSync(join(PROJECT_ROOT, file), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(
      ([, language = '', text = '']) => ({ file, language, text }),
    ),
  );
export const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

/** The command lines of the shell blocks, those broken by a backslash whole, without comments; each once a document. */
export const commandLines = inLanguage('sh').flatMap(({ file, text }) =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => ({ file, line })),
);
