import { posix } from 'node:path';
import MarkdownIt from 'markdown-it';
import { type Html, html } from '../../reports/render/html.js';

/** One document of the site: its file in the project, the name of its page, and its first heading. */
export interface Document {
  file: string;
  slug: string;
  title: string;
}

/** Documents under a heading of the contents, in reading order. */
export interface Chapter {
  title: string;
  documents: readonly Document[];
}

/** Name of the page of a document: the front page is `index`, `geodata/README.md` is `geodata`. */
export function slugOf(file: string): string {
  if (file === 'README.md') return 'index';
  const { dir, name } = posix.parse(file);
  return (name === 'README' ? posix.basename(dir) : name).toLowerCase();
}

export const titleOf = (markdown: string, file: string): string => /^# (.+)$/m.exec(markdown)?.[1] ?? file;

/** As GitHub names headings, so that a link that works there works here. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Letters of code that the narrowest telephone has room for in a line. */
const NARROW = 28;

interface Rendered {
  body: Html;
  /** Headings of the second level. */
  sections: { id: string; title: string }[];
}

/**
 * Markdown as HTML. Links are between files of the project: to a document they become links to its page, to a picture or a
 * file under `docs/` to its copy beside the pages, to anything else (code, tests) plain text, because the site has none of it.
 */
export function renderDocument(markdown: string, file: string, documents: readonly Document[]): Rendered {
  const sections: Rendered['sections'] = [];
  const used = new Map<string, number>();
  const pages = new Map(documents.map((document) => [document.file, document.slug]));
  // Our own files: the comments that mark generated tables are markup.
  const parser = new MarkdownIt({ html: true });
  const { rules } = parser.renderer;
  const addressOf = (href: string): string | null => {
    if (/^(https?:|mailto:|#)/.test(href)) return href;
    const [path = '', fragment] = href.split('#');
    const target = posix.normalize(posix.join(posix.dirname(file), path));
    const slug = pages.get(target) ?? pages.get(posix.join(target, 'README.md'));
    if (slug !== undefined) return `${slug}.html${fragment ? `#${fragment}` : ''}`;
    return target.startsWith('docs/') && posix.extname(target) !== '' && posix.extname(target) !== '.md'
      ? target.slice('docs/'.length)
      : null;
  };
  rules.heading_open = (tokens, index) => {
    const { tag } = tokens[index] ?? { tag: 'h2' };
    const title = (tokens[index + 1]?.children ?? [])
      .filter(({ type }) => type === 'text' || type === 'code_inline')
      .map(({ content }) => content)
      .join('');
    const anchor = anchorOf(title);
    const times = used.get(anchor) ?? 0;
    used.set(anchor, times + 1);
    const id = times === 0 ? anchor : `${anchor}-${times}`;
    if (tag === 'h2') sections.push({ id, title });
    return html`<${{ markup: tag }} id="${id}">`.markup;
  };
  rules.table_open = () => '<div class="wide" tabindex="0" role="group" aria-label="table"><table>';
  // What is wider than a telephone is scrolled, also by keyboard; what is not is no stop on the way of the Tab key.
  const code: typeof rules.fence = (tokens, index) => {
    const { content, info } = tokens[index] ?? { content: '', info: '' };
    const language = info.trim().split(/\s+/)[0] ?? '';
    const isWide = content.split('\n').some((line) => line.length > NARROW);
    const stop = isWide && html` tabindex="0" role="group" aria-label="code"`;
    const named = language !== '' && html` class="language-${language}"`;
    return html`<pre${stop}><code${named}>${content}</code></pre>`.markup;
  };
  Object.assign(rules, { fence: code, code_block: code });
  rules.table_close = () => '</table></div>';
  const open: boolean[] = [];
  rules.link_open = (tokens, index) => {
    const href = addressOf(String(tokens[index]?.attrGet('href') ?? ''));
    open.push(href !== null);
    return href === null ? '' : html`<a href="${href}">`.markup;
  };
  rules.link_close = () => (open.pop() ? '</a>' : '');
  rules.image = (tokens, index) => {
    const token = tokens[index];
    const source = addressOf(String(token?.attrGet('src') ?? '')) ?? '';
    return html`<img src="${source}" alt="${token?.content ?? ''}" loading="lazy">`.markup;
  };
  return { body: { markup: parser.render(markdown) }, sections };
}

/** The whole page: contents beside the text. Addresses are relative, so that the same pages serve from any folder. */
export function documentPage(
  page: { slug: string; title: string; body: Html; sections: Rendered['sections'] },
  chapters: readonly Chapter[],
  site: { style: string; map: string | null; head?: Html },
): string {
  const current = (slug: string) => slug === page.slug;
  const link = (slug: string, title: string) =>
    html`<li><a href="${slug}.html"${current(slug) ? html` aria-current="page"` : null}>${title}</a>${
      current(slug) && page.sections.length > 1
        ? html`<ul>${page.sections.map(({ id, title: section }) => html`<li><a href="#${id}">${section}</a></li>`)}</ul>`
        : null
    }</li>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · Salient</title><meta name="description" content="${page.title}: documents of Salient">
<link rel="stylesheet" href="${site.style}">${site.head}</head>
<body><a class="skip" href="#text">To the text</a><div class="site"><nav class="contents" aria-label="Documents">
${site.map === null ? null : html`<p><a href="${site.map}">The map</a></p>`}
${chapters.map(({ title, documents }) => html`<h2>${title}</h2><ul>${documents.map(({ slug, title: name }) => link(slug, name))}</ul>`)}
<h2>API</h2><ul>${link('api', 'Reference, to try')}</ul>
</nav>${page.slug === 'api' ? html`<div id="text">${page.body}</div>` : html`<main id="text" class="prose">${page.body}</main>`}</div></body></html>
`.markup;
}
