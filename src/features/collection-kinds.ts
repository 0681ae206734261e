import type { PropertyType } from '../formats/property-type.js';

/** How a collection understands `datetime`. */
type TimeRule =
  /** The map in force on the day; of an interval, every map in force on one of its days. */
  | 'as-of'
  /** An interval is the requested pair of days. */
  | 'between'
  /** What touches the day or the interval; without `datetime`, everything. */
  | 'touching';

/** A kind of collection: every series has one of each. */
export interface CollectionKind {
  title: string;
  description: string;
  /** Null: its features have none; those with one are a collection of their own, for clients that expect a shape of each. */
  geometry: 'Polygon' | 'MultiPolygon' | 'MultiLineString' | 'Point' | 'Geometry' | null;
  time: TimeRule;
  /** The properties with the first day and the day after the last; of `touching`, the first and the last day. */
  days: readonly [string, string];
  properties: Readonly<Record<string, readonly [PropertyType, string]>>;
}

const VALID = {
  valid_from: ['date', 'first day for which the feature holds'],
  valid_to: ['date', 'day from which it holds no longer; null while open'],
} as const;
const DAYS = ['valid_from', 'valid_to'] as const;
const LOG = {
  relation: ['string', 'at or near the place'],
  place: ['string', 'id of the place'],
  location: ['string', 'where, in words, when no place is named'],
  earliest: ['date', 'first day on which it may have happened; null beside a latest day: not known from when'],
  latest: ['date', 'last day on which it may have happened; null beside an earliest day: on without end'],
  dates_inferred: ['boolean', 'the days are not stated by the source but concluded from it'],
  withdrawn_on: ['date', 'day on which we took it back'],
  withdrawn_why: ['string', 'why we took it back'],
  note: ['string', 'a remark for readers'],
  sources: ['string', 'publisher, title and address of each source; separated by semicolons'],
  reliability: [
    'string',
    'publishers with their grade on the Admiralty scale, A to F, where one is stated; separated by semicolons',
  ],
  archives: ['string', 'where the sources are archived; separated by semicolons'],
  copies: ['string', 'SHA-256 of the copies made of the sources; separated by semicolons'],
} as const;

const CLAIM = {
  kind: ['string', 'captured, lost, held, contested, expected, denied, besieged or access'],
  party: ['string', 'id of the party it is about'],
  post: ['string', 'operator and number of the post it is about'],
  published_on: ['date', 'day on which it was published'],
  ...LOG,
} as const;
const EVENT = {
  kind: ['string', 'strike, attack, displacement, casualties, statement or population'],
  actor: ['string', 'who did it, as the source says'],
  part_of: ['string', 'id of the event whose counts include this one’s'],
  counts: ['string', 'each count with its qualifier; separated by semicolons'],
  ...LOG,
} as const;
const LOG_DAYS = ['earliest', 'latest'] as const;

/** The collections of a series: what each feature is, its properties with their types, and what `datetime` means. */
export const COLLECTION_KINDS = {
  control: {
    title: 'control',
    description: 'Areas of the map: who holds the ground, with what confidence, on which claims',
    geometry: 'MultiPolygon',
    time: 'as-of',
    days: DAYS,
    properties: {
      no: ['integer', 'number of the area in its map'],
      party: [
        'string',
        'id of the party that holds the ground, or of contested or claimed ground that attacks or claims it; null where nobody is named. Who holds how much is summed by class',
      ],
      party_name: ['string', 'name of the party'],
      colour: ['string', 'colour of the party, #rrggbb'],
      status: ['string', 'controlled, contested, claimed or unknown'],
      class: [
        'string',
        'the party where it controls the ground, else contested (also where only claimed) or unknown: areas are summed by it',
      ],
      confidence: ['number', 'from 0 to 1; null when not stated'],
      km2: ['number', 'area inside the theatre, km²'],
      place: ['string', 'id of the place that the area stands for'],
      reason: ['string', 'why it is held so'],
      source: ['string', 'publisher of the source'],
      claims: ['string', 'ids of the claims it rests on; separated by semicolons'],
      ...VALID,
      revision: ['integer', 'number of the stored map'],
    },
  },
  front: {
    title: 'front lines',
    description: 'Where ground of different classes meets, and the strips of disputed ground between two parties',
    geometry: 'MultiLineString',
    time: 'as-of',
    days: DAYS,
    properties: {
      kind: ['string', 'front, allied, gray, border, coast, frame or strip'],
      left: ['string', 'class on the left of the direction of the line, seen with north up'],
      right: ['string', 'class on the right; null outside what is mapped'],
      length_km: ['number', 'length as drawn, km'],
      ruled_km: ['number', 'length generalised with a ruler of 500 m, km'],
      minkowski_km: ['number', 'length by the area within reach of the ruler, km; null of a strip'],
      area_km2: ['number', 'of a strip: its area, km²'],
      contested_km2: ['number', 'of a strip: its contested part, km²'],
      mean_width_m: ['number', 'of a strip: its mean width, metres'],
      ...VALID,
      revision: ['integer', 'number of the stored map'],
    },
  },
  change: {
    title: 'change',
    description:
      'Ground that passed from one class to another between two days: give them as from and to, or as the interval of datetime; without them, over the whole series',
    geometry: 'Geometry',
    time: 'between',
    days: ['from_date', 'to_date'],
    properties: {
      from_class: ['string', 'class on the first day'],
      to_class: ['string', 'class on the second day'],
      km2: ['number', 'area, km²'],
      share: ['number', 'share of all that changed, 0 to 1'],
      name: ['string', 'the nearest place'],
      from_date: ['date', 'the first day'],
      to_date: ['date', 'the second day'],
    },
  },
  post: {
    title: 'posts',
    description: 'Posts in service, with operator, number and the windows of days in which they were set up and left',
    geometry: 'Point',
    time: 'as-of',
    days: DAYS,
    properties: {
      operator: ['string', 'party that mans it'],
      number: ['integer', 'number of the post'],
      number_source: ['string', 'documented, inferred, or given by the project'],
      name: ['string', 'name'],
      error_m: ['number', 'how far the position may be off, metres'],
      established_earliest: ['date', 'first day on which it may have been set up'],
      established_latest: ['date', 'last day on which it may have been set up'],
      withdrawn_earliest: ['date', 'first day on which it may have been left'],
      withdrawn_latest: ['date', 'last day on which it may have been left'],
      note: ['string', 'a remark for readers'],
      ...VALID,
    },
  },
  encirclement: {
    title: 'encirclement',
    description: 'The verdict on every post in service; margins only when a single day is requested',
    geometry: 'Point',
    time: 'as-of',
    days: DAYS,
    properties: {
      operator: ['string', 'party that mans the post'],
      number: ['integer', 'number of the post'],
      name: ['string', 'name of the post'],
      verdict: ['string', 'encircled, not_encircled, uncertain or unmapped'],
      reason: ['string', 'why uncertain: contested, unknown or accuracy'],
      grade: ['string', 'of not encircled: open or narrow'],
      state_strict: ['string', 'state when disputed ground is hostile'],
      state_lenient: ['string', 'state when disputed ground is friendly'],
      margin_strict_m: ['number', 'signed margin of the strict mask, metres; null where its bound says why'],
      margin_lenient_m: ['number', 'signed margin of the lenient mask, metres; null where its bound says why'],
      margin_at_least: ['boolean', 'one of the two margins is no measured width: the bounds say which, and what it is'],
      margin_strict_bound: ['string', 'of the strict margin: measured, at_least, no_narrow_place or no_rear'],
      margin_lenient_bound: ['string', 'of the lenient margin: measured, at_least, no_narrow_place or no_rear'],
      ...VALID,
      revision: ['integer', 'number of the stored map'],
    },
  },
  place: {
    title: 'places',
    description: 'Populated places with who holds the ground under each',
    geometry: 'Point',
    time: 'as-of',
    days: DAYS,
    properties: {
      place: ['string', 'id of the place, the same on every day'],
      name: ['string', 'name'],
      kind: ['string', 'city, town, village …'],
      aliases: ['string', 'other spellings; separated by semicolons'],
      error_m: ['number', 'how far the position may be off, metres'],
      party: [
        'string',
        'id of the party that holds it, or of a contested or claimed place that attacks or claims it; or null',
      ],
      status: ['string', 'controlled, contested, claimed, unknown; null where nothing is said'],
      confidence: ['number', 'from 0 to 1; null when not stated'],
      claims: ['string', 'ids of the claims it rests on; separated by semicolons'],
      ...VALID,
      revision: ['integer', 'number of the stored map'],
    },
  },
  route: {
    title: 'routes',
    description: 'Stretches of every route, each with the class of the ground it runs through',
    geometry: 'MultiLineString',
    time: 'as-of',
    days: DAYS,
    properties: {
      route: ['string', 'id of the route'],
      name: ['string', 'name of the route'],
      from_km: ['number', 'where the stretch begins, km from the start of the route'],
      to_km: ['number', 'where it ends, km'],
      length_km: ['number', 'length of the stretch, km'],
      class: ['string', 'class of the ground'],
      ...VALID,
      revision: ['integer', 'number of the stored map'],
    },
  },
  claim: {
    title: 'claims',
    description: 'Sourced, dated statements about places, contradictions side by side',
    geometry: 'Point',
    time: 'touching',
    days: LOG_DAYS,
    properties: CLAIM,
  },
  claim_unlocated: {
    title: 'claims without a place',
    description: 'Sourced, dated statements of which no position is known; location says where in words',
    geometry: null,
    time: 'touching',
    days: LOG_DAYS,
    properties: CLAIM,
  },
  event: {
    title: 'events',
    description: 'Sourced, dated happenings with their counts',
    geometry: 'Point',
    time: 'touching',
    days: LOG_DAYS,
    properties: EVENT,
  },
  event_unlocated: {
    title: 'events without a place',
    description:
      'Sourced, dated happenings, with their counts, of which no position is known; location says where in words',
    geometry: null,
    time: 'touching',
    days: LOG_DAYS,
    properties: EVENT,
  },
  snapshot: {
    title: 'snapshots',
    description: 'The dated maps of the series, each with the theatre that it covers and where its files are',
    geometry: 'MultiPolygon',
    time: 'touching',
    days: DAYS,
    properties: {
      date: ['date', 'day of the map'],
      ...VALID,
      revision: ['integer', 'number of the stored map'],
      areas: ['integer', 'how many areas it has'],
      recorded_at: ['date-time', 'when we stored it'],
      sha256: ['string', 'hash of its content'],
      note: ['string', 'why a change out of all proportion was accepted'],
      files: ['string', 'paths of its files, below the address of the service; separated by semicolons'],
    },
  },
} as const satisfies Record<string, CollectionKind>;

export type KindName = keyof typeof COLLECTION_KINDS;
export const KIND_NAMES = Object.keys(COLLECTION_KINDS) as KindName[];

/** A kind without the narrow types of the table. */
export function kindNamed(name: KindName): CollectionKind {
  return COLLECTION_KINDS[name];
}
