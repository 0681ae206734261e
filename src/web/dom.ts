/** What an element may be made of: attributes and listeners (`onclick`), then children; null and false are left out. */
export type Child = Node | string | null | false | readonly Child[];
type Attributes = Record<string, string | number | boolean | null | ((event: Event) => void)>;

/** Makes an element. Text is always text: nothing that a source wrote is ever read as markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style') styled(element, String(value));
    else if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...flat(children));
  return element;
}

function flat(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === null || child === false) return [];
    return typeof child === 'string' || child instanceof Node ? [child] : flat(child);
  });
}

/** A table with a head for each column; `rows` are its lines. */
export const table = (heads: readonly string[], rows: Child): HTMLElement =>
  h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        heads.map((head) => h('th', { scope: 'col' }, head)),
      ),
    ),
    h('tbody', {}, rows),
  );

/** An SVG of our own (never text from outside) as an element. */
export function svg(markup: string): Node {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content.firstElementChild ?? document.createTextNode('');
}

/** The element of the shell with this id. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the shell has no #${id}`);
  return element;
}

/** A colour swatch; `marks` is the class of the pattern that distinguishes it without colour. */
export function swatch(colour: string, marks = ''): HTMLElement {
  return h('span', { class: `swatch ${marks}`, style: `--colour:${colour}`, 'aria-hidden': 'true' });
}

/** How large the reader's letters are, as a multiple of the usual ones. */
export const letters = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;

/** Sets declarations one by one: a style attribute is refused by the page's own policy, the object model is not. */
function styled(element: HTMLElement, declarations: string): void {
  for (const declaration of declarations.split(';')) {
    const [name = '', ...value] = declaration.split(':');
    if (name.trim() !== '') element.style.setProperty(name.trim(), value.join(':').trim());
  }
}

/** Scrolls the panel (or the page, where the panel is part of it) until an element is at its top. */
export function reveal(element: HTMLElement): void {
  const panel = byId('panel');
  if (getComputedStyle(panel).overflowY === 'visible') {
    element.scrollIntoView({ block: 'start' });
    return;
  }
  const handle = byId('handle').offsetHeight;
  panel.scrollTop += element.getBoundingClientRect().top - panel.getBoundingClientRect().top - handle - 12;
}
