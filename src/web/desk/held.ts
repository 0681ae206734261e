import type { Series } from '../api.js';
import { byId, h } from '../dom.js';
import { type Approval, approvesWords, counts } from './approval.js';
import { call } from './calls.js';
import { choice, field } from './fields.js';
import type { Area, GroundMap } from './ground.js';
import { failure, quoted } from './quoted.js';
import type { Rights } from './rights.js';
import { apart, dayWords, instantWords } from './text/figures.js';
import { d } from './text/language.js';

interface Held {
  id: number;
  date: string;
  held_at: string;
  source: string | null;
  problems: { message: string }[];
  approvals: Approval[];
}
interface Queue {
  held: Held[];
  approvals_needed: number | null;
}

/** Imported maps that wait for a person, above the proposals: each with its picture, to accept or refuse with a reason. */
export function openHeld(series: Series, ground: GroundMap, me: string, rights: Rights, decided: () => Promise<void>) {
  const path = `series/${encodeURIComponent(series.id)}/held`;
  let needed: number | null = null;
  /** The one that is open, and its card. */
  let opened: { id: number; given: number; card: HTMLElement } | null = null;

  async function entries(): Promise<Node[]> {
    const { held, approvals_needed } = await call<Queue>(path);
    needed = approvals_needed;
    if (opened?.card.isConnected) follow(held.find(({ id }) => id === opened?.id) ?? null, opened);
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
              titleOf(one),
              h('small', {}, h('bdi', {}, one.source ?? ''), givenWords(one)),
            ),
          ),
        ),
      ),
    ];
  }

  /** What others did with the one that is open. Null: it waits no more. */
  function follow(now: Held | null, { given, card: shown }: { given: number; card: HTMLElement }): void {
    if (now === null) shown.replaceChildren(h('p', { role: 'status' }, d.decidedMeanwhile));
    else if (now.approvals.length !== given) put(now);
  }

  function put(one: Held): void {
    opened = { id: one.id, given: one.approvals.length, card: card(one) };
    byId('proposal').replaceChildren(opened.card);
  }

  const titleOf = ({ id, date }: Held) => `${d.heldMap(id)}${d.comma}${dayWords(date)}`;
  /** How many of those who have to approve have. */
  const givenWords = ({ approvals }: Held) =>
    needed !== null && needed > 1 ? ` · ${d.given(approvals.filter(counts).length, needed)}` : '';

  async function open(one: Held): Promise<void> {
    const place = byId('proposal');
    try {
      await ground.show(one.date).catch(() => {});
      const { features } = await call<{ features: Area[] }>(`${path}/${one.id}`);
      ground.compare({ after: features, drawn: [] });
      put(one);
      place.querySelector('h2')?.focus();
    } catch (error) {
      place.replaceChildren(failure(error));
    }
  }

  function card(one: Held): HTMLElement {
    return h(
      'section',
      { class: 'card', 'aria-label': d.heldMap(one.id) },
      h('h2', { tabindex: '-1' }, titleOf(one)),
      h('p', { class: 'fine' }, instantWords(one.held_at), givenWords(one)),
      h('h3', {}, d.heldWhy),
      h(
        'ul',
        {},
        one.problems.map(({ message }) => h('li', {}, quoted(message))),
      ),
      one.approvals.length > 0
        ? h(
            'ul',
            { class: 'said' },
            one.approvals.map((approval) =>
              h(
                'li',
                {},
                d.saidBy(approvesWords(approval), apart(approval.why)),
                h('small', {}, `${apart(approval.by)}${d.comma}${instantWords(approval.at)}`),
              ),
            ),
          )
        : null,
      ...(rights.review ? deciding(one) : [h('p', { class: 'fine' }, d.noDeciding)]),
    );
  }

  function deciding({ id, approvals }: Held): Node[] {
    const kind = choice('held-kind', Object.entries(d.stepKinds));
    const why = h('textarea', { id: 'reason', rows: 2, maxlength: 2000 });
    const answer = h('div', { 'aria-live': 'polite' });
    const approved = approvals.filter(counts).some(({ by }) => by === me);
    const act = (what: 'accept' | 'refuse') => async () => {
      if (why.value.trim() === '') {
        answer.replaceChildren(failure(d.wordsFirst));
        return why.focus();
      }
      const query = { why: why.value.trim(), ...(what === 'accept' && { kind: kind.value }) };
      try {
        const { decision } = await call<{ decision: string }>(`${path}/${id}/${what}`, { method: 'POST', query });
        const waits = decision === 'open' ? (await call<Queue>(path)).held.find((one) => one.id === id) : undefined;
        if (waits) put(waits);
        else {
          byId('proposal').replaceChildren();
          ground.compare(null);
          await ground.show(ground.day()).catch(() => {});
        }
        await decided();
      } catch (error) {
        answer.replaceChildren(failure(error));
      }
    };
    const button = (words: string, action: () => Promise<void>) =>
      h('button', { type: 'button', class: 'plain', onclick: () => void action() }, words);
    return [
      approved ? h('p', { class: 'fine' }, d.othersToo) : field(d.heldAs, kind),
      field(d.words, why),
      h(
        'p',
        { class: 'choices' },
        ...(approved ? [] : [button(d.accept, act('accept'))]),
        button(d.refuse, act('refuse')),
      ),
      answer,
    ];
  }

  return { entries };
}
