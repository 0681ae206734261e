import { type Child, h } from '../dom.js';
import { d } from './text/language.js';

/* Parts that the forms of the desk share. */

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** A control under its label. */
export const field = (words: string, control: Control): HTMLElement =>
  h('div', {}, h('label', { for: control.id }, words), control);

export const pair = (...fields: Child[]): HTMLElement => h('div', { class: 'pair' }, ...fields);

/** A list to choose from: value and words. */
export const choice = (id: string, options: readonly (readonly [value: string, words: string])[]): HTMLSelectElement =>
  h(
    'select',
    { id },
    options.map(([value, words]) => h('option', { value }, words)),
  );

/** What was filled in, and nothing for what was not: an empty text is no statement. */
export function filled(values: Readonly<Record<string, string | number | undefined>>): Record<string, string | number> {
  const given = Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]);
  return Object.fromEntries(given.filter(([, value]) => value !== '' && value !== undefined)) as Record<string, string>;
}

/** Why, and on whose word: every proposal says both. */
export interface Grounds {
  nodes: HTMLElement[];
  /** As the service reads it. A preview needs neither reason nor source: what is missing is stated in its place. */
  read(preview: boolean): { why: string; sources: Record<string, string | number>[] };
}

/** `detailed` adds the day and the stance of the source: what a claim is weighed by. */
export function openGrounds(parties: readonly { id: string; name: string }[], detailed: boolean): Grounds {
  const why = h('textarea', { id: 'edit-why', rows: 2, maxlength: 2000, required: true });
  const url = h('input', { type: 'url', id: 'edit-source', maxlength: 2000, required: true });
  const publisher = h('input', { id: 'edit-publisher', maxlength: 200, required: true });
  const archive = h('input', { type: 'url', id: 'edit-archive', maxlength: 2000 });
  const on = h('input', { type: 'date', id: 'edit-published' });
  const stance = choice('edit-stance', Object.entries(d.stances));
  const favours = choice('edit-favours', [['', d.nobody], ...parties.map(({ id, name }) => [id, name] as const)]);
  const more = detailed ? [pair(field(d.publishedOn, on), field(d.stance, stance)), field(d.favours, favours)] : [];
  return {
    nodes: [
      field(d.why, why),
      pair(field(d.source, url), field(d.publisher, publisher)),
      field(d.archived, archive),
      ...more,
    ],
    read: (preview) => ({
      why: why.value || (preview ? 'preview' : ''),
      sources: [
        filled({
          url: url.value || (preview ? location.href : ''),
          publisher: publisher.value || (preview ? 'preview' : ''),
          archive: archive.value,
          ...(detailed && { published_on: on.value, stance: stance.value, favours: favours.value }),
        }),
      ],
    }),
  };
}
