import type { ReportContent } from '../content/content.js';
import { type Around, editionNotes } from './sections/around.js';
import type { Cell } from './sections/section.js';
import { sectionsOf } from './sections/sections.js';
import { stampOf } from './stamp.js';
import { storyOf } from './story.js';
import { voiceOf } from './voice.js';

/** Text as Markdown shows it, whatever is in it. */
const escaped = (text: string) => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&').replace(/\s+/g, ' ');
const address = (href: string) =>
  href.replace(/[()\s<>]/g, (character) =>
    encodeURIComponent(character).replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
  );
const inline = (cell: Cell) =>
  cell.map(({ text, href }) => (href ? `[${escaped(text)}](${address(href)})` : escaped(text))).join('');
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** The report as Markdown (CommonMark with tables). Figures link to the questions of the API that yield them. */
export function asMarkdown(content: ReportContent, around: Around): string {
  const voice = voiceOf(content);
  const story = storyOf(voice);
  const blocks = [
    `# ${escaped(story.headline)}`,
    `*${escaped(content.definition.title)}, ${escaped(voice.days)}*`,
    // Of a newer edition its header tells: the bytes of this one never change.
    ...editionNotes(content, around).corrects.map((line, i) => `${i > 0 ? '- ' : ''}${escaped(line)}`),
    story.lede.map(escaped).join(' '),
    story.figures
      .map(({ shown, label, query }) => `- [**${escaped(shown)}**](${address(query)}) ${escaped(label)}`)
      .join('\n'),
  ];
  for (const { title, intro, table, notes } of sectionsOf(voice)) {
    blocks.push(`## ${escaped(title)}`);
    blocks.push(
      ...(intro.length > 1 && !table ? [intro.map((line) => `- ${escaped(line)}`).join('\n')] : intro.map(escaped)),
    );
    if (table) {
      const line = table.numeric.map((numeric) => (numeric ? '---:' : '---'));
      blocks.push(
        [
          row(table.head.map(escaped)),
          row(line),
          ...table.rows.map((cells) => row(cells.map(inline))),
          ...(table.foot ? [row(table.foot.map((cell) => `**${inline(cell)}**`))] : []),
        ].join('\n'),
      );
    }
    blocks.push(...notes.map((note) => `*${escaped(note)}*`));
  }
  blocks.push(`## ${escaped(voice.texts.sections.method)}`, ...stampOf(voice).map(escaped));
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
