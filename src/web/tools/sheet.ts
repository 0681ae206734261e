import { byId, h, reveal } from '../dom.js';
import { t } from '../text/language.js';

/** A tool: either it opens a sheet in the panel, or it acts at once. */
export interface Tool {
  open?(close: () => void): Node[];
  act?(): void;
  close?(): void;
  /** A click on the map while it is open: true when it took it. */
  onMap?(at: [number, number]): boolean;
}

/** The one sheet that tools open in: the focus moves to it and comes back, Escape closes it. */
export function createSheet() {
  const place = byId('tool');
  let ended: (() => void) | null = null;
  let opener: HTMLElement | null = null;

  function close(): void {
    if (!ended) return;
    const end = ended;
    ended = null;
    const focused = place.contains(document.activeElement);
    place.replaceChildren();
    end();
    if (focused || document.activeElement === document.body) opener?.focus();
  }

  function open(title: string, nodes: readonly Node[], from: HTMLElement, end: () => void): void {
    ended = end;
    opener = from;
    const section = h(
      'section',
      { class: 'card tool', 'aria-label': title, tabindex: '-1' },
      h('button', { type: 'button', class: 'close', 'aria-label': t.close, onclick: close }, '×'),
      h('h2', {}, title),
      nodes as Node[],
    );
    place.replaceChildren(section);
    reveal(section);
    const field = section.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea');
    (field ?? section).focus({ preventScroll: true });
  }
  return { open, close };
}
