/** Asks once, until the series is renewed; what failed is asked for again. */
export function again<Answer>(renewed: (() => void)[], ask: () => Promise<Answer>): () => Promise<Answer> {
  let once: Promise<Answer> | null = null;
  renewed.push(() => {
    once = null;
  });
  return () => {
    once ??= ask();
    once.catch(() => {
      once = null;
    });
    return once;
  };
}
