import type { App } from '../app-view.js';
import { byId, h } from '../dom.js';
import { t } from '../text/language.js';
import { openChart } from './chart.js';
import { openComparing } from './comparing.js';
import { openEvents } from './events.js';
import { createSheet, type Tool } from './sheet.js';

/** The tools of the page, as the rest of it sees them. */
export interface Tooling {
  /** A click on the map: true when a tool took it. */
  onMap(at: [number, number]): boolean;
  /** The address changed by going back: tools that stand in it follow. */
  refresh(): void;
}

type Loader = () => Promise<Tool>;
const tools = () => import('./all.js');

/** Puts the toolbar, the chart and the marks of events in place; a tool is loaded when it is opened. */
export function openTooling(app: App): Tooling {
  const sheet = createSheet();
  const comparing = openComparing(app);
  const events = openEvents(app);
  const chart = openChart(app, comparing);
  const loaders: Record<string, readonly [words: string, key: string, load: Loader]> = {
    series: [t.series, '', async () => (await tools()).seriesTool(app, comparing)],
    search: [t.search, '/', async () => (await tools()).searchTool(app, events)],
    compare: [t.compare, 'c', async () => comparing.tool],
    events: [t.events, 'e', async () => events.tool],
    measure: [t.measure, 'm', async () => (await tools()).measureTool(app)],
    region: [t.region, 'r', async () => (await tools()).regionTool(app)],
    download: [t.download, 'd', async () => (await tools()).downloadTool(app)],
    share: [t.share, 's', async () => (await tools()).shareTool(app)],
    print: [t.print, 'p', async () => (await tools()).printTool(app)],
    help: [t.help, '?', async () => (await tools()).helpTool()],
  };
  let open: Tool | null = null;

  async function toggle(name: string): Promise<void> {
    const button = byId(`tool-${name}`);
    if (button.getAttribute('aria-expanded') === 'true') return sheet.close();
    sheet.close();
    const [words, , load] = loaders[name] as (typeof loaders)[string];
    const tool = await load();
    if (!tool.open) return tool.act?.();
    open = tool;
    button.setAttribute('aria-expanded', 'true');
    sheet.open(words, tool.open(sheet.close), button, () => {
      button.setAttribute('aria-expanded', 'false');
      open = null;
      tool.close?.();
    });
  }

  byId('tools').replaceChildren(
    ...Object.entries(loaders).map(([name, [words, key]]) =>
      h(
        'button',
        {
          type: 'button',
          id: `tool-${name}`,
          'aria-expanded': name === 'print' ? null : 'false',
          'aria-keyshortcuts': key || null,
          title: key ? `${words} (${key.toUpperCase()})` : words,
          onclick: () => void toggle(name),
        },
        words,
      ),
    ),
  );
  // Made ahead once the map stands, so that what is typed after `/` is typed into the field.
  void app.stage.opened.then(() => Promise.all(Object.values(loaders).map(([, , load]) => load()))).catch(() => {});
  document.addEventListener('keydown', (event) => {
    const field = event.target instanceof Element && event.target.closest('input:not([type=range]), select, textarea');
    if (event.key === 'Escape') {
      if (open) sheet.close();
      else if (app.state.selected) app.select(null);
      else return;
      event.preventDefault();
    }
    if (field || event.altKey || event.ctrlKey || event.metaKey) return;
    const found = Object.entries(loaders).find(([, [, key]]) => key !== '' && key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    void toggle(found[0]);
  });
  openBottomSheet();
  void app.stage.opened
    .then(tools)
    .then(({ moreSection, preparePrint }) => {
      byId('more').replaceChildren(...moreSection(app));
      preparePrint(app, comparing);
    })
    .catch(() => {});
  return {
    onMap: (at) => open?.onMap?.(at) ?? false,
    refresh() {
      comparing.refresh();
      chart.refresh();
      void events.refresh();
    },
  };
}

/** On a telephone the panel is drawn up and let down. */
function openBottomSheet(): void {
  const handle = byId('handle');
  handle.setAttribute('aria-label', t.panel);
  handle.addEventListener('click', () => {
    const open = document.body.dataset.sheet !== 'open';
    document.body.dataset.sheet = open ? 'open' : '';
    handle.setAttribute('aria-expanded', String(open));
  });
}
