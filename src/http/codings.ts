/** The content coding of an answer. */
export type Coding = 'br' | 'gzip' | 'deflate' | 'identity';

/**
 * The coding that a client weighs highest (RFC 9110, 12.5.3) among those there are, the one that is named first where it weighs them
 * alike. `*` stands for all that are not listed; `identity` is taken last where nothing is said of it.
 */
export function codingPreferred(accepted: string | undefined, available: readonly Coding[]): Coding {
  if (accepted === undefined) return 'identity';
  const weights = new Map<string, number>();
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name === 'x-gzip' ? 'gzip' : name, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  const weightOf = (coding: Coding) =>
    weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? Number.MIN_VALUE : 0);
  let [preferred, most]: [Coding, number] = ['identity', 0];
  for (const coding of available) {
    const weight = weightOf(coding);
    if (weight > most) [preferred, most] = [coding, weight];
  }
  return preferred;
}
