import type { IsoDate } from '../../model/dates.js';
import { dayInWords, spanInWords } from '../sentence.js';

interface Source {
  id: string;
  publisher: string;
  url: string | null;
  stance: string;
}

/** A claim as it was recorded, with who published it. */
export interface Statement {
  id: string;
  kind: string;
  /** `operator/number`. */
  post: string | null;
  party: string | null;
  earliest: IsoDate | null;
  latest: IsoDate | null;
  withdrawn_on: IsoDate | null;
  sources: readonly Source[];
}

/** What sources state beside a verdict: `besieged`, `access` (reached by agreement) or `denied` (that it is cut off). */
export interface StatementBeside {
  claim: string;
  kind: 'besieged' | 'access' | 'denied';
  /** Who holds the ground around the post, as the claim has it. */
  party: string | null;
  earliest: IsoDate;
  latest: IsoDate | null;
  text: string;
  sources: readonly Source[];
}

const SAID = {
  besieged: 'Reported as besieged',
  access: 'Reported as reached or supplied by agreement',
  denied: 'Said not to be cut off',
} as const;

/** How much a source is worth (geodata: `stance`), for people. */
const STANCES: Readonly<Record<string, string>> = {
  independent: 'independent',
  press: 'press',
  partisan: 'partisan',
  general: 'weak',
};

/**
 * What was stated about a post's access by a day, to stand beside the geometry and never to change a verdict: `besieged` is a
 * matter of what passes the ring, which no map shows. A siege counts from the last day of its window, the others from
 * their first. Statements withdrawn, without a day, or of later days are left out; contradicting ones stand together.
 */
export function statementsBeside(
  claims: readonly Statement[],
  post: { operator: string; number: number },
  date: IsoDate,
): StatementBeside[] {
  return claims.flatMap(({ id, kind, post: of, party, earliest, latest, withdrawn_on, sources }) => {
    if (!isBeside(kind) || of !== `${post.operator}/${post.number}` || withdrawn_on !== null) return [];
    const from = kind === 'besieged' ? latest : earliest;
    if (earliest === null || from === null || from > date) return [];
    const who = [...new Set(sources.map(({ publisher, stance }) => `${publisher}, ${STANCES[stance] ?? stance}`))];
    const when = latest === null ? `from ${dayInWords(earliest)} on` : spanInWords({ earliest, latest });
    return [{ claim: id, kind, party, earliest, latest, text: `${SAID[kind]} ${when} (${who.join('; ')}).`, sources }];
  });
}

const isBeside = (kind: string): kind is StatementBeside['kind'] => Object.hasOwn(SAID, kind);
