import { createApi, type Series } from '../api.js';
import { readBoot } from '../boot.js';
import { byId, h } from '../dom.js';
import { followUpdates } from '../live.js';
import { isLanguage, t } from '../text/language.js';
import { wearTheme } from '../theme.js';
import { BASE, call, type Session } from './calls.js';
import { openGround } from './ground.js';
import { openProposing } from './propose.js';
import { failure } from './quoted.js';
import { openReview } from './review.js';
import { type Rights, rightsOf } from './rights.js';
import { showSources } from './sources.js';
import { openStating } from './stating.js';
import { showSubscriptions } from './subscriptions.js';
import { apart } from './text/figures.js';
import { DESK_LANGUAGES, d, speakDesk } from './text/language.js';

/* The page on which a map is edited: a signed-in person sees the queue, decides, and draws. */

const api = createApi(BASE);
const failed = (error: unknown) => byId('notice').replaceChildren(failure(error));

start()
  .catch(failed)
  .finally(() => {
    document.body.dataset.ready = 'true';
  });

async function start(): Promise<void> {
  wearTheme();
  const language = document.documentElement.lang;
  await speakDesk(isLanguage(language) ? language : 'en');
  dressShell();
  const boot = readBoot();
  const session = await call<Session>('session');
  showSession(session);
  const all = await api.series();
  const wanted = new URLSearchParams(location.search).get('series');
  const series = all.find(({ id }) => id === wanted) ?? (wanted === null ? all[0] : undefined);
  if (!series) {
    byId('queue').replaceChildren(h('p', {}, wanted ? d.noSuchSeries(wanted) : d.noSeries));
    return;
  }
  byId('title').replaceChildren(chooser(all, series));
  document
    .querySelector('.brand a')
    ?.setAttribute('href', `./?${new URLSearchParams({ series: series.id, lang: t.code })}`);
  const dates = await api.dates(series.id);
  const last = dates.dates.at(-1);
  if (!last) return failed(new Error(d.noMap));
  const path = `series/${encodeURIComponent(series.id)}`;
  if (!session.signed_in) byId('queue').replaceChildren(h('p', {}, d.signInFirst));
  const ground = await openGround(api, boot, series, last);
  if (!session.signed_in) return;
  const rights = rightsOf(session, series.id);
  const review = openReview(series, ground, session.name ?? '', rights);
  let close: (() => void) | null = null;
  const sent = (proposal: number) => void review.open(proposal);
  const start = (words: string, open: () => () => void) =>
    h(
      'button',
      {
        ...{ type: 'button', class: 'plain' },
        onclick: () => {
          close?.();
          byId('proposal').replaceChildren();
          close = open();
        },
      },
      words,
    );
  byId('session').append(...roleWords(rights));
  if (rights.contribute) {
    byId('session').append(
      h(
        'p',
        { class: 'choices' },
        start(d.draw, () => openProposing(series, ground, sent)),
        start(d.state, () => openStating(api, series, ground, sent)),
      ),
    );
  }
  await review.refresh();
  await showSubscriptions(series.id).catch(failed);
  await showSources(series.id, rights).catch(failed);
  followUpdates({
    url: `${BASE}${path}/updates`,
    epoch: null,
    deskRead: true,
    changed: async ({ epoch }) => {
      // Nothing is taken from under the hands of who draws: the ground is shown when they have done.
      const isDrawn = byId('draw').childElementCount > 0;
      if (epoch && !isDrawn) await ground.show(ground.day());
      await review.refresh();
      return !(epoch && isDrawn);
    },
  });
}

/** The words of the shell in the reader's language, and the chooser of it. */
function dressShell(): void {
  document.title = `${d.title} — Salient`;
  byId('skip').textContent = d.skip;
  byId('stage').setAttribute('aria-label', d.stage);
  byId('tools').setAttribute('aria-label', d.drawingTools);
  byId('views').setAttribute('aria-label', d.views);
  byId('title').textContent = d.title;
  byId('where').textContent = d.title;
  const select = h(
    'select',
    { id: 'language', 'aria-label': d.language },
    Object.entries(DESK_LANGUAGES).map(([code, name]) =>
      h('option', { value: code, lang: code, selected: code === t.code }, name),
    ),
  );
  select.addEventListener('change', () => {
    const search = new URLSearchParams(location.search);
    search.set('lang', select.value);
    location.search = search.toString();
  });
  byId('languages').replaceChildren(select);
}

/** The language that the address asks for, to be kept when it changes. */
function spoken(): Record<string, string> {
  const lang = new URLSearchParams(location.search).get('lang');
  return lang === null ? {} : { lang };
}

const roleWords = ({ role }: Rights): Node[] =>
  role === null ? [] : [h('p', { class: 'fine' }, d.yourRole(d.roles[role] ?? apart(role)))];

function chooser(all: readonly Series[], current: Series): HTMLElement {
  const select = h(
    'select',
    { 'aria-label': d.series },
    all.map(({ id, title }) => h('option', { value: id, selected: id === current.id }, title)),
  );
  select.addEventListener('change', () => {
    location.search = new URLSearchParams({ series: select.value, ...spoken() }).toString();
  });
  return select;
}

function showSession({ signed_in, name, openid }: Session): void {
  const place = byId('session');
  if (signed_in) {
    const leave = h('button', { type: 'button', class: 'plain' }, d.signOut);
    leave.addEventListener(
      'click',
      () =>
        void call<{ provider: string } | null>('session', { method: 'DELETE' }).then(
          // Where the provider of identities has a page for it, the browser signs out there too, and comes back.
          (out) => (out?.provider ? location.assign(out.provider) : location.reload()),
          failed,
        ),
    );
    place.replaceChildren(h('p', { class: 'fine' }, d.signedInAs(name ?? ''), ' ', leave));
    return;
  }
  const token = h('input', { type: 'password', id: 'token', autocomplete: 'current-password', required: true });
  const form = h(
    'form',
    {},
    h('label', { for: 'token' }, d.token),
    token,
    h('p', {}, h('button', { type: 'submit', class: 'plain' }, d.signIn)),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void call('session', { method: 'POST', token: token.value.trim() }).then(() => location.reload(), failed);
  });
  const other =
    openid &&
    h(
      'p',
      {},
      h('a', { href: `${openid.href}?back=${encodeURIComponent(location.pathname + location.search)}` }, openid.title),
    );
  place.replaceChildren(form, ...(other ? [other] : []));
}
