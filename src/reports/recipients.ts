import { type ProblemList, pointer, quote } from '../model/problem-list.js';

/**
 * What a webhook is called at: addresses are the same that differ in the case of the host, in a port that is the usual one or in a
 * fragment, which is not sent.
 */
function requested(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.hash = '';
  return url.href;
}

/** Where in a list of addresses one is that stands before it in other words or the same. */
const repeatedAt = (addresses: readonly string[]): number[] =>
  addresses.flatMap((address, at) =>
    addresses.findIndex((other) => requested(other) === requested(address)) < at ? [at] : [],
  );

/** Adds a problem for every webhook that is there before: each recipient gets a thing once. */
export function refuseRepeated({ webhooks }: { webhooks: readonly string[] }, problems: ProblemList): void {
  for (const at of repeatedAt(webhooks)) {
    const message = `each once: ${quote(webhooks[at])} is the address of another entry`;
    problems.add('repeated', pointer('/recipients/webhooks', at), message);
  }
}

/** The addresses, each once: what is there before in other words is left out. */
export function eachOnce(addresses: readonly string[]): string[] {
  const repeated = repeatedAt(addresses);
  return addresses.filter((_, at) => !repeated.includes(at));
}
