import { HOLDER_UNKNOWN, movedOnGround, passesToParty, unknownClasses } from '../../model/classes.js';
import { CRUMB_KM2 } from '../../model/shown-area.js';
import type { Change, Claim, ControlState, Grade, Party, Post, PostHistory, Series, Verdict, Window } from '../api.js';
import { figuresOf } from '../figures.js';
import { type Day, windowInWords } from './calendar.js';
import { isolated, t } from './language.js';

/* What the panel says, as pure functions of what the service answered. */

/** How a post is shown: its verdict, with an open one distinguished by the width of its corridor. */
export type Standing = 'open' | 'narrow' | 'uncertain' | 'encircled' | 'inactive';
export const STANDINGS: readonly Standing[] = ['open', 'narrow', 'uncertain', 'encircled', 'inactive'];

export function standingOf({ verdict, grade }: { verdict: Verdict; grade: Grade }): Standing {
  if (verdict === 'encircled' || verdict === 'uncertain') return verdict;
  if (verdict === 'not_encircled') return grade === 'narrow' ? 'narrow' : 'open';
  return 'inactive';
}

export const standingWords = (standing: Standing): string => t.standings[standing];

/** What a publisher wrote, as a sentence begins. */
export const asSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Whom a map of these series is credited to, each with its licence, and its borders. */
export const creditsOf = (all: readonly Pick<Series, 'title' | 'publisher' | 'licence'>[]): string =>
  t.attribution(all.map(({ title, publisher, licence }) => isolated(`${title}: ${publisher}, ${licence}`)).join('. '));

/** As what ground counts that a party only claims, where it is told from other contested ground: as on the map. */
const CLAIMED = 'claimed:';
export const claimedBy = (party: string): string => `${CLAIMED}${party}`;
/** Who claims ground of that class; null: it is another one. */
export const claimantOf = (id: string | null): string | null =>
  id?.startsWith(CLAIMED) ? id.slice(CLAIMED.length) : null;

/** A class of ground in words: the party's name, or what else it is. */
export function className(id: string | null, parties: readonly Party[]): string {
  if (id === null) return t.classes.unknown ?? '';
  const claimant = claimantOf(id);
  if (claimant !== null) return t.claimedBy(className(claimant, parties));
  return isolated(parties.find((party) => party.id === id)?.name ?? t.classes[id] ?? id);
}

/** `1,234 km²`; below ten with a decimal, because a village is three or four; of what would be nothing so, the first two digits. */
export function km2(value: number): string {
  const size = Math.abs(value);
  const isSmall = size >= CRUMB_KM2 && size < 0.05;
  const digits = isSmall ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: size < 10 ? 1 : 0 };
  return `${size.toLocaleString(t.locale, digits)} ${t.units.km2}`;
}

/** `1,234 km`; below ten with a decimal, and what is less than a hundred metres is not nothing. */
export const km = (metres: number): string => {
  const size = Math.abs(metres) / 1000;
  const digits = size < 0.1 ? { maximumSignificantDigits: 1 } : { maximumFractionDigits: size < 10 ? 1 : 0 };
  return `${size.toLocaleString(t.locale, digits)} ${t.units.km}`;
};

/** Less is not told where the error of the map is not known, km². */
const LEAST = 0.5;

type Measured = Pick<Change, 'parties'> & Partial<Pick<Change, 'matrix' | 'net' | 'kinds' | 'theatre_km2'>>;

/** What is stated to be no movement on the ground. */
const redrawnIn = ({ kinds = [] }: Pick<Measured, 'kinds'>) =>
  kinds.filter(({ kind, changed_km2 }) => kind !== 'movement' && changed_km2 > 0);

/** What of a change is movement on the ground: all of it where no step is stated to be anything else. */
export function movementOf<Changed extends Measured>(change: Changed): Changed {
  const movement = change.kinds?.find(({ kind }) => kind === 'movement');
  if (!movement || redrawnIn(change).length === 0) return change;
  const parties = change.parties.map((row) => {
    const { gained_km2 = 0, lost_km2 = 0 } = movement.parties.find(({ party }) => party === row.party) ?? {};
    return { ...row, gained_km2, lost_km2 };
  });
  return { ...change, parties, matrix: movement.matrix };
}

/** The one sentence of the change on the ground. */
export function headline(change: Measured, parties: readonly Party[]): string {
  const movement = movementOf(change);
  const moved = movement.matrix?.reduce((sum, { from, to, km2 }) => (from === to ? sum : sum + km2), 0) ?? 0;
  if (movement !== change && moved < CRUMB_KM2) return t.nothingMoved;
  return movementHeadline(movement, parties);
}

/** How much is drawn otherwise though nothing moved, and why. Empty where all is movement. */
export const redrawnSentences = (change: Pick<Measured, 'kinds'>): string =>
  redrawnIn(change)
    .map(({ kind, changed_km2 }) => t.redrawn(km2(changed_km2), kind === 'correction'))
    .join(' ');

/**
 * By the rule of reports: who surely gained or lost most on balance, beyond two standard deviations and
 * whatever is disputed or unknown; else what became disputed, or no longer is; else what went both ways.
 */
function movementHeadline(
  { parties: rows, matrix = [], net = [], theatre_km2 }: Measured,
  parties: readonly Party[],
): string {
  const shown = figuresOf({ parties: rows, matrix, theatre_km2 });
  const least = net.length > 0 ? CRUMB_KM2 : LEAST;
  const ids = parties.map(({ id }) => id);
  const own = rows.filter(({ party }) => ids.includes(party));
  const error = (party: string) => Math.max(least, 2 * (net.find((row) => row.party === party)?.sd_km2 ?? 0));
  const unknown = unknownClasses(sidesOf(rows, ids));
  /** What passed so from class to class, and as readers see it. */
  const passed = (which: (from: string, to: string) => boolean) => {
    const cells = matrix.filter((cell) => which(cell.from, cell.to));
    const sum = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((total, cell) => total + of(cell), 0);
    return { size: sum((cell) => cell.km2), seen: sum((cell) => shown.passed(cell.from, cell.to)) };
  };
  // Ground that no party surely holds.
  const unsure = ['contested', ...unknown];
  const nets = own
    .map(({ party, gained_km2, lost_km2 }) => ({ party, net: gained_km2 - lost_km2 }))
    .sort((a, b) => b.net - a.net);
  const [first, last] = [nets[0], nets.at(-1)];
  if (first && first.net - passed((from, to) => unsure.includes(from) && to === first.party).size >= error(first.party))
    return t.gained(className(first.party, parties), shown.words(shown.net(first.party), first.net));
  if (last && last.net + passed((from, to) => from === last.party && unsure.includes(to)).size <= -error(last.party))
    return t.lost(className(last.party, parties), shown.words(shown.net(last.party), last.net));
  const most = [
    ...own.flatMap(({ party }) => [
      {
        ...passed((from, to) => from === 'contested' && to === party),
        say: (size: string) => t.settled(className(party, parties), size),
      },
      {
        ...passed((from, to) => unknown.includes(from) && to === party),
        say: (size: string) => t.becameKnown(className(party, parties), size),
      },
    ]),
    { ...passed((from, to) => from !== 'contested' && to === 'contested'), say: t.becameContested },
    // Contested ground that is drawn no more also on a map of one side.
    { ...passed((from, to) => !HOLDER_UNKNOWN.includes(from) && (from === 'contested' ? HOLDER_UNKNOWN : unknown).includes(to)), say: t.becameUnknown }, // biome-ignore format: one flow
  ].sort((a, b) => b.size - a.size)[0];
  const widest = Math.max(least, ...own.map(({ party }) => error(party)));
  if (most && most.size >= widest) return most.say(shown.words(most.seen, most.size));
  const both = own.find(({ gained_km2, lost_km2 }) => Math.min(gained_km2, lost_km2) >= widest);
  if (both !== undefined) {
    const { party, gained_km2, lost_km2 } = both;
    const [gained, lost] = [shown.words(shown.gained(party), gained_km2), shown.words(shown.lost(party), lost_km2)];
    return t.bothWays(className(party, parties), gained, lost);
  }
  return rows.some((row) => !HOLDER_UNKNOWN.includes(row.party) && Math.max(row.gained_km2, row.lost_km2) >= least)
    ? t.withinError
    : t.nothingChanged;
}

/** `Two places changed hands, one became contested.` Of `rows`, the parties that the maps show, follows what a map leaves in no area. */
export function placesSentence(
  { places, parties: rows }: { places: NonNullable<Change['places']>; parties: Change['parties'] },
  parties: readonly Party[],
): string {
  const ids = parties.map(({ id }) => id);
  const unknown = unknownClasses(sidesOf(rows, ids));
  const moved = places.filter(movedOnGround);
  const taken = moved.filter((place) => passesToParty(place, ids, unknown)).length;
  const held = moved.filter(({ to }) => ids.includes(to)).length;
  const [unsure, shown, redrawn] = [moved.length - held, held - taken, places.length - moved.length];
  const changed = taken + unsure > 0 || shown + redrawn === 0 ? [t.placesTaken(taken, unsure)] : [];
  return [
    ...changed,
    ...(shown > 0 ? [t.placesShown(shown)] : []),
    ...(redrawn > 0 ? [t.placesRedrawn(redrawn)] : []),
  ].join(' ');
}

/** How many parties hold ground on either map. */
const sidesOf = (rows: Change['parties'], ids: readonly string[]): number =>
  rows.filter((row) => ids.includes(row.party) && (row.before_km2 > 0 || row.after_km2 > 0)).length;

/** Why a place that no claim is cited for has another holder. As in reports. */
export const withoutReport = (kind: Series['kind']): string => (kind === 'imported' ? t.mapAlone : t.follows);

export const stateWords = (state: ControlState): string => t.states[state];

/** A margin: the width of the corridor out, or the thickness of the ring around. */
export function marginWords(metres: number | null, bound: string | null): string {
  if (bound === 'no_narrow_place') return t.noNarrowPlace;
  if (bound === 'no_rear') return t.noRear;
  if (metres === null) return t.notMeasured;
  if (Math.abs(metres) < 50) return t.touching;
  const size = bound === 'at_least' ? t.atLeast(km(metres)) : km(metres);
  return metres > 0 ? t.corridor(size) : t.ring(size);
}

/** Why the verdict is what it is, in a sentence. */
export function verdictSentence({ verdict, grade, reason }: Pick<Post, 'verdict' | 'grade' | 'reason'>): string {
  if (verdict === 'not_encircled') return grade === 'narrow' ? t.verdicts.narrow : t.verdicts.open;
  if (verdict === 'uncertain' && reason === null) return t.noRear;
  if (verdict === 'uncertain') return t.verdicts[reason ?? 'accuracy'];
  return t.verdicts[verdict];
}

export const numberWords = (source: string): string => t.numbers[source] ?? '';

/**
 * Since when something has been so, and how far that is known: maps at both ends alone do not show that it lasted.
 * @param day on which it is so
 */
export function sinceWords(
  window: Window | null,
  { unknown_days: unknown }: Pick<PostHistory, 'unknown_days'>,
  day: Day,
): string | null {
  const latest = window?.latest;
  if (!latest) return null;
  const [first, ...more] = unknown.filter(({ from }) => from > latest && from < day);
  const shown = t.since(windowInWords(window.earliest, latest));
  return first ? `${shown}${t.asFarAsMaps(windowInWords(first.from, first.to), more.length)}` : shown;
}

/** `Captured by Opposition factions, 21 May 2019`. */
export function claimWords(
  claim: Pick<Claim, 'kind' | 'party' | 'relation' | 'earliest' | 'latest' | 'dates_inferred'>,
  parties: readonly Party[],
): string {
  const [alone, by] = t.claims[claim.kind] ?? [claim.kind, `${claim.kind}:`];
  const stated = claim.party === null ? alone : `${by} ${className(claim.party, parties)}`;
  const day = `${windowInWords(claim.earliest, claim.latest)}${claim.dates_inferred ? t.dayInferred : ''}`;
  const where = claim.relation === 'near' ? t.near : '';
  return `${stated.charAt(0).toLocaleUpperCase(t.locale)}${stated.slice(1)}${where}, ${day}`;
}

/** The claims that do not agree: of overlapping days, but of another kind or another party. */
export function disputed(claims: readonly Claim[]): Set<string> {
  const standing = claims.filter((claim) => claim.withdrawn_on === null && claim.earliest && claim.latest);
  const overlap = (a: Claim, b: Claim) =>
    (a.earliest ?? '') <= (b.latest ?? '') && (b.earliest ?? '') <= (a.latest ?? '');
  const differ = (a: Claim, b: Claim) => a !== b && overlap(a, b) && (a.kind !== b.kind || a.party !== b.party);
  return new Set(standing.filter((a) => standing.some((b) => differ(a, b))).map((claim) => claim.id));
}
