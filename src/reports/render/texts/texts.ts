import type { PeriodReason } from '../../../series/coverage.js';
import type { Gap, KindChange, NotSummed } from '../../content/content.js';

/**
 * Every text of a report in one language. Numbers and days come already written (`wording.ts`); what depends on how many
 * there are gets the number too. Another language is one more file like `texts-en.ts` and one line in `texts-of.ts`.
 */
export interface ReportTexts {
  /** Ground that no party holds, and stretches of road. */
  classes: Record<'contested' | 'unknown' | 'unassigned' | 'unmapped' | 'front', string>;
  verdicts: Record<'encircled' | 'not_encircled' | 'uncertain' | 'unmapped' | 'inactive', string>;
  /** What was counted; a measure without a text is written as it is. */
  measures: Record<string, string>;
  eventKinds: Record<string, string>;
  kinds: Record<KindChange['kind'], string>;
  qualified(qualifier: string, number: string): string;
  /** So many of what is counted: `3 killed`. */
  counted(number: string, measure: string): string;
  band(low: string, high: string): string;
  /** The same where the error of the map is known only as a lower bound. */
  bandAtLeast(low: string, high: string): string;
  percent(number: string): string;
  area(number: string): string;
  length(number: string): string;
  /** A length of less than a kilometre. */
  metres(number: string): string;
  perDay(number: string): string;
  about(number: string): string;
  lessThan(number: string): string;
  /** A change that is what was gained less what was lost. */
  net(area: string): string;

  /** The period as part of a sentence: `in the week of 3–9 February 2020`. */
  when(every: string, days: string): string;
  headline: {
    grew(party: string, area: string, when: string): string;
    still(when: string): string;
    shrank(party: string, area: string, when: string): string;
    unsure(when: string): string;
    /** Ground that became contested, or passed from contested to a party: nobody can say whose gain it is. */
    becameContested(area: string, when: string): string;
    settled(party: string, area: string, when: string): string;
    becameUnknown(area: string, when: string): string;
    becameKnown(party: string, area: string, when: string): string;
    /** Surely gained and surely lost, as much of one as of the other. */
    bothWays(party: string, gained: string, lost: string, when: string): string;
    /** Ground changed, but of no party is the net change sure. */
    open(when: string): string;
    unknown(when: string): string;
  };
  lede: {
    grew(party: string, area: string, band: string | null, total: string, share: string): string;
    moved(party: string, area: string, band: string | null, total: string, share: string): string;
    lost(party: string, area: string, band: string | null): string;
    /** What a party that gained as much as it lost held at the end. */
    held(party: string, total: string, share: string): string;
    through(area: string): string;
    /** How much of the gain had been ground whose holder was not known; of which the map had said nothing. */
    wasUnknown(area: string): string;
    wasUnstated(area: string): string;
    /** Ground of a party (null: contested ground) that became contested, or whose holder is not known at the end. */
    toContested(area: string, party: string | null): string;
    toUnknown(area: string, party: string | null): string;
    toUnstated(area: string, party: string | null): string;
    /** Contested ground that somebody else claims. */
    reclaimed(area: string): string;
    /** Ground published as unknown on one day, and in no area on the other. */
    unknownOnBoth(area: string): string;
    /** What stands before gains and losses that no headline may report. */
    withinError: string;
    nothing(total: string): string;
    /** `from`: how many came from whom, or whom all came from. */
    places(count: number, to: string, from: string, names: string, rest: number): string;
    placesFrom(count: string, whom: string): string;
    onWord(publishers: string, rest: number): string;
    noWord(count: number): string;
    noPlaces: string;
    route(name: string, km: string, to: string, held: string, length: string): string;
    routeStill(name: string, held: string, by: string, length: string): string;
    disputed(count: number, names: string): string;
    /** Places whose holder is not known at the end. */
    unknownPlaces(count: number, names: string): string;
    /** Places that a party holds at the end, and of which it had not been known who held them. */
    shownPlaces(count: number, names: string): string;
    posts(count: number, names: string, whose: string, verdict: string): string;
    killed(number: string, reports: number): string;
    notMovement(area: string, kind: string): string;
  };
  figures: {
    ground(party: string): string;
    places(count: number): string;
    route(name: string, party: string): string;
    front: string;
    posts: string;
  };
  sections: Record<
    | 'map'
    | 'matrix'
    | 'bands'
    | 'kinds'
    | 'rate'
    | 'places'
    | 'openPlaces'
    | 'redrawnPlaces'
    | 'routes'
    | 'posts'
    | 'front'
    | 'events'
    | 'gaps'
    | 'comparison'
    | 'differing'
    | 'method'
    | 'patches'
    | 'others',
    string
  >;
  columns: Record<
    | 'party'
    | 'before'
    | 'after'
    | 'gained'
    | 'lost'
    | 'net'
    | 'netOnMap'
    | 'range'
    | 'period'
    | 'perDay'
    | 'place'
    | 'from'
    | 'to'
    | 'on'
    | 'sources'
    | 'road'
    | 'kilometres'
    | 'post'
    | 'verdict'
    | 'evidence'
    | 'when'
    | 'what'
    | 'where'
    | 'counted'
    | 'total'
    | 'heldBefore'
    | 'heldAfter'
    | 'area'
    | 'share'
    | 'kind'
    | 'maps'
    | 'between'
    | 'reports',
    string
  >;
  notes: {
    rounding(unit: string): string;
    /** Between which maps the period is counted, and what their days mean. */
    counted(before: string, after: string, means: 'start' | 'end' | null): string;
    /** The day of a map that stands for a later one, which has none. */
    standsFor(map: string, day: string): string;
    band(accuracy: string, lowerBound: boolean): string;
    kinds: string;
    rate: string;
    /** Why some periods have none. */
    rateUnknown: string;
    rateRedrawn: string;
    front(ruler: string): string;
    /** Where most ground changed hands, and what of it a party gained there, or lost. */
    mostChanged(party: string, area: string, direction: string, near: string | null, isLoss: boolean): string;
    events: string;
    notSummed: Record<NotSummed, string>;
    noise(area: string): string;
    /** How much of the front is halfway through ground that neither side surely holds. */
    halfway(km: string): string;
    redrawn: string;
    heldAtEnd(roads: string): string;
    totals(list: string): string;
    noEvents: string;
    noPosts: string;
    comparison(first: string, second: string, on: string, agreed: string, percent: string): string;
    noDifference: string;
    /** Why a place has no source: a published map says so without one; a derived one inferred it. */
    asOnMap: string;
    inferred: string;
    noSource: string;
    via(publisher: string, via: string): string;
    query: string;
  };
  gaps: Record<Exclude<Gap['code'], 'nothing_known'>, (figures: Record<string, string>, series: string) => string>;
  /** Why nothing is known of a period. */
  unknown: Record<PeriodReason, (figures: Record<string, string>, series: string) => string>;
  /** No map since that of the first day, of a series whose maps show the beginning of their day. */
  noMapSince(map: string, series: string): string;
  noGaps: string;
  /** In place of a figure. */
  notKnown: string;
  directions: Record<string, string>;
  picture: {
    map(region: string, days: string): string;
    mapDescription(sentence: string, before: string, after: string): string;
    before(day: string): string;
    after(day: string): string;
    difference: string;
    chart(region: string): string;
    chartDescription(rows: readonly string[]): string;
    wonBy(party: string): string;
    claimedBy(party: string): string;
    otherChange: string;
    legend: {
      post: string;
      postUncertain: string;
      postCutOff: string;
      postOffMap: string;
      route: string;
      theatre: string;
    };
    north: string;
    chartAxis: string;
  };
  /** What happened, in one clause; the day is the last word of each. */
  alerts: {
    verdict(number: string, name: string, operator: string, from: string, to: string, days: string): string;
    /** A verdict that is another on the map alone: it was put right, or drawn by other rules (`kind`). */
    verdictRedrawn(number: string, name: string, operator: string, from: string, to: string, days: string, kind: string): string; // biome-ignore format: one signature
    /** `passed`: to a party, from another or from contested ground; of anything else no party is said to have taken it. */
    place(name: string, from: string, to: string, days: string, passed: boolean): string;
    route(km: string, name: string, from: string, to: string, day: string): string;
    /** The headline of what was told of another day, on which the maps no longer show it. */
    toldBefore(headline: string, day: string): string;
    gained(party: string, area: string, days: string): string;
    lost(party: string, area: string, days: string): string;
    held(day: string): string;
    heldWhy: string;
    old(title: string, newest: string, days: string): string;
    oldWhy: string;
    accuracy(length: string): string;
    range(band: string): string;
    noClaim: string;
    noReport: string;
    /** Heads of lines. */
    source: string;
    certainty: string;
    digest(title: string, count: number, number: string): string;
  };
  mail: {
    open: string;
    why(title: string): string;
    unsubscribe: string;
    unsubscribeQuestion(title: string): string;
    unsubscribed(title: string): string;
    subscribeAgain: string;
    subscribedAgain(title: string): string;
  };
  /** The ways on from a page. */
  page: {
    previous: string;
    next: string;
    map: string;
    all: string;
    feed: string;
    files: string;
    made(instant: string, edition: string): string;
    /** What a corrected edition is called in lists and feeds. */
    corrected(headline: string): string;
    /** What an edition is called while a series that it rests on is withdrawn. */
    withdrawn(headline: string): string;
    withdrawnSeries(title: string, instant: string, why: string | null): string;
    /** Of a corrected edition: what it corrects, and one statement that differs. */
    corrects(edition: string, differences: string): string;
    differs(what: string, before: string | null, after: string | null): string;
    moreDiffer(count: string): string;
    superseded(edition: string): string;
    newest: string;
  };
  stamp: {
    knownAt(instant: string): string;
    source(publisher: string, licence: string): string;
    method(sentence: string): string;
    edition: string;
  };
}
