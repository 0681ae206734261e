import { type Html, html } from '../../reports/render/html.js';

/** A page of the API: self-contained, no script, readable without style. */
export interface Page {
  title: string;
  /** The way here, from the outside in. */
  crumbs: readonly { href: string; title: string }[];
  main: Html;
}

/** The style of every plain page. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2530; --paper: #fff; --line: #c9d0d8; --quiet: #56616e; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --paper: #14181d; --line: #3b444e; --quiet: #a3adb8; --link: #8ab8ec; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; color: var(--ink); background: var(--paper); }
a { color: var(--link); } h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
nav ol, ul.links { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; }
nav li + li::before { content: "› "; color: var(--quiet); }
table { border-collapse: collapse; overflow-wrap: normal; } th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
tbody th, td.day { white-space: nowrap; } td.number { text-align: right; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 0; overflow-wrap: anywhere; } .quiet { color: var(--quiet); }
svg.map { width: 100%; max-height: 26rem; border: 1px solid var(--line); background: #eef1f4; }
`;

/** The whole document. */
export function document({ title, crumbs, main }: Page): Html {
  const [before, after] = frame({ title, crumbs });
  return { markup: before + main.markup + after };
}

/** What stands before the main part of a document, and after it. */
export function frame({ title, crumbs }: Omit<Page, 'main'>): [before: string, after: string] {
  const { markup } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Salient</title><style>${{ markup: STYLE }}</style></head>
<body><header><nav aria-label="Where you are"><ol>${crumbs.map(
    ({ href, title: name }) => html`<li><a href="${href}">${name}</a></li>`,
  )}</ol></nav><h1>${title}</h1></header><main>`;
  return [markup, '</main></body></html>\n'];
}

/** Opens what is scrolled sideways where the screen is narrow: the keyboard reaches it, by its name. */
export const scrollable = (name: string): Html =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="${name}">`;

/** Links with their relation, each once. */
export function linkList(
  links: readonly { href: string; rel: string; title?: string; type?: string; templated?: boolean }[],
): Html {
  return html`<ul class="links">${links.map(({ href, rel, title, type, templated }) =>
    templated
      ? html`<li>${title ?? rel}: <code>${href}</code></li>`
      : html`<li><a href="${href}" rel="${rel}"${type ? html` type="${type}"` : null}>${title ?? rel}</a></li>`,
  )}</ul>`;
}
