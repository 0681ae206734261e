/** One answer, requested once until the series is renewed; a failure is not kept. */
export function memoUntilRenewed<Answer>(
  renewed: (() => void)[],
  request: () => Promise<Answer>,
): () => Promise<Answer> {
  let known: Promise<Answer> | null = null;
  const forget = () => {
    known = null;
  };
  renewed.push(forget);
  return () => {
    known ??= request();
    known.catch(forget);
    return known;
  };
}
