import { SalientError } from '../errors.js';
import { ProblemList } from '../model/problem-list.js';
import { referenceRecords } from '../series/reference/reference-records.js';
import { type Proposed, parseProposal } from './proposal.js';

const OF_SOURCE = ['url', 'publisher', 'title', 'archive', 'published_on', 'stance', 'favours'];
const OF_PROPOSAL = ['date', 'why'];

/**
 * The claims or events of a CSV table, each as a proposal. Columns: `date`, `why`; of its source `url`, `publisher`, `title`,
 * `archive`, `published_on`, `stance`, `favours`; every other one is a field of the claim or event as /proposal.schema.json names it.
 * @throws SalientError `invalid_proposal` with every problem of every row, by its line; `invalid_body`
 */
export function proposalsOfTable(kind: 'claim' | 'event', table: Uint8Array): Proposed[] {
  const problems = new ProblemList();
  const proposed = referenceRecords(table).flatMap(({ at, values }) => {
    const cells = Object.entries(values);
    const pick = (of: (name: string) => boolean) => Object.fromEntries(cells.filter(([name]) => of(name)));
    const document = {
      kind,
      ...pick((name) => OF_PROPOSAL.includes(name)),
      sources: [pick((name) => OF_SOURCE.includes(name))],
      [kind]: typed(pick((name) => !OF_SOURCE.includes(name) && !OF_PROPOSAL.includes(name))),
    };
    try {
      return [parseProposal(document)];
    } catch (error) {
      if (!(error instanceof SalientError)) throw error;
      for (const { code, at: pointer, message } of error.problems) problems.add(code, `${at}${pointer}`, message);
      return [];
    }
  });
  if (problems.all.length > 0) throw problems.toError('invalid_proposal');
  return proposed;
}

/** The one column that is no text. */
function typed({ dates_inferred, ...rest }: Record<string, string>): Record<string, unknown> {
  if (dates_inferred === undefined) return rest;
  return {
    ...rest,
    dates_inferred: dates_inferred === 'true' || (dates_inferred === 'false' ? false : dates_inferred),
  };
}
