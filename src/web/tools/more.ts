import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { LANGUAGES, t } from '../text/language.js';
import { chosenTheme, keepTheme, THEMES } from '../theme.js';

/** The ways on: reports, files, the API, documents; the reader's language and looks. */
export function moreSection(app: App): Node[] {
  const ways = h('ul', { class: 'ways' });
  // The page was sent with a report where there is any: which ones speak of this series is asked once the map stands.
  if (app.boot.report)
    void newestReport(app).then(
      (report) => report && ways.prepend(report),
      () => {},
    );
  const id = encodeURIComponent(app.series.id);
  const address = (change: (search: URLSearchParams) => void) => {
    const search = new URLSearchParams(location.search);
    change(search);
    return `?${search}${location.hash}`;
  };
  const languages = h(
    'select',
    {
      id: 'language',
      onchange: (event) => {
        const { value } = event.target as HTMLSelectElement;
        location.assign(address((search) => search.set('lang', value)));
      },
    },
    Object.entries(LANGUAGES).map(([code, name]) => h('option', { value: code, selected: code === t.code }, name)),
  );
  const looks = h(
    'select',
    {
      id: 'looks',
      onchange: (event) => {
        keepTheme((event.target as HTMLSelectElement).value as (typeof THEMES)[number]);
        location.assign(address((search) => search.delete('theme')));
        location.reload();
      },
    },
    THEMES.map((theme) => h('option', { value: theme, selected: theme === chosenTheme() }, t.themes[theme])),
  );
  ways.append(
    link('reports', t.links.reports),
    link(`snapshots/${id}`, t.links.files),
    link('ogc/', t.links.api),
    link('openapi.json', t.links.openapi),
    link('docs/', t.links.docs),
    link(`desk?series=${id}`, t.links.desk),
  );
  return [
    h('h3', {}, t.more),
    ways,
    h(
      'p',
      { class: 'choices' },
      h('label', { for: 'language' }, t.language),
      languages,
      h('label', { for: 'looks' }, t.looks),
      looks,
    ),
  ];
}

const link = (href: string, words: string): HTMLElement => h('li', {}, h('a', { href }, words));

/** The report of the latest period, of those that speak of the series; null: none does. */
async function newestReport({ api, series }: App): Promise<HTMLElement | null> {
  const editions = (await api.reports()).flatMap(({ id, series: of, newest, withdrawn, withdrawn_why }) =>
    newest && of.includes(series.id) && !withdrawn && !withdrawn_why ? [{ id, ...newest }] : [],
  );
  const latest = ({ to, made_at }: (typeof editions)[number]) => `${to} ${made_at}`;
  const [newest] = editions.sort((a, b) => (latest(a) < latest(b) ? 1 : -1));
  return newest ? link(`reports/${newest.id}/${newest.period}`, `${t.newestReport}: ${newest.headline}`) : null;
}
