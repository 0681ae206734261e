import type { App } from '../app-view.js';
import { h } from '../dom.js';
import { writeState } from '../state.js';
import { LANGUAGES, t } from '../text/language.js';
import type { Tool } from './sheet.js';

/** A link that shows the same, and the code that embeds it in an article. The day is in the part that a server reads too. */
export function shareTool(app: App): Tool {
  return {
    open() {
      const { state, series } = app;
      const address = (language: string | null) => {
        const search = new URLSearchParams({ series: series.id, date: app.day(), ...(language && { lang: language }) });
        const rest = writeState({ ...state, date: null });
        return `${location.origin}${location.pathname}?${search}${rest === '#' ? '' : rest}`;
      };
      const link = h('input', { type: 'text', readonly: true, id: 'share-link', value: address(null) });
      const height = h('input', { type: 'number', id: 'share-height', min: 300, max: 2000, step: 10, value: 640 });
      const language = h(
        'select',
        { id: 'share-language' },
        Object.entries(LANGUAGES).map(([code, name]) => h('option', { value: code, selected: code === t.code }, name)),
      );
      const code = h('textarea', { readonly: true, id: 'share-code', rows: 4, 'aria-label': t.shareEmbed });
      const write = () => {
        const title = series.title.replace(/["&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
        const source = address(language.value).replaceAll('&', '&amp;');
        code.value = `<iframe src="${source}" title="${title}" width="100%" height="${height.value}" loading="lazy" allow="fullscreen; clipboard-write" style="border:0"></iframe>`;
      };
      for (const field of [height, language]) field.addEventListener('input', write);
      write();
      const status = h('p', { class: 'fine', role: 'status' });
      const copy = (field: HTMLInputElement | HTMLTextAreaElement) =>
        h(
          'button',
          {
            type: 'button',
            class: 'plain',
            onclick: () => {
              field.select();
              void navigator.clipboard?.writeText(field.value).catch(() => document.execCommand('copy'));
              status.textContent = t.copied;
            },
          },
          t.copy,
        );
      return [
        h('p', {}, h('label', { for: 'share-link' }, t.shareLink), link, copy(link)),
        h('h3', {}, t.shareEmbed),
        h(
          'p',
          { class: 'choices' },
          h('label', { for: 'share-height' }, t.shareHeight),
          height,
          h('label', { for: 'share-language' }, t.shareLanguage),
          language,
        ),
        h('p', {}, code, copy(code)),
        status,
      ];
    },
  };
}
