import { openMemo } from '../store/memo.js';

/** The content coding of an answer. */
export type Coding = 'br' | 'gzip' | 'deflate' | 'identity';

/** The few headers that browsers and libraries send, read once: a tile is answered in some 20 µs, of which reading one takes 3. */
const read = openMemo<ReadonlyMap<string, number>>({ maxBytes: 1 << 20, bytesOf: () => 4000 });
const LONGEST_READ = 200;

function weightsIn(accepted: string): ReadonlyMap<string, number> {
  const known = read.peek(accepted);
  if (known) return known;
  const weights = new Map<string, number>();
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name === 'x-gzip' ? 'gzip' : name, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  if (accepted.length <= LONGEST_READ) read.set(accepted, weights);
  return weights;
}

/**
 * The coding that a client weighs highest (RFC 9110, 12.5.3) among those there are, the one that is named first where it weighs them
 * alike. `*` stands for all that are not listed; `identity` is taken last where nothing is said of it.
 */
export function codingPreferred(accepted: string | undefined, available: readonly Coding[]): Coding {
  if (accepted === undefined) return 'identity';
  const weights = weightsIn(accepted);
  const weightOf = (coding: Coding) =>
    weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? Number.MIN_VALUE : 0);
  let [preferred, most]: [Coding, number] = ['identity', 0];
  for (const coding of available) {
    const weight = weightOf(coding);
    if (weight > most) [preferred, most] = [coding, weight];
  }
  return preferred;
}
