import type { Change, Claim, ControlState, Grade, Party, Post, Verdict, Window } from './api.js';
import { windowInWords } from './calendar.js';

/* What the panel says, as pure functions of what the service answered. */

/** How a post is shown: its verdict, with an open one told apart by the width of its corridor. */
export type Standing = 'open' | 'narrow' | 'uncertain' | 'encircled' | 'inactive';
export const STANDINGS: readonly Standing[] = ['open', 'narrow', 'uncertain', 'encircled', 'inactive'];

export function standingOf({ verdict, grade }: { verdict: Verdict; grade: Grade }): Standing {
  if (verdict === 'encircled' || verdict === 'uncertain') return verdict;
  if (verdict === 'not_encircled') return grade === 'narrow' ? 'narrow' : 'open';
  return 'inactive';
}

export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  open: 'Not encircled',
  narrow: 'Not encircled, narrow corridor',
  uncertain: 'Uncertain',
  encircled: 'Encircled',
  inactive: 'Not in place, or off the map',
};

const CLASS_WORDS: Readonly<Record<string, string>> = {
  contested: 'Contested',
  unknown: 'Unknown',
  unassigned: 'In no area',
  unmapped: 'Off the map',
  front: 'On the front line',
};

/** A class of ground in words: the party's name, or what else it is. */
export function className(id: string | null, parties: readonly Party[]): string {
  if (id === null) return 'Unknown';
  return parties.find((party) => party.id === id)?.name ?? CLASS_WORDS[id] ?? id;
}

/** `1,234 km²`; below ten with a decimal, because a village is three or four. */
export function km2(value: number): string {
  const size = Math.abs(value);
  return `${size.toLocaleString('en-GB', { maximumFractionDigits: size < 10 ? 1 : 0 })} km²`;
}

export const signedKm2 = (value: number): string => {
  if (Math.abs(value) < 0.05) return '0 km²';
  return `${value < 0 ? '−' : '+'}${km2(value)}`;
};

export const km = (metres: number): string => {
  const size = Math.abs(metres) / 1000;
  return `${size.toLocaleString('en-GB', { maximumFractionDigits: size < 10 ? 1 : 0 })} km`;
};

export const counted = (n: number, one: string, many = `${one}s`): string => {
  const small = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'][n];
  return `${small ?? n} ${n === 1 ? one : many}`;
};

/** The one sentence of the change: who gained most on balance. */
export function headline(change: Pick<Change, 'parties'>, parties: readonly Party[]): string {
  const nets = change.parties
    .filter(({ party }) => parties.some(({ id }) => id === party))
    .map(({ party, gained_km2, lost_km2 }) => ({ party, net: gained_km2 - lost_km2 }))
    .sort((a, b) => b.net - a.net);
  const first = nets[0];
  if (first && first.net >= 0.5) return `${className(first.party, parties)} gained ${km2(first.net)}`;
  const last = nets.at(-1);
  if (last && last.net <= -0.5) return `${className(last.party, parties)} lost ${km2(last.net)}`;
  return 'No ground to speak of changed hands';
}

/** `Two places changed hands, one became contested.` */
export function placesSentence(places: Change['places'], parties: readonly Party[]): string {
  const taken = places.filter(({ to }) => parties.some(({ id }) => id === to)).length;
  const unsure = places.length - taken;
  if (unsure === 0) return `${counted(taken, 'place')} changed hands.`;
  if (taken === 0) return `${counted(unsure, 'place')} became contested or unknown.`;
  return `${counted(taken, 'place')} changed hands, ${counted(unsure, '', '').trim().toLowerCase()} became contested or unknown.`;
}

const STATE_WORDS: Readonly<Record<ControlState, string>> = {
  connected: 'Connected',
  connected_edge: 'Connected, at the edge',
  pocket: 'In a cut-off pocket',
  engulfed: 'Engulfed',
};
export const stateWords = (state: ControlState): string => STATE_WORDS[state];

/** A margin: the width of the corridor out, or the thickness of the ring around. */
export function marginWords(metres: number | null, atLeast: boolean): string {
  if (metres === null) return 'not measured';
  if (Math.abs(metres) < 50) return 'touching';
  const size = `${atLeast ? 'at least ' : ''}${km(metres)}`;
  return metres > 0 ? `corridor ${size} wide` : `ring ${size} thick`;
}

/** Why the verdict is what it is, in a sentence. */
export function verdictSentence({ verdict, grade, reason }: Pick<Post, 'verdict' | 'grade' | 'reason'>): string {
  if (verdict === 'encircled')
    return 'Cut off from its own side on either reading of contested ground, by more than the map can err.';
  if (verdict === 'not_encircled') {
    return grade === 'narrow'
      ? 'Still joined to its own side, by a corridor that is narrow.'
      : 'Joined to its own side, by more than the map can err.';
  }
  if (verdict === 'uncertain') {
    return reason === 'contested'
      ? 'It depends on who holds the contested ground: cut off on one reading, joined on the other.'
      : 'Too close to call: the front is nearer than the map is accurate.';
  }
  return verdict === 'inactive' ? 'The post was not manned on this day.' : 'The map says nothing about this spot.';
}

const NUMBER_WORDS: Readonly<Record<string, string>> = {
  documented: 'The number is documented.',
  inferred: 'The number is inferred from lists.',
  project: 'The number is this project’s own: none is published.',
};
export const numberWords = (source: string): string => NUMBER_WORDS[source] ?? '';

/** `since 23 August 2019`, or the window in which it began. */
export function sinceWords(window: Window | null): string | null {
  if (!window?.latest) return null;
  return `since ${windowInWords(window.earliest, window.latest)}`;
}

const CLAIM_WORDS: Readonly<Record<string, string>> = {
  captured: 'captured by',
  held: 'held by',
  lost: 'lost by',
  besieged: 'besieged by',
  expected: 'expected to fall to',
  contested: 'contested',
  access: 'reached by agreement through ground of',
};

/** `Captured by Opposition factions, 21 May 2019`. */
export function claimWords(
  claim: Pick<Claim, 'kind' | 'party' | 'relation' | 'earliest' | 'latest' | 'dates_inferred'>,
  parties: readonly Party[],
): string {
  const verb = CLAIM_WORDS[claim.kind] ?? claim.kind;
  const said =
    claim.party === null
      ? verb.replace(/ (by|to|through ground of)$/, '')
      : `${verb}${/ (by|to|of)$/.test(verb) ? '' : ':'} ${className(claim.party, parties)}`;
  const near = claim.relation === 'near' ? ' (near, not at)' : '';
  const day = `${windowInWords(claim.earliest, claim.latest)}${claim.dates_inferred ? ' (day inferred)' : ''}`;
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${near}, ${day}`;
}

/** The claims that do not agree: of overlapping days, but of another kind or another party. */
export function disputed(claims: readonly Claim[]): Set<string> {
  const standing = claims.filter((claim) => claim.withdrawn_on === null && claim.earliest && claim.latest);
  const overlap = (a: Claim, b: Claim) =>
    (a.earliest ?? '') <= (b.latest ?? '') && (b.earliest ?? '') <= (a.latest ?? '');
  const differ = (a: Claim, b: Claim) => a !== b && overlap(a, b) && (a.kind !== b.kind || a.party !== b.party);
  return new Set(standing.filter((a) => standing.some((b) => differ(a, b))).map((claim) => claim.id));
}
