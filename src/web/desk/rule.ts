import { h } from '../dom.js';
import { call } from './calls.js';
import { field, pair } from './fields.js';
import { failure } from './quoted.js';
import { d } from './text/language.js';

/** How many people other than the author approve each kind of change; `held` null: one person decides, whoever sent the map. */
export type Needed = Readonly<Record<string, number | null>>;

const kindName = (kind: string): string => (kind === 'held' ? d.heldMaps : (d.kinds[kind] ?? kind));

/** How many people approve a change of a series, of each kind, and for who keeps it a form that states it. */
export function ruleSection(series: string, needed: Needed, mayState: boolean, stated: () => Promise<void>): Node[] {
  const words = ruleWords(needed).map((line) => h('p', { class: 'fine' }, line));
  if (!mayState) return words;
  const fields = Object.entries(needed).map(
    ([kind, approvals]) =>
      [kind, h('input', { type: 'number', id: `rule-${kind}`, min: 1, max: 5, value: approvals ?? '' })] as const,
  );
  for (const [kind, input] of fields) input.required = needed[kind] !== null;
  const all = h('input', { type: 'number', id: 'rule-approvals', min: 1, max: 5 });
  all.addEventListener('input', () => {
    for (const [, input] of fields) input.value = all.value;
  });
  const why = h('textarea', { id: 'rule-why', rows: 2, maxlength: 2000, required: true });
  const answer = h('div', { 'aria-live': 'polite' });
  /** The kinds for which another number is given, by the number. */
  function changed(): Map<string, string[]> {
    const byNumber = new Map<string, string[]>();
    for (const [kind, { value }] of fields) {
      if (value === '' || Number(value) === needed[kind]) continue;
      byNumber.set(value, [...(byNumber.get(value) ?? []), kind]);
    }
    return byNumber;
  }
  async function state(): Promise<void> {
    const rules = [...changed()];
    if (rules.length === 0) return answer.replaceChildren(failure(d.sameRule));
    try {
      for (const [approvals, kinds] of rules) {
        const query = { approvals, kinds: kinds.join(','), why: why.value.trim() };
        await call(`series/${encodeURIComponent(series)}/review-rule`, { method: 'POST', query });
      }
      await stated();
    } catch (error) {
      answer.replaceChildren(failure(error));
    }
  }
  const form = h(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void state();
      },
    },
    h('p', { class: 'fine' }, d.ruleHint),
    field(d.approvals, all),
    pair(...fields.map(([kind, input]) => field(kindName(kind), input))),
    field(d.why, why),
    h('p', { class: 'choices' }, h('button', { type: 'submit', class: 'plain' }, d.setRule)),
    answer,
  );
  return [...words, h('details', {}, h('summary', {}, d.rule), form)];
}

/** The number that most kinds need, then those that need another. */
function ruleWords(needed: Needed): string[] {
  const kinds = new Map<number, string[]>();
  for (const [kind, approvals] of Object.entries(needed)) {
    if (approvals !== null) kinds.set(approvals, [...(kinds.get(approvals) ?? []), kind]);
  }
  const [most, ...others] = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  if (!most) return [];
  return [d.needs(most[0]), ...others.map(([approvals, of]) => d.needsOf(approvals, of.map(kindName).join(d.comma)))];
}
