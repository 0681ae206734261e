import type { Api, Boot, Series } from './api.js';
import { byId, h } from './dom.js';
import { inWords } from './text/calendar.js';
import { t } from './text/language.js';

/** The series that the address names, else the one recorded first; null with all of them when there is none such. */
export type Choice =
  | { all: readonly Series[]; series: Series }
  | { all: readonly Series[]; series: null; asked: string };

export async function chosenSeries(api: Api, boot: Boot): Promise<Choice> {
  const all = boot.series ?? (await api.series());
  const requested = new URLSearchParams(location.search).get('series');
  const standing = boot.oldest === null ? undefined : all.find(({ id }) => id === boot.oldest);
  const found = requested === null ? (standing ?? all[0]) : all.find(({ id }) => id === requested);
  if (found) return { all, series: found };
  if (all.length === 0) throw new Error(t.noSeries);
  return { all, series: null, asked: requested ?? '' };
}

/** A page of its own for an address that names no series of this service. */
export function showSeriesList(choice: { all: readonly Series[]; asked: string }): void {
  byId('title').textContent = 'Salient';
  byId('notice').replaceChildren(
    h('p', { class: 'failure', role: 'alert' }, t.unknownSeries(choice.asked)),
    seriesList(choice.all, null, null),
  );
  document.body.dataset.ready = 'true';
}

/** Every series as a link, with its days and licence. */
export function seriesList(all: readonly Series[], current: string | null, oldest: string | null): HTMLElement {
  return h(
    'ul',
    { class: 'series' },
    all.map(({ id, title, publisher, licence, first_date, complete_until }) =>
      h(
        'li',
        {},
        h('a', { href: `?series=${encodeURIComponent(id)}`, 'aria-current': id === current ? 'true' : null }, title),
        h(
          'p',
          { class: 'fine' },
          [
            first_date && t.seriesOf(inWords(first_date), complete_until ? inWords(complete_until) : '…', 0),
            `${publisher}, ${licence}`,
            id === oldest && all.length > 1 && t.seriesDefault,
          ]
            .filter(Boolean)
            .join('; '),
        ),
      ),
    ),
  );
}
