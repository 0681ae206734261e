import type { Series } from '../api.js';
import { byId, h } from '../dom.js';
import { call, type Proposal } from './calls.js';
import { effectSection } from './effect.js';
import type { Area, GroundMap } from './ground.js';
import { sourceEntry } from './sources.js';

const STATES: Record<string, string> = {
  open: 'waits for a decision',
  approved: 'approved, not yet out',
  released: 'in the map',
  rejected: 'rejected',
  retracted: 'taken back',
};
const KINDS: Record<string, string> = {
  edit: 'Drawing',
  map: 'Map',
  claim: 'Claim',
  places: 'Places',
  posts: 'Posts',
  routes: 'Routes',
  parties: 'Parties',
  event: 'Event',
  withdrawal: 'Withdrawal',
  restoration: 'Restoration',
};
const minute = (instant: string) => instant.slice(0, 16).replace('T', ' ');

/** The proposals of a series, those that wait first; one of them opens with what can be done about it. */
export function openReview(series: Series, ground: GroundMap, me: string) {
  const path = `series/${encodeURIComponent(series.id)}/proposals`;
  let current: number | null = null;

  async function refresh(): Promise<void> {
    const { proposals } = await call<{ proposals: Proposal[] }>(path);
    const waiting = ({ state }: Proposal) => state === 'open' || state === 'approved';
    const sorted = [...proposals].sort((a, b) => Number(waiting(b)) - Number(waiting(a)) || b.id - a.id);
    byId('queue').replaceChildren(
      h('h2', {}, 'Proposals'),
      sorted.length === 0
        ? h('p', { class: 'lede' }, 'Nothing is proposed.')
        : h(
            'ul',
            { class: 'queue' },
            sorted.map((proposal) => h('li', {}, entry(proposal))),
          ),
    );
  }

  const entry = ({ id, kind, date, why, proposed_by, state }: Proposal) =>
    h(
      'button',
      { type: 'button', 'aria-current': id === current ? 'true' : null, onclick: () => void open(id) },
      `${id}. ${KINDS[kind] ?? kind}, ${date ?? ''}: ${why}`,
      h('small', {}, `${proposed_by} · ${STATES[state] ?? state}`),
    );

  async function open(id: number): Promise<void> {
    current = id;
    const place = byId('proposal');
    try {
      const proposal = await call<Proposal>(`${path}/${id}`);
      if (proposal.date) await ground.show(proposal.date).catch(() => {});
      const live = proposal.state === 'open' || proposal.state === 'approved';
      const after = live
        ? await call<{ features: Area[] }>(`${path}/${id}`, { query: { f: 'geojson' } }).catch(() => null)
        : null;
      ground.compare(after ? { after: after.features, drawn: proposal.content?.polygons ?? [] } : null);
      place.replaceChildren(card(proposal));
      place.querySelector('h2')?.focus();
      await refresh();
    } catch (error) {
      place.replaceChildren(
        h('p', { class: 'failure', role: 'alert' }, String(error instanceof Error ? error.message : error)),
      );
    }
  }

  function card(proposal: Proposal): HTMLElement {
    const { id, kind, date, why, sources, proposed_by, proposed_at, state, approvals, comments, outcome } = proposal;
    const said = [
      ...approvals.map(({ by, why: words, at }) => ({ by, words: `approves: ${words}`, at })),
      ...comments.map(({ by, text, at }) => ({ by, words: text, at })),
      ...(outcome ? [{ by: outcome.by, words: `${outcome.outcome}: ${outcome.why}`, at: outcome.at }] : []),
    ].sort((a, b) => (a.at < b.at ? -1 : 1));
    return h(
      'section',
      { class: 'card', 'aria-label': `Proposal ${id}` },
      h('h2', { tabindex: '-1' }, `${KINDS[kind] ?? kind} ${id}${date ? `, ${date}` : ''}`),
      h('p', {}, why),
      h('p', { class: 'fine' }, `${proposed_by}, ${minute(proposed_at)} · `, h('strong', {}, STATES[state] ?? state)),
      h('ul', { class: 'said' }, sources.map(sourceEntry)),
      proposal.preview ? effectSection(proposal.preview, series.parties) : null,
      said.length > 0
        ? h(
            'ul',
            { class: 'said' },
            said.map(({ by, words, at }) => h('li', {}, words, h('small', {}, `${by}, ${minute(at)}`))),
          )
        : null,
      ...actions(proposal),
    );
  }

  function actions({ id, state, preview, proposed_by }: Proposal): Node[] {
    const words = h('textarea', { id: 'reason', rows: 2, maxlength: 2000 });
    const embargo = h('input', { type: 'checkbox', id: 'embargo' });
    const rebase = h('input', { type: 'checkbox', id: 'rebase' });
    const partisan = h('textarea', { id: 'partisan', rows: 2, maxlength: 2000 });
    const told = h('div', { 'aria-live': 'polite' });
    const act = async (what: string, query: Record<string, string>, needsWords = true) => {
      if (needsWords && words.value.trim() === '') {
        told.replaceChildren(h('p', { class: 'failure', role: 'alert' }, 'Say why first.'));
        return words.focus();
      }
      try {
        await call(`${path}/${id}/${what}`, { method: 'POST', query });
        await open(id);
      } catch (error) {
        told.replaceChildren(
          h('p', { class: 'failure', role: 'alert' }, error instanceof Error ? error.message : String(error)),
        );
      }
    };
    const button = (name: string, action: () => Promise<void>) =>
      h('button', { type: 'button', class: 'plain', onclick: () => void action() }, name);
    const rebased = (): Record<string, string> => (rebase.checked ? { rebase: 'true' } : {});
    const held = (): Record<string, string> =>
      partisan.value.trim() === '' ? {} : { 'partisan-why': partisan.value.trim() };
    const check = (box: HTMLElement, text: string) => h('label', { for: box.id }, box, ` ${text}`);
    const again = preview?.conflict ? check(rebase, 'decide although the map under it has changed') : null;
    if (state === 'approved') {
      return [
        again,
        h(
          'p',
          { class: 'choices' },
          button('Release', () => act('release', rebased(), false)),
        ),
        told,
      ].filter((node) => node !== null);
    }
    const comment = button('Comment', () => act('comment', { text: words.value }));
    const own = proposed_by === me;
    const embargoed = (): Record<string, string> => (embargo.checked ? { embargo: 'true' } : {});
    const decide = own
      ? [button('Take back', () => act('retract', { why: words.value }))]
      : [
          button('Approve', () => act('approve', { why: words.value, ...embargoed(), ...rebased(), ...held() })),
          button('Reject', () => act('reject', { why: words.value })),
        ];
    const undecided = state === 'open';
    return [
      h('label', { for: 'reason' }, 'Your words'),
      words,
      undecided && !own ? check(embargo, 'hold it back until somebody releases it') : null,
      undecided && !own ? again : null,
      ...(undecided && !own && preview?.partisan
        ? [
            h('label', { for: 'partisan' }, `Why sources of ${preview.partisan} alone hold, although it gains`),
            partisan,
          ]
        : []),
      undecided && own ? h('p', { class: 'fine' }, 'Somebody else decides about what you propose.') : null,
      h('p', { class: 'choices' }, comment, ...(undecided ? decide : [])),
      told,
    ].filter((node) => node !== null);
  }

  return { refresh, open };
}
