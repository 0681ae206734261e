import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseJson } from '../geometry/json-limits.js';
import { isIsoDate } from '../model/dates.js';
import { ProblemList } from '../model/problem-list.js';
import type { Mapping } from './mapping.js';
import { MAPPING_SCHEMA } from './mapping-schema.js';

const conforms = new Ajv2020({ allErrors: true, strictTypes: false }).compile<Mapping>(MAPPING_SCHEMA);

/** Classes of ground that no party may be called by. */
const CLASSES = ['contested', 'unknown', 'unassigned', 'unmapped'];

/**
 * Reads a mapping file (JSON, by `MAPPING_SCHEMA`), and what a schema cannot say: days of the calendar, periods that
 * are not empty, rules that say something, and one meaning at most.
 * @throws SalientError `invalid_body` when it is not JSON, `invalid_mapping` with every problem at its JSON pointer
 */
export function readMapping(input: string | Uint8Array): Mapping {
  const value = parseJson(input);
  const problems = new ProblemList();
  if (!conforms(value)) {
    for (const { instancePath, message, params } of conforms.errors ?? []) {
      const more = 'additionalProperty' in params ? `: ${JSON.stringify(params.additionalProperty)}` : '';
      const allowed = 'allowedValues' in params ? `: ${(params.allowedValues as string[]).join(', ')}` : '';
      problems.add('mapping', instancePath, `${message ?? 'not as the schema wants it'}${more}${allowed}`);
    }
    throw problems.toError('invalid_mapping');
  }
  for (const [index, rule] of value.rules.entries()) {
    const at = `/rules/${index}`;
    for (const day of ['from', 'to'] as const) {
      const date = rule[day];
      if (date !== undefined && !isIsoDate(date))
        problems.add('mapping', `${at}/${day}`, `${date} is no day of the calendar`);
    }
    if (rule.from !== undefined && rule.to !== undefined && rule.from >= rule.to) {
      problems.add('mapping', `${at}/to`, `no day is from ${rule.from} and before ${rule.to}`);
    }
    const means = rule.party !== undefined || rule.status !== undefined;
    if (rule.ignore !== undefined ? means : !means) {
      problems.add('mapping', at, 'a rule says a party, a status, or why to ignore; not both');
    }
    const owned = rule.status === undefined || rule.status === 'controlled' || rule.status === 'claimed';
    if (rule.ignore === undefined && means && owned && rule.party === undefined) {
      problems.add('mapping', `${at}/party`, `ground that is ${rule.status ?? 'controlled'} is somebody's`);
    }
    if (rule.party !== undefined && CLASSES.includes(rule.party)) {
      problems.add(
        'mapping',
        `${at}/party`,
        `${rule.party} is a class of ground and cannot be a party: say it as the status`,
      );
    }
  }
  if (problems.all.length > 0) throw problems.toError('invalid_mapping');
  return value;
}
