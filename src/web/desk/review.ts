import type { Series } from '../api.js';
import { byId, h } from '../dom.js';
import { approvesWords, counts } from './approval.js';
import { CallError, call, type Proposal } from './calls.js';
import { effectSection } from './effect.js';
import type { Area, GroundMap } from './ground.js';
import { openHeld } from './held.js';
import { failure, quoted } from './quoted.js';
import type { Rights } from './rights.js';
import { type Needed, ruleSection } from './rule.js';
import { sourceEntry } from './sources.js';
import { apart, dayWords, instantWords } from './text/figures.js';
import { d } from './text/language.js';

/** The proposals of a series, those that wait first; one of them opens with what can be done about it. */
export function openReview(series: Series, ground: GroundMap, me: string, rights: Rights) {
  const path = `series/${encodeURIComponent(series.id)}/proposals`;
  let current: number | null = null;
  /** The card that is open, and what it was made of: the state and how much had been said. */
  let opened: { card: HTMLElement; marks: string } | null = null;
  /** One that was begun later takes the place; why the last act on it counted for nothing stays with it. */
  let turns = 0;
  let refused: unknown = null;
  let needed: Needed = {};
  const places = { held: h('div'), rule: h('div'), list: h('div') };
  const filled = new Map<HTMLElement, string>();
  const held = openHeld(series, ground, me, rights, refresh);

  async function refresh(): Promise<void> {
    const { proposals, approvals_by_kind } = await call<{ proposals: Proposal[]; approvals_by_kind: Needed }>(path);
    needed = approvals_by_kind;
    const waitingMaps = await held.entries();
    // What others did with the one that is open is shown at once; what is being written about it stays.
    const now = proposals.find(({ id }) => id === current);
    if (now && opened?.card.isConnected && opened.marks !== marksOf(now)) return open(now.id, { again: true });
    const waiting = ({ state }: Proposal) => state === 'open' || state === 'approved';
    const sorted = [...proposals].sort((a, b) => Number(waiting(b)) - Number(waiting(a)) || b.id - a.id);
    if (!places.list.isConnected) {
      byId('queue').replaceChildren(places.held, h('h2', {}, d.proposals), places.rule, places.list);
    }
    put(places.held, JSON.stringify(waitingMaps.map(({ textContent }) => textContent)), () => waitingMaps);
    // A form that somebody fills in stays as long as what it is about does.
    put(places.rule, JSON.stringify(needed), () => ruleSection(series.id, needed, rights.keep, refresh));
    put(places.list, JSON.stringify([sorted, current, needed]), () =>
      sorted.length === 0
        ? [h('p', { class: 'lede' }, d.nothingProposed)]
        : [
            h(
              'ul',
              { class: 'queue' },
              sorted.map((proposal) => h('li', {}, entry(proposal))),
            ),
          ],
    );
  }

  /** Fills a part of the queue anew where what it shows is another; the entry in focus keeps it. */
  function put(place: HTMLElement, shows: string, nodes: () => Node[]): void {
    if (filled.get(place) === shows) return;
    filled.set(place, shows);
    const focused = place.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.proposal
      : undefined;
    place.replaceChildren(...nodes());
    if (focused) place.querySelector<HTMLElement>(`[data-proposal="${focused}"]`)?.focus();
  }

  const stateWords = ({ kind, state, approvals, outcome }: Proposal) => {
    const words = d.states[state] ?? state;
    const of = needed[kind] ?? 1;
    if (state === 'open' && of > 1) {
      return [words, d.given(approvals.filter(counts).length, of), ...approvals.flatMap(embargoWords)].join(' · ');
    }
    const at = state === 'approved' ? outcome?.release_at : null;
    return at && at !== 'infinity' ? `${words} · ${d.goesOut(instantWords(at))}` : words;
  };
  const embargoWords = ({ embargo }: Proposal['approvals'][number]): string[] =>
    !embargo ? [] : [embargo === 'release' ? d.heldBack : d.heldUntil(instantWords(embargo))];
  const titleOf = ({ id, kind, date }: Proposal) =>
    `${d.kinds[kind] ?? kind} ${id}${date ? `${d.comma}${dayWords(date)}` : ''}`;

  const entry = (proposal: Proposal) =>
    h(
      'button',
      {
        type: 'button',
        'data-proposal': proposal.id,
        'aria-current': proposal.id === current ? 'true' : null,
        onclick: () => void open(proposal.id),
      },
      `${titleOf(proposal)}: `,
      h('bdi', {}, proposal.why),
      h('small', {}, h('bdi', {}, proposal.proposed_by), ` · ${stateWords(proposal)}`),
    );

  /** `again`: it is open, and others did something with it; `refusal`: why what was just done to it counts for nothing. */
  async function open(id: number, { again = false, refusal = null as unknown } = {}): Promise<void> {
    const turn = ++turns;
    if (!again || refusal !== null) refused = refusal;
    const anew = !again || refusal !== null;
    current = id;
    const place = byId('proposal');
    try {
      const proposal = await call<Proposal>(`${path}/${id}`);
      const live = proposal.state === 'open' || proposal.state === 'approved';
      if (proposal.date && (anew || !live)) await ground.show(proposal.date).catch(() => {});
      // What others say of it leaves its picture as it is.
      const after =
        live && anew
          ? await call<{ features: Area[] }>(`${path}/${id}`, { query: { f: 'geojson' } }).catch(() => null)
          : null;
      if (turn !== turns) return;
      if (anew || !live) ground.compare(after ? { after: after.features, drawn: drawnOf(proposal) } : null);
      const before = again ? place.querySelector<HTMLTextAreaElement>('#reason') : null;
      const writing = before !== null && document.activeElement === before;
      opened = { card: card(proposal), marks: marksOf(proposal) };
      place.replaceChildren(opened.card);
      const heading = opened.card.querySelector('h2');
      if (refused !== null) heading?.after(failure(refused));
      const field = place.querySelector<HTMLTextAreaElement>('#reason');
      if (before && field) field.value = before.value;
      if (writing) field?.focus();
      else if (!again) heading?.focus();
      await refresh();
    } catch (error) {
      place.replaceChildren(failure(error));
    }
  }

  function card(proposal: Proposal): HTMLElement {
    const { id, why, sources, proposed_by, proposed_at, approvals, comments, outcome, stop } = proposal;
    const said = [
      ...approvals.map((approval) => {
        const what = [approvesWords(approval), ...embargoWords(approval)].join(d.comma);
        return { by: approval.by, words: d.saidBy(what, apart(approval.why)), at: approval.at };
      }),
      ...comments.map(({ by, text, at }) => ({ by, words: text, at })),
      ...(outcome
        ? [{ by: outcome.by, words: d.saidBy(d.outcomes[outcome.outcome] ?? '', apart(outcome.why)), at: outcome.at }]
        : []),
      ...(stop ? [{ by: stop.by, words: d.saidBy(d.outcomes.stopped ?? '', apart(stop.why)), at: stop.at }] : []),
    ].sort((a, b) => (a.at < b.at ? -1 : 1));
    return h(
      'section',
      { class: 'card', 'aria-label': d.proposal(id) },
      h('h2', { tabindex: '-1' }, titleOf(proposal)),
      h('p', { dir: 'auto' }, why),
      h(
        'p',
        { class: 'fine' },
        h('bdi', {}, proposed_by),
        `${d.comma}${instantWords(proposed_at)} · `,
        h('strong', {}, stateWords(proposal)),
      ),
      h(
        'ul',
        { class: 'said' },
        sources.map((source) => sourceEntry(source, rights.contribute ? keepOf(id) : null)),
      ),
      proposal.preview ? effectSection(proposal.preview, series.parties) : null,
      said.length > 0
        ? h(
            'ul',
            { class: 'said' },
            said.map(({ by, words, at }) =>
              h('li', {}, quoted(words), h('small', {}, `${apart(by)}${d.comma}${instantWords(at)}`)),
            ),
          )
        : null,
      ...actions(proposal),
    );
  }

  /** Keeps a copy of a source of a proposal, which is then shown with it. */
  const keepOf = (id: number) => async (source: { url: string }) => {
    await call(`${path}/${id}/copy`, { method: 'POST', query: { source: source.url } });
    await open(id);
  };

  function actions({ id, state, preview, proposed_by, stated_by, approvals }: Proposal): Node[] {
    const words = h('textarea', { id: 'reason', rows: 2, maxlength: 2000 });
    const embargo = h('input', { type: 'checkbox', id: 'embargo' });
    const rebase = h('input', { type: 'checkbox', id: 'rebase' });
    const partisan = h('textarea', { id: 'partisan', rows: 2, maxlength: 2000 });
    const answer = h('div', { 'aria-live': 'polite' });
    const act = async (what: string, query: Record<string, string>, needsWords = true) => {
      if (needsWords && words.value.trim() === '') {
        answer.replaceChildren(failure(d.wordsFirst));
        return words.focus();
      }
      try {
        await call(`${path}/${id}/${what}`, { method: 'POST', query });
        await open(id);
      } catch (error) {
        // Somebody else was first, or changed the map under it: the card says who, or how, and what can be done now.
        const code = error instanceof CallError ? error.code : '';
        if (code === 'decided') await open(id, { refusal: error });
        else if (code === 'proposal_conflict') await open(id, { refusal: error, again: true });
        else answer.replaceChildren(failure(error));
      }
    };
    const button = (name: string, action: () => Promise<void>) =>
      h('button', { type: 'button', class: 'plain', onclick: () => void action() }, name);
    const rebased = (): Record<string, string> => (rebase.checked ? { rebase: 'true' } : {});
    const held = (): Record<string, string> =>
      partisan.value.trim() === '' ? {} : { 'partisan-why': partisan.value.trim() };
    const check = (box: HTMLElement, text: string) => h('label', { for: box.id }, box, ` ${text}`);
    const again = preview?.conflict ? check(rebase, d.rebase) : null;
    if (state === 'approved' && !rights.release && !rights.review) return [];
    if (state === 'approved') {
      return [
        ...(rights.review ? [h('label', { for: 'reason' }, d.words), words] : []),
        rights.release ? again : null,
        h(
          'p',
          { class: 'choices' },
          rights.release ? button(d.release, () => act('release', rebased(), false)) : null,
          rights.review ? button(d.stop, () => act('stop', { why: words.value })) : null,
        ),
        answer,
      ].filter((node) => node !== null);
    }
    const comment = button(d.comment, () => act('comment', { text: words.value }));
    const own = proposed_by === me || stated_by === me;
    if (!own && !rights.contribute && !rights.review) return [];
    const embargoed = (): Record<string, string> => (embargo.checked ? { embargo: 'true' } : {});
    const decides = !own && rights.review;
    const approved = approvals.filter(counts).some(({ by }) => by === me);
    const approving = button(d.approve, () =>
      act('approve', { why: words.value, ...embargoed(), ...rebased(), ...held() }),
    );
    const decide = own
      ? [button(d.takeBack, () => act('retract', { why: words.value }))]
      : !rights.review
        ? []
        : [...(approved ? [] : [approving]), button(d.reject, () => act('reject', { why: words.value }))];
    const undecided = state === 'open';
    const partyName = (party: string) => series.parties.find(({ id: each }) => each === party)?.name ?? party;
    return [
      h('label', { for: 'reason' }, d.words),
      words,
      undecided && decides && !approved ? check(embargo, d.hold) : null,
      undecided && decides && !approved ? again : null,
      ...(undecided && decides && !approved && preview?.partisan
        ? [h('label', { for: 'partisan' }, d.partisan(partyName(preview.partisan))), partisan]
        : []),
      undecided && own ? h('p', { class: 'fine' }, d.othersDecide) : null,
      undecided && !own && !decides ? h('p', { class: 'fine' }, d.noDeciding) : null,
      undecided && approved ? h('p', { class: 'fine' }, d.othersToo) : null,
      h('p', { class: 'choices' }, comment, ...(undecided ? decide : [])),
      answer,
    ].filter((node) => node !== null);
  }

  return { refresh, open };
}

const marksOf = ({ state, approvals, comments }: Proposal) => `${state} ${approvals.length} ${comments.length}`;

/** All polygons that an edit is about. */
const drawnOf = ({ content }: Proposal) => [
  ...(content?.polygons ?? []),
  ...(content?.also ?? []).flatMap(({ polygons }) => polygons),
];
