import { byId, h } from '../dom.js';
import { call } from './calls.js';
import { quoted } from './quoted.js';
import { apart, instantWords } from './text/figures.js';
import { d } from './text/language.js';

interface Subscription {
  id: number;
  address: string;
  publisher: string;
  mode: string;
  every_minutes: number;
  state: 'due' | 'pulling' | 'failing' | 'paused';
  paused_why: string | null;
  next_due: string;
  last_fetch: string | null;
  last_outcome: string | null;
  last_error: string | null;
}

/** The files of other publishers that are pulled into a series, below the queue: the state of each, and an immediate pull. */
export async function showSubscriptions(series: string): Promise<void> {
  const path = `series/${encodeURIComponent(series)}/subscriptions`;
  const place = h('section', { id: 'subscriptions', 'aria-label': d.subscriptions });
  document.getElementById('subscriptions')?.remove();
  byId('panel').append(place);
  await refresh();

  async function refresh(said?: { id: number; words: string; failed: boolean }): Promise<void> {
    const { subscriptions } = await call<{ subscriptions: Subscription[] }>(path);
    place.replaceChildren(
      ...(subscriptions.length === 0
        ? []
        : [
            h('h2', {}, d.subscriptions),
            h(
              'ul',
              { class: 'said' },
              subscriptions.map((one) => h('li', {}, ...entry(one, said?.id === one.id ? said : undefined))),
            ),
          ]),
    );
  }

  function entry(one: Subscription, said?: { words: string; failed: boolean }): Node[] {
    const pull = h('button', { type: 'button', class: 'plain' }, d.pullNow);
    pull.setAttribute('aria-label', d.pullOf(one.publisher, one.id));
    pull.addEventListener('click', async () => {
      pull.disabled = true;
      const pulled = await call<{ outcome: string; words: string }>(`${path}/${one.id}/pull`, { method: 'POST' }).then(
        ({ outcome, words }) => ({ words: `${outcome}: ${words}`, failed: false }),
        (error: Error) => ({ words: error.message, failed: true }),
      );
      await refresh({ id: one.id, ...pulled });
    });
    // Who may not import is shown the host alone, and may not pull either.
    const mayPull = !one.address.endsWith('/***');
    const last =
      one.last_fetch === null
        ? d.notPulled
        : d.pulled(d.outcomesOfPulls[one.last_outcome ?? ''] ?? '', instantWords(one.last_fetch));
    const next = one.state === 'paused' ? d.paused(one.paused_why ?? '') : d.nextPull(instantWords(one.next_due));
    return [
      h('strong', {}, h('bdi', {}, one.publisher), ' '),
      document.createTextNode(d.subscription(apart(one.address), d.modes[one.mode] ?? one.mode, one.every_minutes)),
      h('small', {}, `${last}${d.semicolon}${next}`),
      ...(one.state === 'failing' && !said ? [h('p', { class: 'failure' }, quoted(one.last_error ?? ''))] : []),
      ...(said ? [h('p', { class: said.failed ? 'failure' : 'fine', role: 'status' }, quoted(said.words))] : []),
      ...(mayPull ? [h('p', { class: 'choices' }, pull)] : []),
    ];
  }
}
