import type { Absence, Api, Boot, Series } from './api.js';
import { byId, h } from './dom.js';
import { inWords } from './text/calendar.js';
import { t } from './text/language.js';

/** The series that the address names, else the one recorded first; null with all of them when there is none such. */
export type Choice =
  | { all: readonly Series[]; series: Series }
  | { all: readonly Series[]; series: null; absent: Absence };

/** How often a page of a series that was withdrawn looks whether it is back, while it is seen, milliseconds. */
const LOOK_MS = 10_000;

export async function chosenSeries(api: Api, boot: Boot): Promise<Choice> {
  const all = boot.series ?? (await api.series());
  const requested = new URLSearchParams(location.search).get('series');
  const standing = boot.oldest === null ? undefined : all.find(({ id }) => id === boot.oldest);
  const found = requested === null ? (standing ?? all[0]) : all.find(({ id }) => id === requested);
  if (found) return { all, series: found };
  if (requested === null) throw new Error(t.noSeries);
  const unknown: Absence = { id: requested, code: 'unknown_series', why: null };
  const absent = boot.absent?.id === requested ? boot.absent : await api.absence(requested);
  return { all, series: null, absent: absent ?? unknown };
}

/** In a sentence or two why there is no such series. */
export function absenceWords({ id, code, why }: Absence): string {
  if (code === 'unknown_series') return t.unknownSeries(id);
  return why === null ? t.withdrawnSeries(id) : `${t.withdrawnSeries(id)} ${t.withdrawnWhy(why)}`;
}

/** A page of its own for an address that names no series that stands. One that was withdrawn comes back when it is restored. */
export function showSeriesList(api: Api, { all, absent }: { all: readonly Series[]; absent: Absence }): void {
  byId('title').textContent = 'Salient';
  byId('notice').replaceChildren(
    h('p', { class: 'failure', role: 'alert' }, absenceWords(absent)),
    ...(all.length > 0 ? [h('p', {}, t.thereAre), seriesList(all, null, null)] : []),
  );
  document.body.dataset.ready = 'true';
  if (absent.code !== 'withdrawn') return;
  const look = async () => {
    if (!document.hidden && (await api.stands(absent.id).catch(() => false))) location.reload();
  };
  setInterval(() => void look(), LOOK_MS);
  document.addEventListener('visibilitychange', () => void look());
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
