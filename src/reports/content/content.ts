import type { Geometry } from 'geojson';
import type { Instant, IsoDate } from '../../model/dates.js';
import type { PeriodReason } from '../../series/coverage.js';
import type { StepKind } from '../../series/step-kinds.js';
import type { ReportLanguage } from '../definition.js';
import type { Period } from '../periods.js';

/*
 * The content of a report, before it is written in any form: figures and facts, no sentence of ours. Figures are rounded to a
 * thousandth of a km² or km (what two engines agree on); `shown` is what a reader sees, in whole units of `unit_km2`.
 */

/** A number with what it may be at least and at most, and the question of our API that answers it (relative URL). */
export interface Figure {
  value: number;
  low: number | null;
  high: number | null;
  unit: 'km2' | 'km' | 'm' | 'km2/day' | 'posts' | 'people' | 'times';
  query: string;
  /** Of a net change: one standard deviation of the lines it lies between, apart from what is disputed. */
  sd?: number;
}

/** What changed between two classes of ground, as a table that adds up to the last shown digit. */
export interface MatrixPart {
  /** One shown unit, km². */
  unit_km2: number;
  cells: { from: string; to: string; km2: number; shown: number }[];
  before: { class: string; km2: number; shown: number }[];
  after: { class: string; km2: number; shown: number }[];
  total_km2: number;
  total_shown: number;
  /** What rows and columns miss of the areas measured on their own: rounding of the engine. */
  residual_km2: number;
  query: string;
}

/** What one party won and lost against all others, as ground that it surely controls. */
export interface PartyChange {
  party: string;
  before: Figure;
  after: Figure;
  gained: Figure;
  lost: Figure;
  net: Figure;
}

/** What passed between two parties; `net` is what `a` won from `b` less what it lost to it. */
export interface PairChange {
  a: string;
  b: string;
  won_by_a: Figure;
  won_by_b: Figure;
  net: Figure;
}

/** How much of the change is movement on the ground, and how much a map that was put right or drawn by other rules. */
export interface KindChange {
  kind: StepKind;
  steps: number;
  /** Summed map by map: there and back counts twice. */
  changed: Figure;
  net: { party: string; figure: Figure }[];
  /** What was stated of the maps of this kind. */
  why: { on: IsoDate; why: string }[];
}

/** Without a value where there is none: `redrawn` or `unknown` of its period says why. In older editions it has one all the same. */
export type Rate = Omit<Figure, 'value'> & { value: number | null };

export interface RatePart {
  /** This period last; the ones before it in order of time. Periods that the series does not cover whole are left out. */
  periods: (Period & {
    days: number;
    net: { party: string; per_day: Rate }[];
    /** Some of it is a map put right or drawn by other rules: no rate of movement. Absent where none is. */
    redrawn?: true;
    /** Ground became known or unknown between its maps: what a party has more or less is no rate. Absent where none did. */
    unknown?: true;
  })[];
}

export interface CitedSource {
  publisher: string;
  via: string | null;
  title: string | null;
  url: string | null;
  published_on: IsoDate | null;
  stance: string;
}

/** Of which kinds the steps were in which it became so: without `movement` it did not on the ground. Absent in older editions. */
type Kinds = StepKind[];

export interface PlaceFact {
  id: string;
  name: string;
  position: [lon: number, lat: number];
  from: string;
  to: string;
  on: { earliest: IsoDate; latest: IsoDate };
  kinds?: Kinds;
  claims: {
    id: string;
    kind: string;
    earliest: IsoDate | null;
    latest: IsoDate | null;
    note: string | null;
    sources: CitedSource[];
  }[];
  query: string;
}

export interface RouteFact {
  route: string;
  name: string;
  length: Figure;
  /** Kilometres by class on either day; `front` where the road runs along a border. */
  km: { class: string; before: number; after: number }[];
  changed: { from: string; to: string; km: Figure; kinds?: Kinds }[];
}

export interface PostFact {
  operator: string;
  operator_name: string;
  number: number;
  name: string;
  position: [lon: number, lat: number];
  before: string;
  after: string;
  /** Every day in the period on which the verdict became another. */
  steps: {
    /** The day of the first map that shows it. */
    on: IsoDate;
    /** The first day on which it may have been so: the one after the map before. Absent in older editions. */
    earliest?: IsoDate;
    from: string;
    to: string;
    kinds?: Kinds;
  }[];
  /** The sentence of the evidence on the last day. */
  sentence: string;
  query: string;
}

export interface FrontPart {
  ruler_m: number;
  /** Null: not known, since a side holds nothing on the map of that day and some of its ground may be that side's. */
  pairs: { left: string; right: string; before: Figure | null; after: Figure | null }[];
  /** How much of the length at the end is halfway through ground that neither side surely holds; absent where none is. */
  halfway?: Figure;
  /** The octant of the theatre in which most ground changed hands, and who gained or lost most there; null when none did, or some was redrawn. */
  most: {
    party: string;
    sector: string;
    /** Null where the party had no front there before. */
    advance: Figure | null;
    gained: Figure;
    /** Absent in older editions, which told of gains alone. */
    lost?: Figure;
    near: string | null;
  } | null;
}

export interface EventTotal {
  measure: string;
  qualifier: 'exact' | 'at_least' | 'about' | 'claimed';
  value: number;
  /** How many reports it adds up. */
  reports: number;
  query: string;
}

export interface EventFact {
  id: string;
  kind: string;
  earliest: IsoDate | null;
  latest: IsoDate | null;
  where: string | null;
  actor: string | null;
  counts: {
    measure: string;
    value: number | null;
    qualifier: string;
    wording: string | null;
    counted: 'summed' | NotSummed;
  }[];
  sources: CitedSource[];
  query: string;
}

/** Why a count is reported but not added up. */
export type NotSummed =
  | 'part_of_count'
  | 'part_of_event'
  | 'other_period'
  | 'overlapping_period'
  | 'no_number'
  | 'not_additive';

export interface EventsPart {
  totals: EventTotal[];
  events: EventFact[];
}

/** What the report does not know. */
export interface Gap {
  code:
    | 'stale'
    | 'no_map_in_period'
    | 'missing_days'
    | 'held'
    | 'begins_later'
    | 'ends_earlier'
    | 'not_located'
    | 'unknown_ground'
    | 'no_places'
    | 'no_front'
    | 'no_sides'
    | 'front_unknown'
    | 'nothing_known';
  series: string;
  /** What the sentence about it needs. */
  figures: Record<string, string | number>;
  query: string;
}

/** How far the maps of a series reach into the period. */
interface Coverage {
  last_map: IsoDate | null;
  next_map: IsoDate | null;
  max_age_days: number;
  /** Days from the map's own day to the day it is shown for. */
  before_age_days: number;
  after_age_days: number;
}

/** One series over the period. What it knows nothing of (it has no places, only one side) is null, never empty. */
export interface SeriesPart {
  id: string;
  title: string;
  /** Derived from reports, or published as maps. Absent in editions that were made before it was reported. */
  kind?: 'derived' | 'imported';
  publisher: string;
  licence: string;
  method: string;
  accuracy_m: number;
  accuracy_note: string | null;
  parties: { id: string; name: string; colour: string }[];
  /** The days whose maps are compared: the last before the period (or the series' first), and its last. */
  compared: { before: IsoDate; after: IsoDate };
  /** What a map's day means, as the series states it; null: not stated, then its end. Absent in older editions. */
  date_means?: 'start' | 'end' | null;
  /** Absent in editions that were made before it was reported. */
  coverage?: Coverage;
  /** Ground that is none or not all of this: what drawing alone may differ by, each way. */
  noise: { each_way: Figure; reason: string; lower_bound?: boolean };
  /** Contested ground that another claims at the end than at the start; absent where there is none. */
  reclaimed?: Figure;
  matrix: MatrixPart;
  pairs: PairChange[];
  changes: PartyChange[];
  kinds: KindChange[];
  rate: RatePart;
  /** Null: the theatre (or the region) has none in the store. */
  places: PlaceFact[] | null;
  routes: RouteFact[] | null;
  posts: PostFact[] | null;
  /** Null: the maps show the ground of one side only. */
  front: FrontPart | null;
  patches: {
    id: string;
    from: string;
    to: string;
    km2: number;
    name: string | null;
    /** Of the ground of all patches. */
    share: number;
    /** Where some of the change was redrawn, patches are of what each kind of step made; absent where all is movement. */
    kind?: StepKind;
  }[];
  /** Area by class over time, for the chart: one point per map. */
  areas: { date: IsoDate; km2: Record<string, number> }[];
}

/** Where two series agree and differ. */
export interface ComparisonPart {
  on: IsoDate;
  /** Net change by party, as either series has it. */
  net: { party: string; first: Figure; second: Figure }[];
  /** Ground of the last day that both give to the same class, and that they do not. */
  agreed: Figure;
  differing: { first: string; second: string; km2: Figure }[];
}

/**
 * What the pictures are drawn from: GeoJSON geometry in the theatre's working projection (equal-area, metres, x east, y
 * north), already as coarse as a picture needs.
 */
export interface Pictures {
  bounds: [west: number, south: number, east: number, north: number];
  /** The theatre's edge, and the region's where it is not the whole. */
  theatre: Geometry;
  region: Geometry | null;
  before: DrawnGround[];
  after: DrawnGround[];
  /** Ground that changed its class between the two; its `kind` as of the patches of a series. */
  patches: { id: string; from: string; to: string; kind?: StepKind; geometry: Geometry }[];
  abroad: { name: string; kind: 'state' | 'sea'; geometry: Geometry }[];
  routes: { id: string; geometry: Geometry }[];
  /** Most worth a label first. */
  places: { id: string; name: string; at: [number, number]; before: string; after: string }[];
  /** Verdicts on either day; a post that is not in service on one of them is not drawn on its map. */
  posts: { number: number; name: string; at: [number, number]; before: string; after: string }[];
}

export interface DrawnGround {
  class: string;
  claimant: string | null;
  geometry: Geometry;
}

/** A series that a report or an alert rests on and that is withdrawn now. */
export interface WithdrawnSeries {
  id: string;
  title: string;
  withdrawn_at: Instant;
  /** Absent for whom it is not to be told. */
  why?: string;
}

export interface ReportContent {
  format: 'salient-report-1';
  /** Absent in editions that were made before it was reported. */
  known?: true;
  /** Series that are withdrawn when the edition is handed on: no part of what is stored. Absent where none is. */
  withdrawn?: WithdrawnSeries[];
  definition: { id: string; title: string };
  language: ReportLanguage;
  period: Period & { time_zone: string; every: string };
  region: { kind: string; name: string; km2: number };
  /** Everything is as known at this instant of our recording: the same instant gives the same report. */
  known_at: Instant;
  /** The first is the one of the headlines; a second one is compared with it. */
  series: SeriesPart[];
  comparison: ComparisonPart | null;
  events: EventsPart;
  gaps: Gap[];
  /** The ground that changed, CRS84, in the order of the first series' `patches`. */
  patches: Geometry[];
  pictures: Pictures;
}

/** A series that knows nothing of the period, and why. */
export interface SilentSeries
  extends Pick<SeriesPart, 'id' | 'title' | 'publisher' | 'licence' | 'method' | 'accuracy_m' | 'accuracy_note'> {
  /** `before_map`: too old for the day that the period is counted from. */
  coverage: Pick<Coverage, 'last_map' | 'next_map' | 'max_age_days'> & { before_map?: IsoDate };
  reason: PeriodReason;
}

/** A report of a period of which nothing is known: it has no figure, no map and no chart. */
export interface UnknownReport
  extends Pick<ReportContent, 'format' | 'definition' | 'language' | 'period' | 'known_at' | 'gaps' | 'withdrawn'> {
  known: false;
  region: { kind: string; name: string };
  series: SilentSeries[];
}

export type AnyReport = ReportContent | UnknownReport;

export const isKnown = (report: AnyReport): report is ReportContent => report.known !== false;
