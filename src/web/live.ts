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
  /** Called when the series shows something else; false: it could not be shown. */
  changed(): Promise<boolean>;
}

/**
 * Follows the updates of a series for as long as the page is seen: a hidden page holds no connection (a browser has six for
 * all pages of a service) and compares the epoch when it is seen again.
 */
export function followUpdates({ url, epoch, changed }: Following): void {
  let source: EventSource | null = null;
  let shown = epoch;
  let latest = epoch;
  let failures = 0;
  let busy = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    clearTimeout(waiting);
    if (source || document.hidden) return;
    source = new EventSource(url);
    source.addEventListener('epoch', ({ data }) => {
      failures = 0;
      latest = String(data);
      shown ??= latest;
      void follow(Math.random() * SPREAD_MS);
    });
    source.addEventListener('error', () => {
      close();
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
    if (busy || latest === shown) return;
    busy = true;
    await new Promise((resolve) => setTimeout(resolve, wait));
    const target = latest;
    const done = await changed().catch(() => false);
    busy = false;
    if (done) shown = target;
    if (!done || latest !== shown) setTimeout(() => void follow(0), done ? SPREAD_MS : AGAIN_MS);
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('online', open);
  open();
}
