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
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
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

/** An SVG of our own (never text from outside) as an element. */
export function svg(markup: string): Node {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content.firstElementChild ?? document.createTextNode('');
}

/** The element of index.html with this id. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/** A colour swatch; `hatched` for ground that is contested. */
export function swatch(colour: string, hatched = false): HTMLElement {
  return h('span', {
    class: hatched ? 'swatch hatched' : 'swatch',
    style: `--colour:${colour}`,
    'aria-hidden': 'true',
  });
}
