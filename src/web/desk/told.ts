import { h } from '../dom.js';

/** Words of the service or of a person, in whatever language they are: they keep their own order in a page of another one. */
export const told = (words: string): HTMLElement => h('bdi', { dir: 'auto' }, words);

/** What went wrong, as the service says it. */
export const failure = (error: unknown): HTMLElement =>
  h('p', { class: 'failure', role: 'alert' }, told(error instanceof Error ? error.message : String(error)));
