import { createApi } from './api.js';
import { openApp } from './app.js';
import { readBoot } from './boot.js';
import { byId, h } from './dom.js';
import { isLanguage, speak, t } from './text/language.js';
import { wearTheme } from './theme.js';

const api = createApi(new URL('../', import.meta.url).href);
const archive = new URLSearchParams(location.search).get('archive');

start().catch((error: unknown) => {
  const again = h('button', { type: 'button', class: 'plain', onclick: () => location.reload() }, t.again);
  const message = error instanceof Error ? error.message : String(error);
  byId('notice').replaceChildren(h('p', { class: 'failure', role: 'alert' }, `${t.firstFailed} ${message} `, again));
  document.body.dataset.failed = 'true';
});

async function start(): Promise<void> {
  wearTheme();
  const boot = readBoot();
  const { lang } = document.documentElement;
  if (isLanguage(lang)) await speak(lang);
  name();
  if (archive !== null) return (await import('./archive.js')).showArchive(archive, boot);
  await openApp(api, boot);
}

/** The fixed parts of the page in the reader's language. */
function name(): void {
  byId('skip').textContent = t.skip;
  byId('legend-name').textContent = t.legend;
  byId('tools').setAttribute('aria-label', t.tools);
  // The canvas inside is a region called the map.
  byId('stage').setAttribute('aria-label', `${t.map}, ${t.legend}`);
  byId('timeline').setAttribute('aria-label', t.date);
  byId('panel').setAttribute('aria-label', t.panel);
  byId('slider').setAttribute('aria-label', t.date);
  for (const [id, words] of [
    ['earlier', t.earlier],
    ['play', t.play],
    ['later', t.later],
  ] as const) {
    byId(id).setAttribute('aria-label', words);
    byId(id).title = words;
  }
}
