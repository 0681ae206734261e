import { h } from '../dom.js';

/** Words of the service or of a person, in whatever language they are: they keep their own order in a page of another one. */
export const quoted = (words: string): HTMLElement => h('bdi', { dir: 'auto' }, words);

/** What went wrong, as the service says it. */
export const failure = (error: unknown): HTMLElement =>
  h('p', { class: 'failure', role: 'alert' }, quoted(error instanceof Error ? error.message : String(error)));
