import { parseJson } from '../geometry/json-limits.js';
import { readBy } from '../model/contract.js';
import { ProblemList, quote } from '../model/problem-list.js';
import { PRIORITY_CLASSES, partiesOf } from './mapping.js';
import { MAPPING, type Mapping } from './mapping-schema.js';

/** Classes of area that no party may be called by. */
const CLASSES = ['contested', 'unknown', 'unassigned', 'unmapped'];

/**
 * Reads a mapping file (JSON, by `MAPPING`), and what a schema cannot express: periods that
 * are not empty, rules with a meaning, and one meaning at most.
 * @throws SalientError `invalid_body` when it is not JSON, `invalid_mapping` with every problem at its JSON pointer
 */
export function readMapping(input: string | Uint8Array): Mapping {
  const problems = new ProblemList();
  const mapping = readBy(MAPPING, parseJson(input), problems);
  if (!mapping) throw problems.toError('invalid_mapping');
  for (const [index, rule] of mapping.rules.entries()) {
    const at = `/rules/${index}`;
    if (rule.from !== undefined && rule.to !== undefined && rule.from >= rule.to) {
      problems.add('mapping', `${at}/to`, `no day is from ${rule.from} and before ${rule.to}`);
    }
    const means = rule.party !== undefined || rule.status !== undefined;
    if (rule.ignore !== undefined ? means : !means) {
      problems.add('mapping', at, 'a rule says a party, a status, or why to ignore; not both');
    }
    const owned = rule.status === undefined || rule.status === 'controlled' || rule.status === 'claimed';
    if (rule.ignore === undefined && means && owned && rule.party === undefined) {
      problems.add('mapping', `${at}/party`, `an area that is ${rule.status ?? 'controlled'} is somebody's`);
    }
    if (rule.party !== undefined && CLASSES.includes(rule.party)) {
      problems.add('mapping', `${at}/party`, `${rule.party} is a class and cannot be a party: state it as the status`);
    }
  }
  const parties = partiesOf(mapping);
  for (const [index, entry] of (mapping.priority ?? []).entries()) {
    const at = `/priority/${index}`;
    if (typeof entry === 'string' && !parties.includes(entry) && !PRIORITY_CLASSES.includes(entry)) {
      const known = [...parties, ...PRIORITY_CLASSES].join(', ');
      problems.add(
        'mapping',
        at,
        `${quote(entry)} is no party of the rules and no class: one of ${known}, or a rule, folder or layer`,
      );
    }
    if (typeof entry !== 'string' && 'rule' in entry && entry.rule > mapping.rules.length) {
      problems.add('mapping', `${at}/rule`, `there is no rule ${entry.rule}: the mapping has ${mapping.rules.length}`);
    }
  }
  if (problems.all.length > 0) throw problems.toError('invalid_mapping');
  return mapping;
}
