import { byId, h } from '../dom.js';
import { call, type Proposal } from './calls.js';
import { choice, field, pair } from './fields.js';
import { failure } from './quoted.js';
import type { Rights } from './rights.js';
import { apart, dayWords, figure, instantWords } from './text/figures.js';
import { d } from './text/language.js';

type Source = Proposal['sources'][number];
interface Recorded extends Omit<Source, 'url'> {
  id: string;
  title: string | null;
  url: string | null;
  failure: { error: string; not_before: string } | null;
}
interface Grade {
  publisher: string;
  grade: string;
  why: string;
  by: string;
}

const link = (href: string, words: string) =>
  /^https?:/i.test(href) ? h('a', { href, rel: 'noreferrer' }, h('bdi', {}, words)) : h('bdi', {}, words);

/** Who says it, how reliable they are, where it is archived, and what was kept of it. */
function entryParts({
  url,
  publisher,
  archive,
  reliability,
  copies = [],
}: Omit<Source, 'url'> & { url: string | null }) {
  const kept = copies.map(({ sha256, bytes, at }) =>
    d.copyOf(dayWords(at), d.bytes(figure(bytes)), `${sha256.slice(0, 12)}…`),
  );
  return [
    url ? link(url, publisher) : h('bdi', {}, publisher),
    reliability ? ` ${d.graded(reliability, d.grades[reliability] ?? '')}` : '',
    archive ? ' · ' : '',
    archive ? link(archive, d.archive) : '',
    kept.length > 0 ? h('small', {}, kept.join(d.semicolon)) : '',
  ];
}

/** A source of a proposal; `keep` keeps a copy of it, where the person may. */
export function sourceEntry(source: Source, keep: ((source: Source) => Promise<void>) | null): HTMLElement {
  const { url, publisher, copies = [] } = source;
  if (keep === null || copies.length > 0 || !/^https?:/i.test(url)) return h('li', {}, ...entryParts(source));
  const outcome = h('span', {});
  return h(
    'li',
    {},
    ...entryParts(source),
    ' ',
    keepButton(publisher, outcome, () => keep(source)),
    outcome,
  );
}

function keepButton(publisher: string, outcome: HTMLElement, keep: () => Promise<void>): HTMLElement {
  const button = h('button', { type: 'button', class: 'plain', 'aria-label': d.keepCopyOf(publisher) }, d.keepCopy);
  button.addEventListener('click', () => {
    button.disabled = true;
    keep().catch((error) => {
      button.disabled = false;
      outcome.replaceChildren(failure(error));
    });
  });
  return button;
}

/** The sources of what is recorded, folded up below the queue, and the grades of publishers: who may states them. */
export async function showSources(series: string, rights: Rights): Promise<void> {
  const path = `series/${encodeURIComponent(series)}`;
  const place = h('details', { id: 'sources' });
  document.getElementById('sources')?.remove();
  byId('panel').append(place);
  await refresh();

  async function refresh(words = ''): Promise<void> {
    const { sources } = await call<{ sources: Recorded[] }>(`${path}/sources`);
    const { publishers } = await call<{ publishers: Grade[] }>(`${path}/publishers`);
    const uncopied = sources.some(({ url, copies = [] }) => url !== null && copies.length === 0);
    place.replaceChildren(
      h('summary', {}, h('h2', {}, d.sources)),
      ...(words ? [h('p', { class: 'fine', role: 'status' }, words)] : []),
      ...(rights.publish && uncopied ? [h('p', { class: 'choices' }, keepAll())] : []),
      h(
        'ul',
        { class: 'said' },
        sources.map((source) => h('li', {}, ...recorded(source))),
      ),
      h('h3', {}, d.gradeTitle),
      h(
        'ul',
        { class: 'said' },
        publishers.map(({ publisher, grade, why, by }) =>
          h(
            'li',
            {},
            h('bdi', {}, publisher),
            ` ${d.graded(grade, d.grades[grade] ?? '')}`,
            h('small', {}, d.saidBy(apart(by), apart(why))),
          ),
        ),
      ),
      ...(rights.keep ? [grading([...new Set(sources.map(({ publisher }) => publisher))])] : []),
    );
  }

  function recorded(source: Recorded): (Node | string)[] {
    const { id, url, publisher, title, copies = [], failure: failed } = source;
    const outcome = h('span', {});
    const keep = () => call(`${path}/sources/${encodeURIComponent(id)}/copy`, { method: 'POST' }).then(() => refresh());
    return [
      ...entryParts(source),
      title ? h('small', {}, h('bdi', {}, title)) : '',
      url && copies.length === 0
        ? h('small', {}, failed ? d.notCopied(failed.error, instantWords(failed.not_before)) : d.noCopy)
        : '',
      ...(url && copies.length === 0 && rights.publish ? [keepButton(publisher, outcome, keep), outcome] : []),
    ];
  }

  function keepAll(): HTMLElement {
    const button = h('button', { type: 'button', class: 'plain' }, d.keepAll);
    button.addEventListener('click', async () => {
      button.disabled = true;
      type Kept = { copied: unknown[]; failed: unknown[]; remaining: number };
      let [kept, failed] = [0, 0];
      try {
        for (;;) {
          const done = await call<Kept>(`${path}/sources/copies`, { method: 'POST', query: { limit: '5' } });
          kept += done.copied.length;
          failed += done.failed.length;
          button.textContent = d.copiesKept(kept, failed, done.remaining);
          if (done.remaining === 0) break;
        }
        await refresh(d.copiesKept(kept, failed, 0));
      } catch (error) {
        button.after(failure(error));
      }
    });
    return button;
  }

  function grading(publishers: readonly string[]): HTMLElement {
    const publisher = h('input', { id: 'grade-publisher', list: 'grade-publishers', maxlength: 200, required: true });
    const grade = choice('grade', [
      ...Object.entries(d.grades).map(([value, words]) => [value, `${value}: ${words}`] as const),
      ['none', d.ungraded],
    ]);
    const why = h('textarea', { id: 'grade-why', rows: 2, maxlength: 2000, required: true });
    const outcome = h('div', { 'aria-live': 'polite' });
    return h(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault();
          const query = { publisher: publisher.value.trim(), grade: grade.value, why: why.value.trim() };
          call(`${path}/publishers/reliability`, { method: 'POST', query }).then(
            () => refresh(),
            (error) => outcome.replaceChildren(failure(error)),
          );
        },
      },
      h(
        'datalist',
        { id: 'grade-publishers' },
        publishers.map((name) => h('option', { value: name })),
      ),
      pair(field(d.gradePublisher, publisher), field(d.grade, grade)),
      field(d.why, why),
      h('p', { class: 'choices' }, h('button', { type: 'submit', class: 'plain' }, d.setGrade)),
      outcome,
    );
  }
}
