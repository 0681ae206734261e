import { type Static, Type } from '@sinclair/typebox';
import { SalientError } from '../../errors.js';
import { readMapping } from '../../formats/read-mapping.js';
import { IMPORT_WORDS_SCHEMA, type ImportWords } from '../../maps/import-words.js';
import { choice, closed, defineFormat, line, readBy } from '../../model/contract.js';
import { ProblemList } from '../../model/problem-list.js';

const addressFormat = defineFormat(
  'pulled-address',
  'an http or https address without a name or password in it',
  (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && !/^\w+:\/\/[^/?#]*@/.test(value),
);
const address = (description: string) => Type.String({ maxLength: 2000, format: addressFormat, description });

/** What becomes of a pulled map: it waits for review, it is proposed, or it is taken as an import of it would be. */
const MODES = ['hold', 'proposal', 'approved'] as const;
type Mode = (typeof MODES)[number];
const DATES_FROM = ['file', 'modified', 'fetched'] as const;

const LEAST_MINUTES = 5;
const MOST_MINUTES = 60 * 24 * 31;

/** A file of another publisher that is pulled by its address, on a schedule, into a series. */
export const SUBSCRIPTION_SCHEMA = closed(
  {
    address: address('Address of the file. It may hold a secret: who may not import sees its host alone.'),
    publisher: line(200, { description: 'Who publishes it.' }),
    source: Type.Optional(
      address('What maps and proposals name as their source; the host of the address when absent. Public.'),
    ),
    mode: Type.Optional(
      choice(MODES, {
        description:
          'hold (when absent): every map waits for review; proposal: it is proposed; approved: it is imported, and proposed where a rule of review is stated for the series.',
      }),
    ),
    every_minutes: Type.Optional(
      Type.Integer({ minimum: LEAST_MINUTES, maximum: MOST_MINUTES, description: 'How often; 60 when absent.' }),
    ),
    date_from: Type.Optional(
      choice(DATES_FROM, {
        description:
          'Where the day of a map is known from: file (when absent: its properties, its name or the mapping), modified (Last-Modified of the answer), fetched (the day on which it came).',
      }),
    ),
    reading: Type.Optional(IMPORT_WORDS_SCHEMA),
    mapping: Type.Optional(
      Type.Unknown({ description: 'Stated as the mapping of the series (/mapping.schema.json), for all its imports.' }),
    ),
  },
  { $id: 'https://salient.dev/subscription.schema.json', title: 'A subscription to a file of another publisher' },
);

/** A subscription as it is kept. */
export interface Subscription {
  address: string;
  publisher: string;
  source: string;
  mode: Mode;
  every_s: number;
  date_from: (typeof DATES_FROM)[number];
  words: ImportWords;
}

/**
 * Reads a subscription, with the mapping that it states for the series as JSON.
 * @throws SalientError `invalid_subscription` with every problem, `invalid_mapping`
 */
export function parseSubscription(value: unknown): { subscription: Subscription; mapping: Uint8Array | null } {
  const problems = new ProblemList();
  const read: Static<typeof SUBSCRIPTION_SCHEMA> | null = readBy(SUBSCRIPTION_SCHEMA, value, problems);
  if (!read) throw problems.toError('invalid_subscription');
  const { address: at, publisher, mode = 'hold', every_minutes = 60, date_from = 'file', reading = {} } = read;
  if (date_from !== 'file' && (reading['date-property'] ?? reading['date-format']) !== undefined) {
    problems.add('date', '/date_from', `the day is from ${date_from}: leave date-property and date-format out`);
    throw problems.toError('invalid_subscription');
  }
  const zone = reading['time-zone'];
  if (zone !== undefined && !isTimeZone(zone)) {
    problems.add('time_zone', '/reading/time-zone', `${zone} is no time zone; Europe/Kyiv is one`);
    throw problems.toError('invalid_subscription');
  }
  const mapping = read.mapping === undefined ? null : new TextEncoder().encode(JSON.stringify(read.mapping));
  if (mapping) readMapping(mapping);
  const source = read.source ?? `${new URL(at).origin}/`;
  return {
    subscription: { address: at, publisher, source, mode, every_s: every_minutes * 60, date_from, words: reading },
    mapping,
  };
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}

export function unknownSubscription(series: string, id: number): SalientError {
  return new SalientError(
    'unknown_subscription',
    `series ${series} has no subscription ${id}: GET /series/${series}/subscriptions lists them`,
  );
}
