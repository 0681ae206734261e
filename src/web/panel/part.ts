import { byId, h } from '../dom.js';
import { t } from '../text/language.js';

/** A section of the panel that fails, waits and is tried again by itself. */
export interface Part<Value> {
  show(value: Value): void;
  /** Nothing is known yet: words of what is waited for. */
  wait(words: string): void;
  fail(error: Error): void;
  clear(): void;
}

/** `render` makes the section; `retry` asks for its answer again and resolves with what to show. */
export function createPart<Value>(
  id: string,
  render: (value: Value) => Node[],
  retry: () => Promise<Value>,
): Part<Value> {
  let turn = 0;
  const put = (nodes: Node[], busy: boolean) => {
    turn++;
    // A section of its own for what is new: it stands where it belongs from the start, and nothing is pushed there.
    const section = h('div', { id, 'aria-busy': busy ? 'true' : null }, nodes);
    byId(id).replaceWith(section);
  };
  const part: Part<Value> = {
    show: (value) => put(render(value), false),
    wait: (words) => put([h('p', { class: 'fine' }, words)], true),
    clear: () => put([], false),
    fail: (error) => {
      const again = h('button', { type: 'button', class: 'plain', onclick: () => void anew() }, t.again);
      put([h('p', { class: 'failure', role: 'alert' }, `${t.partFailed} ${error.message} `, again)], false);
    },
  };
  async function anew(): Promise<void> {
    part.wait(t.working);
    const own = turn;
    const value = await retry().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    // Another day was put on show meanwhile.
    if (own !== turn) return;
    if (value instanceof Error) part.fail(value);
    else part.show(value);
  }
  return part;
}
