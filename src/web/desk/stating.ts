import type { Api, Series } from '../api.js';
import { byId, h } from '../dom.js';
import { point } from '../map/point.js';
import { call, type Preview } from './calls.js';
import { effectSection } from './effect.js';
import { choice, field, openGrounds } from './fields.js';
import type { Area, GroundMap } from './ground.js';
import { failure } from './quoted.js';
import { type Known, STATEMENTS, type Statement } from './statements.js';
import { d } from './text/language.js';

/** The form for what is proposed in words; it says what that would do before it is sent. Returns what closes it. */
export function openStating(api: Api, series: Series, ground: GroundMap, sent: (proposal: number) => void): () => void {
  const place = byId('draw');
  const answer = h('div', { 'aria-live': 'polite' });
  const kind = choice('say', Object.entries(d.say));
  const day = h('input', { type: 'date', id: 'say-date', required: true, value: ground.day() });
  const dayLabel = h('label', { for: 'say-date' });
  const own = h('div', { id: 'say-fields' });
  const grounds = openGrounds(series.parties, true);
  let known: Known | null = null;
  let statement: Statement | null = null;

  const tell = (error: unknown) => answer.replaceChildren(failure(error));

  function dress(): void {
    statement = STATEMENTS[kind.value as keyof typeof STATEMENTS]?.(series.parties) ?? null;
    if (known) statement?.offer?.(known);
    dayLabel.textContent = statement?.day ?? '';
    own.replaceChildren(...(statement?.nodes ?? []));
    answer.replaceChildren();
    ground.compare(null);
    ground.map.put('drawn', []);
  }
  kind.addEventListener('change', dress);

  const onClick = ({ lngLat }: { lngLat: { lng: number; lat: number } }) => {
    if (!statement?.at) return;
    statement.at.lon.value = lngLat.lng.toFixed(5);
    statement.at.lat.value = lngLat.lat.toFixed(5);
    ground.map.put('drawn', [point([lngLat.lng, lngLat.lat], {})]);
  };
  ground.map.gl.on('click', onClick);

  const form = h(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void send(false);
      },
    },
    field(d.what, kind),
    h('div', {}, dayLabel, day),
    own,
    ...grounds.nodes,
    h(
      'p',
      { class: 'choices' },
      h('button', { type: 'button', class: 'plain', onclick: () => void send(true) }, d.look),
      h('button', { type: 'submit', class: 'plain' }, d.propose),
      h('button', { type: 'button', class: 'plain', onclick: () => close() }, d.cancel),
    ),
    answer,
  );
  place.replaceChildren(h('h2', { tabindex: '-1' }, d.state), form);
  dress();
  place.querySelector('h2')?.focus({ preventScroll: true });
  void Promise.all([api.places(series.id, ground.day()), api.posts(series.id, ground.day())])
    .then(([places, { posts }]) => {
      known = { places: places.features.map(({ properties }) => properties), posts };
      statement?.offer?.(known);
    })
    .catch(tell);

  async function send(preview: boolean): Promise<void> {
    if (!statement) return;
    const body = { kind: kind.value, date: day.value, ...grounds.read(preview), ...statement.body() };
    const path = `series/${encodeURIComponent(series.id)}/proposals`;
    try {
      if (preview) {
        const seen = await call<{ preview: Preview; map: { features: Area[] } | null }>(path, {
          ...{ method: 'POST', query: { preview: 'true' }, body },
        });
        answer.replaceChildren(effectSection(seen.preview, series.parties));
        answer.scrollIntoView({ block: 'nearest' });
        if (day.value !== ground.day()) await ground.show(day.value).catch(() => {});
        ground.compare(seen.map ? { after: seen.map.features, drawn: [] } : null);
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
    ground.map.gl.off('click', onClick);
    ground.map.put('drawn', []);
    ground.compare(null);
    place.replaceChildren();
  }
  return close;
}
