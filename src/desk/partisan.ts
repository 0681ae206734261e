import type { Transition } from '../model/transition.js';
import { SAME_M2 } from './change.js';
import type { Content, Source } from './proposal.js';

/**
 * The side by whose partisan sources alone a change stands, although it gains by it; null: none. By itself a partisan source
 * counts only for changes against its own side. A claim says who gains; of ground, whoever gains more of it than is lost.
 */
export function partisanSide(
  content: Content,
  effect: readonly Transition[],
  sources: readonly Source[],
): string | null {
  const [first] = sources;
  const side = first?.favours;
  if (side === undefined) return null;
  const alone = sources.every(({ stance, favours }) => stance === 'partisan' && favours === side);
  return alone && gains(content, effect, side) ? side : null;
}

function gains(content: Content, effect: readonly Transition[], side: string): boolean {
  if (content.kind === 'claim') {
    const { kind } = content.said;
    return 'party' in content.said && content.said.party === side && ['captured', 'held'].includes(kind);
  }
  const net = effect.reduce((sum, { from, to, m2 }) => sum + (to === side ? m2 : 0) - (from === side ? m2 : 0), 0);
  return net > SAME_M2;
}

export const partisanNote = (side: string) =>
  `it rests on partisan sources of ${side} alone, which gain by it: a reviewer looks for another, or says why they hold`;
