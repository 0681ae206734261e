import { type Child, h } from '../dom.js';

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

const STANCES = [
  ['', 'not stated'],
  ['independent', 'independent'],
  ['press', 'press'],
  ['partisan', 'partisan'],
] as const;

/** `detailed` adds the day and the stance of the source: what a claim is weighed by. */
export function openGrounds(parties: readonly { id: string; name: string }[], detailed: boolean): Grounds {
  const why = h('textarea', { id: 'edit-why', rows: 2, maxlength: 2000, required: true });
  const url = h('input', { type: 'url', id: 'edit-source', maxlength: 2000, required: true });
  const publisher = h('input', { id: 'edit-publisher', maxlength: 200, required: true });
  const on = h('input', { type: 'date', id: 'edit-published' });
  const stance = choice('edit-stance', STANCES);
  const favours = choice('edit-favours', [['', 'nobody'], ...parties.map(({ id, name }) => [id, name] as const)]);
  const more = detailed
    ? [pair(field('Published on', on), field('It stands', stance)), field('A partisan source favours', favours)]
    : [];
  return {
    nodes: [field('Why', why), pair(field('Source, its address', url), field('Who publishes it', publisher)), ...more],
    read: (preview) => ({
      why: why.value || (preview ? 'preview' : ''),
      sources: [
        filled({
          url: url.value || (preview ? location.href : ''),
          publisher: publisher.value || (preview ? 'preview' : ''),
          ...(detailed && { published_on: on.value, stance: stance.value, favours: favours.value }),
        }),
      ],
    }),
  };
}
