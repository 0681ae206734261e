/** Markup that may be put into a page as it is. */
export interface Html {
  readonly markup: string;
}

type Content = Html | string | number | null | undefined | false | readonly Content[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe between tags and inside quoted attributes, for HTML and for SVG and other XML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

/**
 * Markup from a template: what is put in is escaped unless it is markup itself; `null`, `undefined` and `false` are
 * nothing; lists are joined. Used for HTML and for SVG.
 */
export function html(template: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return { markup: template.map((text, i) => (i === 0 ? '' : rendered(contents[i - 1])) + text).join('') };
}

function rendered(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'object') return 'markup' in content ? content.markup : content.map(rendered).join('');
  return escapeMarkup(String(content));
}
