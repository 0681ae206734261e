import type { Series } from '../api.js';
import { byId, h } from '../dom.js';
import { className } from '../text/words.js';
import { call, type Preview } from './calls.js';
import { type DeskDrawing, openDrawing } from './drawing.js';
import { effectSection } from './effect.js';
import { field, openGrounds, pair } from './fields.js';
import type { Area, GroundMap } from './ground.js';
import { failure } from './quoted.js';
import { apart } from './text/figures.js';
import { d } from './text/language.js';

/** The form in which a drawing becomes a proposal; it says what it would do before it is sent. */
export function openProposing(series: Series, ground: GroundMap, sent: (proposal: number) => void): () => void {
  const place = byId('draw');
  const said = h('div', { 'aria-live': 'polite' });
  const party = h(
    'select',
    { id: 'edit-party' },
    series.parties.map(({ id, name }) => h('option', { value: id }, name)),
    h('option', { value: '' }, d.nobody),
  );
  const status = h(
    'select',
    { id: 'edit-status' },
    Object.entries(d.statuses).map(([value, words]) => h('option', { value }, words)),
  );
  const toWhom = pair(field(d.to, party), field(d.status, status));
  const bothWays = h('div', { id: 'both-ways', 'aria-live': 'polite' });
  const day = h('input', { type: 'date', id: 'edit-date', required: true, value: ground.day() });
  const grounds = openGrounds(series.parties, false);
  const look = h('button', { type: 'button', class: 'plain', onclick: () => void send(true) }, d.look);
  const form = h(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void send(false);
      },
    },
    toWhom,
    bothWays,
    field(d.fromDay, day),
    ...grounds.nodes,
    h(
      'p',
      { class: 'choices' },
      look,
      h('button', { type: 'submit', class: 'plain' }, d.propose),
      h('button', { type: 'button', class: 'plain', onclick: () => close() }, d.cancel),
    ),
    said,
  );
  place.replaceChildren(h('h2', { tabindex: '-1' }, d.draw), form);
  let touched = false;
  party.addEventListener('change', () => {
    touched = true;
  });
  let drawing: DeskDrawing | null = null;
  drawing = openDrawing(ground, () => {
    said.replaceChildren();
    ground.compare(null);
    suggest();
    tellExchanges();
  });
  day.addEventListener('change', () => day.value !== '' && void ground.show(day.value).catch(tell));
  place.querySelector('h2')?.focus({ preventScroll: true });

  /** A line across the old front says by itself what passes to whom: there is nothing to choose. */
  function tellExchanges(): void {
    const exchanges = drawing?.exchanges() ?? null;
    toWhom.hidden = exchanges !== null;
    const name = (of: Area['properties'] | null) =>
      apart(className(of === null ? null : of.status === 'controlled' ? of.party : of.status, series.parties));
    bothWays.replaceChildren(
      ...(exchanges === 'tangled' ? [h('p', { class: 'stale' }, d.tangled)] : []),
      ...(Array.isArray(exchanges)
        ? [
            h('p', {}, d.bothWays),
            h(
              'ul',
              {},
              exchanges.map(({ from, to }) => h('li', {}, d.passes(name(from), name(to)))),
            ),
          ]
        : []),
    );
  }

  /** Ground passes to the other side: the first party that does not hold it. */
  function suggest(): void {
    const holder = drawing?.holder();
    if (touched || !holder) return;
    party.value = series.parties.find(({ id }) => id !== holder.party)?.id ?? party.value;
  }

  const tell = (error: unknown) => said.replaceChildren(failure(error));

  async function send(preview: boolean): Promise<void> {
    const exchanges = drawing?.exchanges() ?? null;
    if (exchanges === 'tangled') return tell(new Error(d.tangled));
    const geometry = drawing?.ground();
    if (!geometry) return tell(new Error(d.drawFirst));
    const [one, ...also] = exchanges?.map(({ polygons, to }) => ({
      ...{ geometry: { type: 'MultiPolygon', coordinates: polygons }, party: to.party, status: to.status },
    })) ?? [{ geometry, party: party.value || null, status: status.value }];
    const body = {
      ...{ kind: 'edit', date: day.value, ...grounds.read(preview), ...one },
      ...(also.length > 0 && { also }),
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
        said.scrollIntoView({ block: 'nearest' });
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
