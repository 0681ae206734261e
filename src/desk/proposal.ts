import { type Static, Type } from '@sinclair/typebox';
import { SalientError } from '../errors.js';
import { readAreaGeometry } from '../geometry/geojson-geometry.js';
import type { Position } from '../geometry/geojson-ring.js';
import type { ImportWords } from '../maps/import-words.js';
import { AREA_STATUSES } from '../model/area-status.js';
import { choice, closed, defineFormat, readBy } from '../model/contract.js';
import { type IsoDate, isIsoDate } from '../model/dates.js';
import { ProblemList } from '../model/problem-list.js';
import { REFERENCE_KINDS, type ReferenceKind } from '../series/bundle/reference-rows.js';
import { contentHash } from '../store/content-hash.js';

const dayFormat = defineFormat('calendar-day', 'a calendar day YYYY-MM-DD', isIsoDate);
const addressFormat = defineFormat(
  'web-address',
  'an http or https address',
  (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
);
const address = (description: string) => Type.String({ maxLength: 2000, format: addressFormat, description });
const day = (description: string) => Type.Unsafe<IsoDate>(Type.String({ format: dayFormat, description }));
const wordsFormat = defineFormat('words', 'text', (value) => value.trim() !== '');
const text = (most: number, description: string) =>
  Type.String({ minLength: 1, maxLength: most, format: wordsFormat, description });

/** On whose word. */
const SOURCE_SCHEMA = closed({
  url: address('Address of the source.'),
  publisher: text(200, 'Who publishes it.'),
  title: Type.Optional(text(500, 'Its title.')),
  archive: Type.Optional(address('Address of an archived copy.')),
  published_on: Type.Optional(day('Day on which it was published.')),
  stance: Type.Optional(
    choice(['independent', 'press', 'partisan', 'general'], {
      description: 'How near it stands to a party; general when absent.',
    }),
  ),
  favours: Type.Optional(text(63, 'Id of the party that a partisan source favours.')),
});

const WHERE = {
  relation: Type.Optional(
    choice(['at', 'near'], { description: 'At the place, or near it: what is near never moves control.' }),
  ),
  place: Type.Optional(text(63, 'Id of the place.')),
  location: Type.Optional(text(200, 'Where, in words, when no place is named.')),
  latest: Type.Optional(day('The latest day on which it may have happened; the earliest when absent.')),
  dates_inferred: Type.Optional(Type.Boolean({ description: 'The days are concluded, not stated by the source.' })),
  note: Type.Optional(text(2000, 'A remark for readers.')),
};
const claim = closed(
  {
    ...WHERE,
    kind: choice(['captured', 'lost', 'held', 'contested', 'expected', 'denied', 'besieged'], {
      description: 'What is claimed.',
    }),
    party: Type.Optional(text(63, 'Id of the party that it is about.')),
    complete_until: Type.Optional(
      day('Until when the reports have been gone through: a derived series goes on to that day.'),
    ),
    post: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,62}/[0-9]+$', description: 'operator/number of a post.' }),
    ),
  },
  { description: 'Of a claim: what a source states about a place.' },
);
const count = closed({
  measure: text(100, 'What is counted.'),
  value: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description: 'Null where only words are known.' }),
  qualifier: choice(['exact', 'at_least', 'more_than', 'about', 'nearly', 'claimed'], {
    description: 'How the source states it.',
  }),
  wording: Type.Optional(text(500, 'The words of the source.')),
});
const event = closed(
  {
    ...WHERE,
    kind: choice(['strike', 'attack', 'displacement', 'casualties', 'statement', 'population'], {
      description: 'What happened.',
    }),
    actor: Type.Optional(text(200, 'Who did it, as the source says.')),
    counts: Type.Optional(Type.Array(count, { maxItems: 50 })),
  },
  { description: 'Of an event: what happened, with its counts.' },
);

/** Further ground of an edit, which passes with it. */
const further = closed({
  geometry: Type.Unknown({ description: 'Polygon or MultiPolygon, CRS84 (lon, lat).' }),
  party: Type.Optional(Type.Union([text(63, 'Id of a party.'), Type.Null()], { description: 'Who holds the ground.' })),
  status: Type.Optional(choice([...AREA_STATUSES], { description: 'controlled when absent.' })),
});

/** A proposal as it is sent: what to change, on whose word. A proposed map comes as a file beside these words. */
export const PROPOSAL_SCHEMA = closed(
  {
    kind: choice(['edit', 'claim', 'event', 'withdrawal', 'restoration', ...REFERENCE_KINDS], {
      description: 'What is proposed.',
    }),
    date: day(
      'The day from which it holds; of a claim or an event, the earliest on which it may have happened; of places, posts, routes and parties, the day on which the preview looks.',
    ),
    why: text(2000, 'The reason, in words.'),
    sources: Type.Array(SOURCE_SCHEMA, { minItems: 1, maxItems: 50, description: 'On whose word.' }),
    geometry: Type.Optional(Type.Unknown({ description: 'Of an edit: Polygon or MultiPolygon, CRS84 (lon, lat).' })),
    party: Type.Optional(
      Type.Union([text(63, 'Id of a party.'), Type.Null()], { description: 'Of an edit: who holds the ground.' }),
    ),
    also: Type.Optional(
      Type.Array(further, {
        maxItems: 50,
        description:
          'Of an edit: further ground that passes with it, such as the other way where a front is drawn anew.',
      }),
    ),
    claim: Type.Optional(claim),
    event: Type.Optional(event),
    records: Type.Optional(
      Type.Unknown({
        description:
          'Of places, posts, routes and parties: a GeoJSON FeatureCollection of those to add or change, as an import of them reads it. Relations are the `stances` of a party.',
      }),
    ),
    operator: Type.Optional(text(63, 'Of posts: the party that runs them, where a record does not say.')),
    since: Type.Optional(day('Of posts: the day on which they were there first, where a record does not say.')),
    status: Type.Optional(choice([...AREA_STATUSES], { description: 'Of an edit: controlled when absent.' })),
  },
  { $id: 'https://salient.dev/proposal.schema.json', title: 'A proposed change of a series' },
);

export type Source = Static<typeof SOURCE_SCHEMA>;

/** A change of one map: this ground to that party from that day. `polygons`: CRS84. */
export interface Edit {
  kind: 'edit';
  date: IsoDate;
  polygons: Position[][][];
  party: string | null;
  status: (typeof AREA_STATUSES)[number];
  /** Further ground that passes with it; none of it overlaps the rest. */
  also?: { polygons: Position[][][]; party: string | null; status: (typeof AREA_STATUSES)[number] }[];
}
/** A file of any format as the map of its day, read as an import with these words would read it. */
interface ProposedMap {
  kind: 'map';
  date: IsoDate;
  words: ImportWords;
  /** The days are in the file, and this one is taken of it. */
  only?: boolean;
  /** Hash of the map as it was read, of a subscription's. */
  sha256?: string;
}
interface Removal {
  kind: 'withdrawal' | 'restoration';
  date: IsoDate;
}
/** A sourced statement about a place, or a happening. `date`: the earliest day; `id` follows from all its content. */
export interface Statement {
  kind: 'claim' | 'event';
  date: IsoDate;
  id: string;
  said: Static<typeof claim> | Static<typeof event>;
}
/** Parties, places, posts or routes to add or change; the rows are the file. `date`: the day on which the preview looks. */
export interface ReferenceProposal {
  kind: ReferenceKind;
  date: IsoDate;
  operator: string | null;
  since: IsoDate | null;
  /** Digest of the rows that it replaces, as they were when it was proposed. */
  replaces?: string;
}
export type Content = Edit | ProposedMap | Statement | Removal | ReferenceProposal;

export interface Proposed {
  content: Content;
  why: string;
  sources: Source[];
  /** Bytes of a proposed map, or of proposed rows of reference data. */
  file?: Uint8Array | null;
}

export const isReferenceKind = (kind: Content['kind']): kind is ReferenceKind =>
  (REFERENCE_KINDS as readonly string[]).includes(kind);

export const isReference = (content: Content): content is ReferenceProposal => isReferenceKind(content.kind);

/**
 * Reads a proposal; every problem with its JSON pointer at once.
 * @throws SalientError `invalid_proposal`
 */
export function parseProposal(value: unknown): Proposed {
  const problems = new ProblemList();
  const read = readBy(PROPOSAL_SCHEMA, value, problems);
  if (!read) throw problems.toError('invalid_proposal');
  const { kind, date, why, sources, geometry, party = null, status = 'controlled' } = read;
  const belongs: Record<string, readonly string[]> = {
    edit: ['geometry', 'party', 'status', 'also'],
    claim: ['claim'],
    event: ['event'],
    posts: ['records', 'operator', 'since'],
    ...{ parties: ['records'], places: ['records'], routes: ['records'] },
  };
  for (const name of [
    'geometry',
    'party',
    'status',
    'also',
    'claim',
    'event',
    'records',
    'operator',
    'since',
  ] as const) {
    if (read[name] !== undefined && !belongs[kind]?.includes(name))
      problems.add('field', `/${name}`, `a proposal of the kind ${kind} has no ${name}`);
  }
  if (kind === 'claim' || kind === 'event') {
    const stated = read[kind];
    if (!stated) problems.add('missing', `/${kind}`, `a proposal of the kind ${kind} says what it is under ${kind}`);
    else checkStatement(stated, `/${kind}`, date, problems);
    if (problems.all.length > 0 || !stated) throw problems.toError('invalid_proposal');
    const id = `desk-${contentHash({ kind, date, said: stated, sources }).slice(0, 24)}`;
    return { content: { kind, date, id, said: stated }, why, sources };
  }
  if (kind === 'parties' || kind === 'places' || kind === 'posts' || kind === 'routes') {
    const { records, operator = null, since = null } = read;
    if (records === undefined)
      problems.add('missing', '/records', `a proposal of the kind ${kind} has a FeatureCollection under records`);
    if (problems.all.length > 0) throw problems.toError('invalid_proposal');
    const file = new TextEncoder().encode(JSON.stringify(records));
    return { content: { kind, date, operator, since }, why, sources, file };
  }
  if (kind !== 'edit') {
    if (problems.all.length > 0) throw problems.toError('invalid_proposal');
    return { content: { kind, date }, why, sources };
  }
  const polygons = readAreaGeometry(geometry, '/geometry', problems);
  if ((status === 'controlled' || status === 'claimed') && party === null) {
    problems.add('party', '/party', `ground that is ${status} names its party`);
  }
  const also = (read.also ?? []).map((one, i) => {
    const { party: to = null, status: as = 'controlled' } = one;
    if ((as === 'controlled' || as === 'claimed') && to === null)
      problems.add('party', `/also/${i}/party`, `ground that is ${as} names its party`);
    return { polygons: readAreaGeometry(one.geometry, `/also/${i}/geometry`, problems) ?? [], party: to, status: as };
  });
  if (problems.all.length > 0 || !polygons) throw problems.toError('invalid_proposal');
  const content = { kind, date, polygons, party, status, ...(also.length > 0 && { also }) };
  return { content, why, sources };
}

function checkStatement(stated: Statement['said'], at: string, date: IsoDate, problems: ProblemList): void {
  const { place, location, latest } = stated;
  const post = 'post' in stated ? stated.post : undefined;
  if (place === undefined && post === undefined && location === undefined)
    problems.add('missing', at, 'say where: place, post, or location in words');
  if (latest !== undefined && latest < date) problems.add('range', `${at}/latest`, `${latest} is before ${date}`);
  if ('complete_until' in stated && stated.complete_until !== undefined && stated.complete_until < (latest ?? date))
    problems.add('range', `${at}/complete_until`, `${stated.complete_until} is before the claim's own day`);
  if (['captured', 'lost', 'contested', 'held'].includes(stated.kind) && !('party' in stated && stated.party))
    problems.add('missing', `${at}/party`, `a claim of the kind ${stated.kind} names its party`);
}

/** Reads the sources of a proposed map. @throws SalientError `invalid_proposal` */
export function parseSources(value: unknown): Source[] {
  const problems = new ProblemList();
  const read = readBy(Type.Array(SOURCE_SCHEMA, { minItems: 1, maxItems: 50 }), value, problems, '/sources');
  if (!read) throw problems.toError('invalid_proposal');
  return read;
}

export function unknownProposal(series: string, id: number): SalientError {
  return new SalientError(
    'unknown_proposal',
    `series ${series} has no proposal ${id}: GET /series/${series}/proposals lists them`,
  );
}
