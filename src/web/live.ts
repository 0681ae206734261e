/** Longest wait before a stream that ended is opened again, and the first one; each further one is twice as long. */
const MOST_WAIT_MS = 300_000;
const FIRST_WAIT_MS = 2000;
/** Milliseconds over which the requests of all readers are spread. */
const SPREAD_MS = 1500;
/** A change that could not be shown is tried again after this. */
const AGAIN_MS = 10_000;

export interface Following {
  /** The stream of the series: an `epoch` at once and whenever it shows something else. */
  url: string;
  /** The epoch that the page was opened on; null: the first one that is reported. */
  epoch: string | null;
  /** What waits at the desk was read before the stream was open, nobody knows at which instant: the first report may be of something newer. */
  deskRead?: boolean;
  /** Called when the stream ends or cannot be opened: there may be no such series any more. */
  lost?(): void;
  /**
   * Called when the series shows something else, or something was done at its desk, of which those hear who may read what is proposed;
   * false: it could not be shown.
   */
  changed(which: { epoch: boolean; desk: boolean }): Promise<boolean>;
}

/**
 * Follows the updates of a series for as long as the page is seen: a hidden page holds no connection (a browser has six for
 * all pages of a service) and compares the epoch when it is seen again.
 */
export function followUpdates({ url, epoch, deskRead = false, lost = () => {}, changed }: Following): void {
  let source: EventSource | null = null;
  const shown: { epoch: string | null; desk: string | null } = { epoch, desk: null };
  const latest = { ...shown };
  const differs = (what: 'epoch' | 'desk') => latest[what] !== shown[what];
  let failures = 0;
  let busy = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    clearTimeout(waiting);
    if (source || document.hidden) return;
    source = new EventSource(url);
    for (const what of ['epoch', 'desk'] as const) {
      source.addEventListener(what, ({ data }) => {
        failures = 0;
        latest[what] = String(data);
        if (what === 'epoch' || !deskRead) shown[what] ??= latest[what];
        void follow(Math.random() * SPREAD_MS);
      });
    }
    source.addEventListener('error', () => {
      close();
      lost();
      const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
      waiting = setTimeout(open, wait * (0.5 + Math.random()));
    });
  }

  function close(): void {
    source?.close();
    source = null;
  }

  /** One renewal at a time; what changes during one is shown by the next. */
  async function follow(wait: number): Promise<void> {
    const stale = () => differs('epoch') || differs('desk');
    if (busy || !stale()) return;
    busy = true;
    await new Promise((resolve) => setTimeout(resolve, wait));
    const target = { ...latest };
    const done = await changed({ epoch: differs('epoch'), desk: differs('desk') }).catch(() => false);
    busy = false;
    if (done) Object.assign(shown, target);
    if (!done || stale()) setTimeout(() => void follow(0), done ? SPREAD_MS : AGAIN_MS);
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('online', open);
  open();
}
