import type { Series } from '../api.js';
import { byId, h } from '../dom.js';
import { call } from './calls.js';
import { choice, field } from './fields.js';
import type { Area, GroundMap } from './ground.js';
import type { Rights } from './rights.js';
import { dayWords, instantWords } from './text/figures.js';
import { d } from './text/language.js';

interface Held {
  id: number;
  date: string;
  held_at: string;
  source: string | null;
  problems: { message: string }[];
}

/** Imported maps that wait for a person, above the proposals: each with its picture, to accept or refuse with a reason. */
export function openHeld(series: Series, ground: GroundMap, rights: Rights, decided: () => Promise<void>) {
  const path = `series/${encodeURIComponent(series.id)}/held`;

  async function entries(): Promise<Node[]> {
    const { held } = await call<{ held: Held[] }>(path);
    if (held.length === 0) return [];
    return [
      h('h2', {}, d.heldMaps),
      h(
        'ul',
        { class: 'queue' },
        held.map((one) =>
          h(
            'li',
            {},
            h(
              'button',
              { type: 'button', onclick: () => void open(one) },
              `${d.heldMap(one.id)}, ${dayWords(one.date)}`,
              h('small', {}, h('bdi', {}, one.source ?? '')),
            ),
          ),
        ),
      ),
    ];
  }

  async function open(one: Held): Promise<void> {
    const place = byId('proposal');
    try {
      await ground.show(one.date).catch(() => {});
      const { features } = await call<{ features: Area[] }>(`${path}/${one.id}`);
      ground.compare({ after: features, drawn: [] });
      place.replaceChildren(card(one));
      place.querySelector('h2')?.focus();
    } catch (error) {
      place.replaceChildren(failure(error));
    }
  }

  function card(one: Held): HTMLElement {
    return h(
      'section',
      { class: 'card', 'aria-label': d.heldMap(one.id) },
      h('h2', { tabindex: '-1' }, `${d.heldMap(one.id)}, ${dayWords(one.date)}`),
      h('p', { class: 'fine' }, instantWords(one.held_at)),
      h('h3', {}, d.heldWhy),
      h(
        'ul',
        {},
        one.problems.map(({ message }) => h('li', {}, h('bdi', {}, message))),
      ),
      ...(rights.review ? deciding(one) : [h('p', { class: 'fine' }, d.noDeciding)]),
    );
  }

  function deciding({ id }: Held): Node[] {
    const kind = choice('held-kind', Object.entries(d.stepKinds));
    const why = h('textarea', { id: 'reason', rows: 2, maxlength: 2000 });
    const told = h('div', { 'aria-live': 'polite' });
    const act = (what: 'accept' | 'refuse') => async () => {
      if (why.value.trim() === '') {
        told.replaceChildren(failure(new Error(d.wordsFirst)));
        return why.focus();
      }
      const query = { why: why.value.trim(), ...(what === 'accept' && { kind: kind.value }) };
      try {
        await call(`${path}/${id}/${what}`, { method: 'POST', query });
        byId('proposal').replaceChildren();
        ground.compare(null);
        await ground.show(ground.day()).catch(() => {});
        await decided();
      } catch (error) {
        told.replaceChildren(failure(error));
      }
    };
    const button = (words: string, action: () => Promise<void>) =>
      h('button', { type: 'button', class: 'plain', onclick: () => void action() }, words);
    return [
      field(d.heldAs, kind),
      field(d.words, why),
      h('p', { class: 'choices' }, button(d.accept, act('accept')), button(d.refuse, act('refuse'))),
      told,
    ];
  }

  return { entries };
}

const failure = (error: unknown) =>
  h('p', { class: 'failure', role: 'alert' }, error instanceof Error ? error.message : String(error));
