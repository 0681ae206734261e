/* A service that has too much to do says when to come back (503 or 429 with `Retry-After`): the page does, and meanwhile says
 * what it loads. Without that header a failure is a failure. */

/** How long a busy service is waited for in all. */
const PATIENCE_MS = 30_000;
const SECOND = 1000;

/** Milliseconds to wait before the next attempt; null: the response is final. `begun` is the time of the first attempt. */
export function waitAfter(status: number, retryAfter: string | null, begun: number): number | null {
  const wait = Number(retryAfter) * SECOND;
  const busy = (status === 503 || status === 429) && retryAfter !== null && wait > 0;
  return busy && Date.now() - begun + wait <= PATIENCE_MS ? wait : null;
}

/** As `fetch`, but retries while the service is busy. @throws as `fetch` does, also where `signal` ends the wait */
export async function fetchPatiently(url: string, options: RequestInit = {}): Promise<Response> {
  const begun = Date.now();
  for (;;) {
    const response = await fetch(url, options);
    const wait = waitAfter(response.status, response.headers.get('retry-after'), begun);
    if (wait === null) return response;
    await new Promise((resolve) => setTimeout(resolve, wait));
    options.signal?.throwIfAborted();
  }
}
