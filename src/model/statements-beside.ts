import type { IsoDate } from './dates.js';
import { spanInWords } from './sentence.js';

/** A claim as it was recorded, with who published it. */
export interface Statement {
  id: string;
  kind: string;
  /** `operator/number`. */
  post: string | null;
  earliest: IsoDate | null;
  latest: IsoDate | null;
  withdrawn_on: IsoDate | null;
  sources: readonly { id: string; publisher: string; url: string | null }[];
}

export interface StatementBeside {
  claim: string;
  text: string;
  sources: readonly { id: string; publisher: string; url: string | null }[];
}

/**
 * What was said of a post's access by a day, to stand beside the geometry and never to change a verdict: `besieged` is a
 * matter of what passes the ring, which no map shows. Statements withdrawn, without a day, or of later days are left out.
 */
export function statementsBeside(
  claims: readonly Statement[],
  post: { operator: string; number: number },
  date: IsoDate,
): StatementBeside[] {
  return claims.flatMap(({ id, kind, post: of, earliest, latest, withdrawn_on, sources }) => {
    if (kind !== 'besieged' || of !== `${post.operator}/${post.number}` || withdrawn_on !== null) return [];
    if (earliest === null || latest === null || latest > date) return [];
    const who = [...new Set(sources.map(({ publisher }) => publisher))].join(', ');
    return [{ claim: id, text: `Reported as besieged ${spanInWords({ earliest, latest })} (${who}).`, sources }];
  });
}
