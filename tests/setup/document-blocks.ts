import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { PROJECT_ROOT } from '../../src/config.js';

/** A block of code in a document; the language of what is indented is `''`. */
export interface Block {
  file: string;
  /** Line of its beginning, for whoever looks for it. */
  line: number;
  language: string;
  text: string;
}

/** What people read that has blocks of code. */
export const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'tiles/README.md', 'geodata/README.md'],
  ...['clients/javascript/README.md', 'clients/python/README.md'],
  ...readdirSync(join(PROJECT_ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

function blocksOf(file: string): Block[] {
  const tokens = new MarkdownIt({ html: true }).parse(readFileSync(join(PROJECT_ROOT, file), 'utf8'), {});
  return tokens
    .filter(({ type }) => type === 'fence' || type === 'code_block')
    .map(({ info, content, map }) => ({ file, line: (map?.[0] ?? 0) + 1, language: info.trim(), text: content }));
}

/** Every block of code of what people read: the README, docs/, and those of tiles, data and clients. */
export const blocks: readonly Block[] = DOCUMENTS.flatMap(blocksOf);
export const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

/** A line that is typed into a shell. */
export interface CommandLine {
  file: string;
  line: string;
}

/** The lines of a block as a shell has them: those broken by a backslash whole, without comments. */
export const linesOf = ({ file, text }: Block): CommandLine[] =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => ({ file, line }));

const OURS = /^(?:npx |docker compose exec \w+ )?salient /;
const isShell = (block: Block) => block.language === 'sh' || (block.language === '' && OURS.test(block.text));
/** The lines of shell blocks, and of indented blocks of commands of ours. */
export const shellBlocks = blocks.filter(isShell);
export const commandLines = shellBlocks.flatMap(linesOf);

/** Commands of ours. */
export const isOurs = (line: string) => OURS.test(line);
/** Commands of ours about the bundled series, which print an answer. */
export const asksBundled = (line: string) => /^salient .*--series m5( |$)/.test(line);
/** Commands of others that ask the bundled series. */
export const isOfOthers = (line: string) => /^(ogrinfo|ogr2ogr|curl -o) .*m5/.test(line);
/** Commands of others that ask for all series. */
export const asksAll = (line: string) => /^ogrinfo .*\/ogc$/.test(line);

/** The addresses of a service on this machine that a block asks, as paths. */
export function addressesIn({ language, text }: Block): string[] {
  if (!['sh', 'html', 'python', 'r', 'ts'].includes(language)) return [];
  return [
    ...[...text.matchAll(/(?<!OAPIF:)http:\/\/127\.0\.0\.1:8080(\/[^\s'"`)\\]*)/g)].map(([, path]) => path),
    ...[...text.matchAll(/\{base\}(\/[^'"]*)|paste0\(base, '([^']*)'/g)].map(([, a, b]) => a ?? b),
  ].filter((path): path is string => path !== undefined && path !== '/');
}

/** Definitions of reports, rules of alerts and proposals, as JSON. */
export const reportDefinitions = inLanguage('json').filter(({ text }) => /"period"/.test(text));
export const alertRules = inLanguage('json').filter(({ text }) => /"when": \{ "kind"/.test(text));
export const proposals = inLanguage('json').filter(({ file, text }) => file === 'docs/desk.md' && /"kind"/.test(text));
