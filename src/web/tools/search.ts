import type { App } from '../app-view.js';
import { h, reveal } from '../dom.js';
import { dayFrom, inWords } from '../text/calendar.js';
import { nameIn, t } from '../text/language.js';
import type { Events } from './events.js';
import type { Tool } from './sheet.js';
import { likeness } from './spelling.js';

const MOST = 12;

interface Found {
  words: string;
  what: string;
  likeness: number;
  go(): void;
}

/** Places in any spelling, posts by number or name, roads, and days. */
export function searchTool(app: App, events: Events): Tool {
  let again = () => {};
  app.onPosts(() => again());

  async function found(requested: string): Promise<Found[]> {
    const hits: Found[] = [];
    const day = dayFrom(requested, app.day());
    if (day)
      hits.push({ words: inWords(day, { weekday: true }), what: t.aDay, likeness: 4, go: () => void app.go(day) });
    const number = /^\D*(\d{1,3})$/.exec(requested.trim())?.[1];
    for (const post of app.posts()) {
      const like = number === String(post.number) ? 3.5 : likeness(requested, [post.name]);
      const id = `${post.operator}/${post.number}`;
      const go = () => app.select({ kind: 'post', id });
      hits.push({ words: `${post.number} ${post.name}`, what: t.aPost, likeness: like, go });
    }
    const { features } = await app.places();
    for (const { properties } of features) {
      const { id, name, aliases, kind } = properties;
      const like = likeness(requested, [name, ...aliases]);
      const go = () => app.select({ kind: 'place', id });
      hits.push({ words: nameIn(t.code, name, aliases), what: t.kinds[kind] ?? kind, likeness: like, go });
    }
    for (const route of document.querySelectorAll('#routes h3')) {
      const name = route.textContent ?? '';
      const go = () => reveal(route as HTMLElement);
      hits.push({ words: name, what: t.aRoute, likeness: likeness(requested, [name]), go });
    }
    for (const event of await events.all().catch(() => [])) {
      if (event.kind === 'claim') continue;
      const go = () => event.choose && app.select(event.choose);
      hits.push({ words: event.words, what: t.events, likeness: likeness(requested, [event.words]), go });
    }
    return hits
      .filter((hit) => hit.likeness > 0)
      .sort((a, b) => b.likeness - a.likeness)
      .slice(0, MOST);
  }

  return {
    open(close) {
      const results = h('ul', { class: 'found', id: 'found' });
      const field = h('input', {
        type: 'search',
        id: 'search-for',
        autocomplete: 'off',
        spellcheck: 'false',
        'aria-controls': 'found',
        'aria-label': t.searchFor,
        placeholder: t.searchFor,
        oninput: () => void look(),
      });
      const status = h('p', { class: 'fine', role: 'status' }, t.searchHint);
      let hits: Found[] = [];
      const choose = (hit: Found) => {
        close();
        hit.go();
      };
      async function look(): Promise<void> {
        const requested = field.value;
        const now = await found(requested);
        if (requested !== field.value) return;
        hits = now;
        const nothing = app.postsKnown() ? t.searchNone : t.computing;
        status.textContent = requested.trim() === '' ? t.searchHint : now.length === 0 ? nothing : '';
        results.replaceChildren(
          ...now.map((hit) =>
            h(
              'li',
              {},
              h(
                'button',
                { type: 'button', onclick: () => choose(hit) },
                h('bdi', {}, hit.words),
                h('small', {}, hit.what),
              ),
            ),
          ),
        );
      }
      const form = h('form', { role: 'search' }, field);
      // Posts are found once their verdicts are computed, without another key.
      again = () => void look();
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        void look().then(() => hits[0] && choose(hits[0]));
      });
      return [form, status, results];
    },
    close() {
      again = () => {};
    },
  };
}
