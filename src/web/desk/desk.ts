import { createApi, type Series } from '../api.js';
import { readBoot } from '../boot.js';
import { byId, h } from '../dom.js';
import { followUpdates } from '../live.js';
import { wearTheme } from '../theme.js';
import { BASE, call, type Session } from './calls.js';
import { openGround } from './ground.js';
import { openProposing } from './propose.js';
import { openReview } from './review.js';
import { openStating } from './stating.js';
import { showSubscriptions } from './subscriptions.js';

/* The page on which a map is edited: a signed-in person sees the queue, decides, and draws. */

const api = createApi(BASE);
const failed = (error: unknown) =>
  byId('notice').replaceChildren(
    h('p', { class: 'failure', role: 'alert' }, error instanceof Error ? error.message : String(error)),
  );

start()
  .catch(failed)
  .finally(() => {
    document.body.dataset.ready = 'true';
  });

async function start(): Promise<void> {
  wearTheme();
  const boot = readBoot();
  const session = await call<Session>('session');
  showSession(session);
  const all = await api.series();
  const wanted = new URLSearchParams(location.search).get('series');
  const series = all.find(({ id }) => id === wanted) ?? (wanted === null ? all[0] : undefined);
  if (!series) {
    byId('queue').replaceChildren(
      h('p', {}, wanted ? `There is no series ${wanted}, or you have no role in it.` : 'There is no series yet.'),
    );
    return;
  }
  byId('title').replaceChildren(chooser(all, series));
  document.querySelector('.brand a')?.setAttribute('href', `./?series=${encodeURIComponent(series.id)}`);
  const dates = await api.dates(series.id);
  const last = dates.dates.at(-1);
  if (!last) return failed(new Error('The series has no map yet: import one, or propose one from the command line.'));
  const path = `series/${encodeURIComponent(series.id)}`;
  if (!session.signed_in) byId('queue').replaceChildren(h('p', {}, 'Sign in to see what is proposed.'));
  const ground = await openGround(api, boot, series, last);
  if (!session.signed_in) return;
  const review = openReview(series, ground, session.name ?? '');
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
  byId('session').append(
    h(
      'p',
      { class: 'choices' },
      start('Draw a change', () => openProposing(series, ground, sent)),
      start('State something', () => openStating(api, series, ground, sent)),
    ),
  );
  await review.refresh();
  await showSubscriptions(series.id).catch(failed);
  followUpdates({
    url: `${BASE}${path}/updates`,
    epoch: null,
    changed: async () => {
      // Nothing is taken from under the hands of who draws.
      if (byId('draw').childElementCount === 0) await ground.show(ground.day());
      await review.refresh();
      return true;
    },
  });
}

function chooser(all: readonly Series[], current: Series): HTMLElement {
  const select = h(
    'select',
    { 'aria-label': 'Series' },
    all.map(({ id, title }) => h('option', { value: id, selected: id === current.id }, title)),
  );
  select.addEventListener('change', () => {
    location.search = new URLSearchParams({ series: select.value }).toString();
  });
  return select;
}

function showSession({ signed_in, name, openid }: Session): void {
  const place = byId('session');
  if (signed_in) {
    const leave = h('button', { type: 'button', class: 'plain' }, 'Sign out');
    leave.addEventListener(
      'click',
      () => void call('session', { method: 'DELETE' }).then(() => location.reload(), failed),
    );
    place.replaceChildren(h('p', { class: 'fine' }, `Signed in as ${name ?? ''} `, leave));
    return;
  }
  const token = h('input', { type: 'password', id: 'token', autocomplete: 'current-password', required: true });
  const form = h(
    'form',
    {},
    h('label', { for: 'token' }, 'Your token (salient token create)'),
    token,
    h('p', {}, h('button', { type: 'submit', class: 'plain' }, 'Sign in')),
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
