import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { LANGUAGES, t } from '../text/language.js';
import { chosenTheme, keepTheme, THEMES } from '../theme.js';

/** The ways on: reports, files, the API, documents; the reader's language and looks. */
export function moreSection(app: App): Node[] {
  const { report } = app.boot;
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
  const link = (href: string, words: string) => h('li', {}, h('a', { href }, words));
  return [
    h('h3', {}, t.more),
    h(
      'ul',
      { class: 'ways' },
      report ? link(`reports/${report.id}/${report.period}`, `${t.newestReport}: ${report.headline}`) : null,
      link('reports', t.links.reports),
      link(`snapshots/${id}`, t.links.files),
      link('ogc/', t.links.api),
      link('openapi.json', t.links.openapi),
      link('docs/', t.links.docs),
      link(`desk?series=${id}`, t.links.desk),
    ),
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
