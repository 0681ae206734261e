import type { Series } from '../api.js';
import { byId, h } from '../dom.js';
import { call, type Preview } from './calls.js';
import { type DeskDrawing, openDrawing } from './drawing.js';
import { effectSection } from './effect.js';
import { field, openGrounds, pair } from './fields.js';
import type { Area, GroundMap } from './ground.js';

const STATUSES = { controlled: 'Held', contested: 'Contested', claimed: 'Claimed', unknown: 'Not known' } as const;

/** The form in which a drawing becomes a proposal; it says what it would do before it is sent. */
export function openProposing(series: Series, ground: GroundMap, sent: (proposal: number) => void): () => void {
  const place = byId('draw');
  const said = h('div', { 'aria-live': 'polite' });
  const party = h(
    'select',
    { id: 'edit-party' },
    series.parties.map(({ id, name }) => h('option', { value: id }, name)),
    h('option', { value: '' }, 'Nobody'),
  );
  const status = h(
    'select',
    { id: 'edit-status' },
    Object.entries(STATUSES).map(([value, words]) => h('option', { value }, words)),
  );
  const day = h('input', { type: 'date', id: 'edit-date', required: true, value: ground.day() });
  const grounds = openGrounds(series.parties, false);
  const look = h('button', { type: 'button', class: 'plain', onclick: () => void send(true) }, 'See what it would do');
  const form = h(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void send(false);
      },
    },
    pair(field('To', party), field('Status', status)),
    field('From the day', day),
    ...grounds.nodes,
    h(
      'p',
      { class: 'choices' },
      look,
      h('button', { type: 'submit', class: 'plain' }, 'Propose'),
      h('button', { type: 'button', class: 'plain', onclick: () => close() }, 'Cancel'),
    ),
    said,
  );
  place.replaceChildren(h('h2', { tabindex: '-1' }, 'Draw a change'), form);
  let touched = false;
  party.addEventListener('change', () => {
    touched = true;
  });
  let drawing: DeskDrawing | null = null;
  drawing = openDrawing(ground, () => {
    said.replaceChildren();
    ground.compare(null);
    suggest();
  });
  day.addEventListener('change', () => day.value !== '' && void ground.show(day.value).catch(tell));
  place.querySelector('h2')?.focus({ preventScroll: true });

  /** Ground passes to the other side: the first party that does not hold it. */
  function suggest(): void {
    const holder = drawing?.holder();
    if (touched || !holder) return;
    party.value = series.parties.find(({ id }) => id !== holder.party)?.id ?? party.value;
  }

  const tell = (error: unknown) =>
    said.replaceChildren(
      h('p', { class: 'failure', role: 'alert' }, error instanceof Error ? error.message : String(error)),
    );

  async function send(preview: boolean): Promise<void> {
    const geometry = drawing?.ground();
    if (!geometry)
      return tell(new Error('Draw the ground first: around it, or a line that begins and ends on the front.'));
    const body = {
      ...{ kind: 'edit', date: day.value, ...grounds.read(preview), geometry },
      ...{ party: party.value || null, status: status.value },
    };
    const path = `series/${encodeURIComponent(series.id)}/proposals`;
    try {
      if (preview) {
        const seen = await call<{ preview: Preview; map: { features: Area[] } }>(path, {
          method: 'POST',
          query: { preview: 'true' },
          body,
        });
        said.replaceChildren(effectSection(seen.preview, series.parties));
        ground.compare({ after: seen.map.features, drawn: geometry.coordinates as [number, number][][][] });
        return;
      }
      const { proposal } = await call<{ proposal: number }>(path, { method: 'POST', body });
      close();
      sent(proposal);
    } catch (error) {
      tell(error);
    }
  }

  function close(): void {
    drawing?.close();
    ground.compare(null);
    place.replaceChildren();
  }
  return close;
}
