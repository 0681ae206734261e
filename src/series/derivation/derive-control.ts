import { addDays, type IsoDate } from '../../model/dates.js';
import { grouped } from '../../model/grouped.js';

/*
 * Who holds each place on each day, from claims, by the rules of methods.md G. Pure: the database gives the claims and
 * the cells, this decides, and the job stores what it decided.
 */

export type Stance = 'independent' | 'press' | 'partisan' | 'general';

export interface ClaimSource {
  no: number;
  publisher: string;
  stance: Stance;
  favours: string | null;
}

/** A claim that moves control of the place: `at` it, captured, lost or contested, not withdrawn. */
export interface MovingClaim {
  no: number;
  place: string;
  kind: 'captured' | 'lost' | 'contested';
  party: string;
  earliest: IsoDate;
  latest: IsoDate;
  sources: ClaimSource[];
}

export interface DerivablePlace {
  id: string;
  name: string;
  /** Working projection, metres. */
  x: number;
  y: number;
  initial: { party: string; basis: 'stated' | 'inferred'; source: number };
}

/** Who holds a place, how surely, and on whose word. */
interface Holding {
  party: string;
  status: 'controlled' | 'contested' | 'claimed';
  confidence: number;
  claims: number[];
  source: number;
  reason: string | null;
}

/** The state of every place from `date` on, until the next one. */
export interface DerivedState {
  date: IsoDate;
  holdings: Map<string, Holding>;
}

const BASE: Record<Stance, number> = { independent: 0.9, press: 0.7, partisan: 0.5, general: 0.3 };
// An initial holder that we inferred from its neighbours is worth half of one that somebody stated.
const INFERRED = 0.5;
// What follows from the surroundings alone is never surer than general knowledge.
const FOLLOWING = 0.3;

/** How much one source is worth for a claim that `party` gained ground; an admission against interest counts most. */
export function sourceWeight(source: ClaimSource, party: string): number {
  const admits = source.stance === 'partisan' && source.favours !== null && source.favours !== party;
  return admits ? BASE.independent : BASE[source.stance];
}

/** 1 − Π(1 − base) over independent sources: a publisher counts once, with its best word. */
export function confidenceOf(sources: readonly ClaimSource[], party: string): number {
  const best = new Map<string, number>();
  for (const source of sources) {
    best.set(source.publisher, Math.max(best.get(source.publisher) ?? 0, sourceWeight(source, party)));
  }
  return 1 - [...best.values()].reduce((doubt, weight) => doubt * (1 - weight), 1);
}

interface Spell {
  from: IsoDate;
  holding: Holding;
}

/**
 * The spells of one place in order. Captures by one party whose windows overlap are one transition: contested from the
 * first day any of them allows, controlled from the first day any of them is sure (one source is enough to flip).
 * Whoever `lost` a place leaves it contested until somebody takes it; `contested` holds on its own days and says
 * nothing of who holds the place afterwards.
 */
export function placeSpells(place: DerivablePlace, claims: readonly MovingClaim[]): Spell[] {
  const { party, basis, source } = place.initial;
  const confidence = BASE.general * (basis === 'inferred' ? INFERRED : 1);
  const spells: Spell[] = [
    {
      from: '0001-01-01' as IsoDate,
      holding: { party, status: 'controlled', confidence, claims: [], source, reason: 'initial state' },
    },
  ];
  const disputes: { from: IsoDate; until: IsoDate; holding: Holding }[] = [];
  for (const group of transitions(claims)) {
    const [first] = group as [MovingClaim, ...MovingClaim[]];
    const sources = group.flatMap((claim) => claim.sources);
    const sure = confidenceOf(sources, first.party);
    const heaviest = sources.reduce((a, b) => (sourceWeight(b, first.party) > sourceWeight(a, first.party) ? b : a));
    const base = { party: first.party, claims: group.map((claim) => claim.no), source: heaviest.no, reason: null };
    const contested: Holding = { ...base, status: 'contested', confidence: sure / 2 };
    const start = group.map((claim) => claim.earliest).reduce((a, b) => (a < b ? a : b));
    const settled = group.map((claim) => claim.latest).reduce((a, b) => (a < b ? a : b));
    if (first.kind === 'contested') {
      const last = group.map((claim) => claim.latest).reduce((a, b) => (a > b ? a : b));
      disputes.push({ from: start, until: addDays(last, 1), holding: contested });
    } else {
      if (first.kind === 'lost' || start < settled) spells.push({ from: start, holding: contested });
      if (first.kind === 'captured')
        spells.push({ from: settled, holding: { ...base, status: 'controlled', confidence: sure } });
    }
  }
  return disputes.reduce(overlaid, spells.sort(byDay));
}

const byDay = (a: Spell, b: Spell) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0);

/** Lays a dispute over the spells: it holds on its days, then whoever would hold the place does. */
function overlaid(
  spells: Spell[],
  { from, until, holding }: { from: IsoDate; until: IsoDate; holding: Holding },
): Spell[] {
  const after = (spells.findLast((spell) => spell.from <= until) as Spell).holding;
  const outside = spells.filter((spell) => spell.from < from || spell.from > until);
  return [...outside, { from, holding }, { from: until, holding: after }].sort(byDay);
}

function transitions(claims: readonly MovingClaim[]): MovingClaim[][] {
  const sorted = [...claims].sort((a, b) =>
    a.earliest === b.earliest ? a.no - b.no : a.earliest < b.earliest ? -1 : 1,
  );
  const groups: { claims: MovingClaim[]; until: IsoDate }[] = [];
  for (const claim of sorted) {
    const open = groups.findLast(
      (group) => group.claims[0]?.party === claim.party && group.claims[0]?.kind === claim.kind,
    );
    if (open && claim.earliest <= open.until) {
      open.claims.push(claim);
      if (claim.latest > open.until) open.until = claim.latest;
    } else {
      groups.push({ claims: [claim], until: claim.latest });
    }
  }
  return groups.map((group) => group.claims);
}

export interface DerivationInput {
  places: readonly DerivablePlace[];
  claims: readonly MovingClaim[];
  /** Places whose cells share an edge with the cell of a place. */
  neighbours: ReadonlyMap<string, ReadonlySet<string>>;
  /** Places whose cells touch the edge of the theatre: what surrounds them is not all known. */
  atEdge: ReadonlySet<string>;
  rMaxM: number;
  firstDate: IsoDate;
  completeUntil: IsoDate;
}

/** The states of the series, one for each day on which something changed, the first on `firstDate`. */
export function deriveControl(input: DerivationInput): DerivedState[] {
  const byPlace = grouped(input.claims, ({ place }) => place);
  const spells = new Map(input.places.map((place) => [place.id, placeSpells(place, byPlace.get(place.id) ?? [])]));
  const days = new Set<IsoDate>([input.firstDate]);
  for (const list of spells.values()) {
    for (const { from } of list) if (from > input.firstDate && from <= input.completeUntil) days.add(from);
  }
  const leader = nearestClaimed(input.places, byPlace, input.rMaxM);
  const states: DerivedState[] = [];
  for (const date of [...days].sort()) {
    const holdings = new Map<string, Holding>();
    for (const [id, list] of spells) {
      holdings.set(id, (list.findLast((spell) => spell.from <= date) as Spell).holding);
    }
    follow(holdings, leader, input);
    const last = states.at(-1);
    if (!last || !sameHoldings(last.holdings, holdings)) states.push({ date, holdings });
  }
  return states;
}

/** For every place without a claim of its own, the nearest one with claims within R_max. */
function nearestClaimed(
  places: readonly DerivablePlace[],
  byPlace: ReadonlyMap<string, unknown>,
  rMaxM: number,
): Map<string, DerivablePlace> {
  const claimed = places.filter((place) => byPlace.has(place.id));
  const nearest = new Map<string, DerivablePlace>();
  for (const place of places) {
    if (byPlace.has(place.id)) continue;
    let best: DerivablePlace | undefined;
    let least = rMaxM;
    for (const other of claimed) {
      const distance = Math.hypot(other.x - place.x, other.y - place.y);
      if (distance <= least) [best, least] = [other, distance];
    }
    if (best) nearest.set(place.id, best);
  }
  return nearest;
}

/**
 * Lets places without a claim of their own follow: first one by one where every neighbour already went, then whole
 * clusters of them that would be left as a pocket resting on nothing.
 */
function follow(
  holdings: Map<string, Holding>,
  leader: ReadonlyMap<string, DerivablePlace>,
  input: DerivationInput,
): void {
  const partyOf = (id: string) => holdings.get(id)?.party;
  const settled = (id: string) => holdings.get(id)?.status !== 'contested';
  const mayFollow = (id: string) => {
    const led = leader.get(id);
    // It follows a place that has flipped, not one that was the other side's from the beginning.
    return (
      led !== undefined && partyOf(led.id) !== led.initial.party && partyOf(led.id) !== partyOf(id) && settled(led.id)
    );
  };
  for (;;) {
    const cluster = input.places
      .map(({ id }) => pocketOf(id, mayFollow, partyOf, input))
      .find((found) => found !== null && [...found.rim].every((id) => settled(id) && partyOf(id) === found.by));
    if (!cluster) return;
    for (const id of cluster.cells) {
      const led = leader.get(id) as DerivablePlace;
      const word = holdings.get(led.id) as Holding;
      holdings.set(id, {
        ...word,
        status: 'claimed',
        confidence: Math.min(FOLLOWING, word.confidence),
        reason: `no report of its own: follows ${led.name} and its own surroundings`,
      });
    }
  }
}

/** The cells held like `start` and joined to it, if all of them may follow and one party stands around them. */
function pocketOf(
  start: string,
  mayFollow: (id: string) => boolean,
  partyOf: (id: string) => string | undefined,
  input: DerivationInput,
): { cells: Set<string>; rim: Set<string>; by: string } | null {
  if (!mayFollow(start)) return null;
  const cells = new Set([start]);
  const rim = new Set<string>();
  for (const id of cells) {
    for (const next of input.neighbours.get(id) ?? []) {
      if (partyOf(next) !== partyOf(start)) rim.add(next);
      else if (mayFollow(next)) cells.add(next);
      else return null;
    }
  }
  // What lies beyond the edge of the map is not known: its surroundings have not all gone.
  if ([...cells].some((id) => input.atEdge.has(id))) return null;
  const by = rim.size > 0 ? partyOf([...rim][0] as string) : undefined;
  return by === undefined ? null : { cells, rim, by };
}

function sameHoldings(a: ReadonlyMap<string, Holding>, b: ReadonlyMap<string, Holding>): boolean {
  return [...b].every(([id, holding]) => JSON.stringify(holding) === JSON.stringify(a.get(id)));
}
