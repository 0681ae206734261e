import { h } from '../dom.js';
import { call } from './calls.js';
import { field } from './fields.js';
import { d } from './text/language.js';

/** How many people approve a change of a series, and for who keeps it a form that states it. */
export function ruleSection(series: string, needed: number, mayState: boolean, stated: () => Promise<void>): Node[] {
  const words = h('p', { class: 'fine' }, d.needs(needed));
  if (!mayState) return [words];
  const approvals = h('input', { type: 'number', id: 'rule-approvals', min: 1, max: 5, value: needed, required: true });
  const why = h('textarea', { id: 'rule-why', rows: 2, maxlength: 2000, required: true });
  const told = h('div', { 'aria-live': 'polite' });
  const form = h(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        const query = { approvals: approvals.value, why: why.value.trim() };
        call(`series/${encodeURIComponent(series)}/review-rule`, { method: 'POST', query }).then(
          stated,
          (error: Error) => told.replaceChildren(h('p', { class: 'failure', role: 'alert' }, error.message)),
        );
      },
    },
    field(d.approvals, approvals),
    field(d.why, why),
    h('p', { class: 'choices' }, h('button', { type: 'submit', class: 'plain' }, d.setRule)),
    told,
  );
  return [words, h('details', {}, h('summary', {}, d.rule), form)];
}
