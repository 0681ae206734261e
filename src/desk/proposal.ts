import { type Static, Type } from '@sinclair/typebox';
import { SalientError } from '../errors.js';
import { readAreaGeometry } from '../geometry/geojson-geometry.js';
import type { Position } from '../geometry/geojson-ring.js';
import { AREA_STATUSES } from '../model/area-status.js';
import { choice, closed, defineFormat, readBy } from '../model/contract.js';
import { type IsoDate, isIsoDate } from '../model/dates.js';
import { ProblemList } from '../model/problem-list.js';

const dayFormat = defineFormat('calendar-day', 'a calendar day YYYY-MM-DD', isIsoDate);
const addressFormat = defineFormat(
  'web-address',
  'an http or https address',
  (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
);
const address = (description: string) => Type.String({ maxLength: 2000, format: addressFormat, description });
const text = (most: number, description: string) => Type.String({ minLength: 1, maxLength: most, description });

/** On whose word. */
export const SOURCE_SCHEMA = closed({
  url: address('Address of the source.'),
  publisher: text(200, 'Who publishes it.'),
  title: Type.Optional(text(500, 'Its title.')),
  archive: Type.Optional(address('Address of an archived copy.')),
});

/** A proposal as it is sent: what to change, on whose word. A proposed map comes as a file beside these words. */
export const PROPOSAL_SCHEMA = closed(
  {
    kind: choice(['edit', 'withdrawal', 'restoration'], { description: 'What is proposed.' }),
    date: Type.Unsafe<IsoDate>(
      Type.String({ format: dayFormat, description: 'The day from which it holds, YYYY-MM-DD.' }),
    ),
    why: text(2000, 'The reason, in words.'),
    sources: Type.Array(SOURCE_SCHEMA, { minItems: 1, maxItems: 50, description: 'On whose word.' }),
    geometry: Type.Optional(Type.Unknown({ description: 'Of an edit: Polygon or MultiPolygon, CRS84 (lon, lat).' })),
    party: Type.Optional(
      Type.Union([text(63, 'Id of a party.'), Type.Null()], { description: 'Of an edit: who holds the ground.' }),
    ),
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
}
/** A file of any format as the map of its day, read as an import with these words would read it. */
export interface ProposedMap {
  kind: 'map';
  date: IsoDate;
  words: Record<string, string>;
}
export interface Removal {
  kind: 'withdrawal' | 'restoration';
  date: IsoDate;
}
export type Content = Edit | ProposedMap | Removal;

export interface Proposed {
  content: Content;
  why: string;
  sources: Source[];
}

/**
 * Reads a proposal; every problem with its JSON pointer at once.
 * @throws SalientError `invalid_proposal`
 */
export function parseProposal(value: unknown): Proposed {
  const problems = new ProblemList();
  const read = readBy(PROPOSAL_SCHEMA, value, problems);
  if (!read) throw problems.toError('invalid_proposal');
  const { kind, date, why, sources, geometry, party = null, status = 'controlled' } = read;
  if (kind !== 'edit') {
    for (const [name, given] of Object.entries({ geometry, party: party ?? undefined })) {
      if (given !== undefined) problems.add('field', `/${name}`, `${name} belongs to an edit, not to a ${kind}`);
    }
    if (problems.all.length > 0) throw problems.toError('invalid_proposal');
    return { content: { kind, date }, why, sources };
  }
  const polygons = readAreaGeometry(geometry, '/geometry', problems);
  if ((status === 'controlled' || status === 'claimed') && party === null) {
    problems.add('party', '/party', `ground that is ${status} names its party`);
  }
  if (problems.all.length > 0 || !polygons) throw problems.toError('invalid_proposal');
  return { content: { kind, date, polygons, party, status }, why, sources };
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
