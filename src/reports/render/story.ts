import type { Figure, KindChange, RouteFact, SeriesPart } from '../content/content.js';
import { type Voice, whenOf } from './voice.js';

export interface Story {
  headline: string;
  /** Sentences that answer what happened, the most important first. */
  lede: string[];
  /** The three figures of the first screen. */
  figures: { shown: string; label: string; query: string }[];
}

/** What happened, for a reader who knows nothing of the project. */
export function storyOf(voice: Voice): Story {
  const { main, texts, name, about } = voice;
  const when = whenOf(texts, voice.content.period, voice.days);
  const ranked = netMovement(voice).sort((a, b) => b.net.value - a.net.value);
  const [winner, loser] = [ranked[0], ranked.at(-1)];
  const redrawn = isRedrawn(main);
  const moved = redrawn
    ? main.kinds.some(({ kind, changed }) => kind === 'movement' && changed.value > 0)
    : main.matrix.cells.some(({ from, to, km2 }) => from !== to && km2 > 0);
  if (!moved) {
    const unmoved = main.reclaimed
      ? texts.lede.reclaimed(about(main.reclaimed.value))
      : texts.lede.nothing(voice.km2(main.matrix.total_shown));
    return {
      headline: texts.headline.still(when),
      lede: [...(redrawn ? notMovement(voice) : [unmoved]), ...facts(voice)],
      figures: figuresOf(voice, null),
    };
  }
  const grew = winner !== undefined && isSure(winner.net, 1);
  const shrunk = !grew && loser !== undefined && isSure(loser.net, -1);
  const unsure = grew || shrunk ? null : unsureHeadline(voice, when);
  const headline = grew
    ? texts.headline.grew(name(winner.party), netOf(voice, winner), when)
    : shrunk
      ? texts.headline.shrank(name(loser.party), netOf(voice, loser), when)
      : (unsure ?? texts.headline.unsure(when));
  const netReported = winner && winner.net.value > 0 ? gains(voice, winner) : losses(voice);
  const reported = netReported.length > 0 || redrawn ? netReported : heldAtTheEnd(voice);
  return {
    headline,
    lede: [
      ...(grew || shrunk || unsure !== null || reported.length === 0 ? [] : [texts.lede.withinError]),
      ...reported,
      ...(redrawn ? [] : passedToNobody(voice, grew || shrunk)),
      ...notMovement(voice),
      ...facts(voice),
    ],
    figures: figuresOf(voice, grew ? winner : shrunk ? loser : null),
  };
}

/** What was gained less what was lost, or the other way round; said to be that where there was both. */
function netOf(voice: Voice, { party, shown, net }: NetMovement): string {
  const area = voice.about(shown === 0 ? net.value : shown);
  const both = !isRedrawn(voice.main) && voice.shown.gained(party) > 0 && voice.shown.lost(party) > 0;
  return both ? voice.texts.net(area) : area;
}

/**
 * What changed where no party's net change is sure, though some of it is beyond the error of the map: as much gained as lost, or ground
 * that was or became nobody's for certain. Null: all of it is within the error.
 */
function unsureHeadline(voice: Voice, when: string): string | null {
  const { main, texts, name, about } = voice;
  const error = 2 * Math.max(0, ...main.changes.map(({ net }) => net.sd ?? 0));
  if (isRedrawn(main)) {
    const movement = main.kinds.find(({ kind }) => kind === 'movement')?.changed.value ?? 0;
    return movement > error ? texts.headline.open(when) : null;
  }
  const swapped = gainedAndLost(main);
  if (swapped) {
    const [gained, lost] = [about(voice.shown.gained(swapped.party)), about(voice.shown.lost(swapped.party))];
    return texts.headline.bothWays(name(swapped.party), gained, lost, when);
  }
  const open = [
    ...main.parties.flatMap(({ id }) => [
      { km2: flow(main, 'contested', id), headline: (area: string) => texts.headline.settled(name(id), area, when) },
      { km2: flow(main, 'unknown', id), headline: (area: string) => texts.headline.becameKnown(name(id), area, when) },
    ]),
    { km2: flow(main, null, 'contested'), headline: (area: string) => texts.headline.becameContested(area, when) },
    { km2: flow(main, null, 'unknown'), headline: (area: string) => texts.headline.becameUnknown(area, when) },
  ].sort((a, b) => b.km2 - a.km2)[0];
  return open && open.km2 >= main.matrix.unit_km2 && open.km2 > error ? open.headline(about(open.km2)) : null;
}

/** The party of which is sure that it gained ground and that it lost ground. */
const gainedAndLost = ({ changes }: SeriesPart) =>
  changes.find(({ gained, lost }) => isSurelyThere(gained) && isSurelyThere(lost));

/** What a party that gained as much as it lost held at the end. */
function heldAtTheEnd(voice: Voice): string[] {
  const swapped = gainedAndLost(voice.main);
  if (!swapped) return [];
  const after = voice.shown.after(swapped.party);
  return [voice.texts.lede.held(voice.name(swapped.party), voice.about(after), shareOf(voice, after))];
}

/** More than nothing by two standard deviations: the band has one of them in. */
export const isSurelyThere = ({ value, low }: Figure): boolean => low !== null && 2 * low - value > 0;

/** What passed from one class to another as the matrix shows it, km²; null: from any other. */
const flow = ({ matrix }: SeriesPart, from: string | null, to: string): number =>
  matrix.cells
    .filter((cell) => cell.to === to && cell.from !== to && (from === null || cell.from === from))
    .reduce((sum, { shown }) => Number((sum + shown).toFixed(2)), 0);

/** Ground that nobody surely holds at the end: it passed to no party. What became contested beside a sure gain is in the tables. */
function passedToNobody(voice: Voice, sure: boolean): string[] {
  const { main, texts, name, about } = voice;
  const whose = [...main.parties.map(({ id }) => id), 'contested'];
  return whose.flatMap((from) => {
    const party = from === 'contested' ? null : name(from);
    const of = (to: string) => flow(main, from, to);
    const [contested, unknown, unstated] = [of('contested'), of('unknown'), main.front ? of('unassigned') : 0];
    const least = main.matrix.unit_km2;
    return [
      ...(contested >= least && !sure ? [texts.lede.toContested(about(contested), party)] : []),
      ...(unknown >= least ? [texts.lede.toUnknown(about(unknown), party)] : []),
      ...(unstated >= least ? [texts.lede.toUnstated(about(unstated), party)] : []),
    ];
  });
}

/** Beyond two standard deviations of the lines, and beyond what is disputed (`low` and `high` have one of them in). */
function isSure({ low, high, sd = 0 }: Figure, sign: 1 | -1): boolean {
  return sign > 0 ? (low ?? 0) - sd > 0 : (high ?? 0) + sd < 0;
}

/** Net change by party. */
interface NetMovement {
  party: string;
  net: Figure;
  /** As the tables show it, km². */
  shown: number;
}

/** Whether some of the change is a map put right or drawn by other rules. */
export const isRedrawn = ({ kinds }: SeriesPart): boolean =>
  kinds.some(({ kind, changed }) => kind !== 'movement' && changed.value > 0);

/** What each party won and lost on the ground: where some of the change was redrawn, without it. */
function netMovement({ main, shown }: Voice): NetMovement[] {
  if (!isRedrawn(main)) return main.changes.map(({ party, net }) => ({ party, net, shown: shown.net(party) }));
  const movement = main.kinds.find(({ kind }) => kind === 'movement');
  return (movement?.net ?? []).map(({ party, figure: net }) => ({ party, net, shown: net.value }));
}

/** What became so on a day whose map was put right or drawn by other rules did not happen on that day. */
function happened({ kinds }: SeriesPart): (day: string) => boolean {
  const redrawn = new Set<string>(
    kinds.filter(({ kind }) => kind !== 'movement').flatMap(({ why }) => why.map(({ on }) => on)),
  );
  return (day) => !redrawn.has(day);
}

function gains(voice: Voice, winner: NetMovement): string[] {
  const { main, texts, name, about } = voice;
  const after = voice.shown.after(winner.party);
  const redrawn = isRedrawn(main);
  const before = (from: string) => (redrawn ? 0 : flow(main, from, winner.party));
  const [disputed, unknown] = [before('contested'), before('unknown')];
  // A map of one side says nothing of all that is not that side's.
  const unstated = main.front ? before('unassigned') : 0;
  const reported = redrawn ? texts.lede.moved : texts.lede.grew;
  const least = main.matrix.unit_km2;
  return [
    reported(
      name(winner.party),
      about(winner.shown === 0 ? winner.net.value : winner.shown),
      bandInWords(voice, winner.net),
      about(after),
      shareOf(voice, after),
    ),
    ...(disputed >= least ? [texts.lede.through(about(disputed))] : []),
    ...(unknown >= least ? [texts.lede.wasUnknown(about(unknown))] : []),
    ...(unstated >= least ? [texts.lede.wasUnstated(about(unstated))] : []),
    ...losses(voice),
  ];
}

const losses = (voice: Voice): string[] =>
  netMovement(voice)
    .filter(({ shown, net }) => shown <= -voice.main.matrix.unit_km2 && (net.high ?? 0) <= 0)
    .map((loser) =>
      voice.texts.lede.lost(voice.name(loser.party), netOf(voice, loser), bandInWords(voice, negated(loser.net))),
    );

/** What was lost, as a positive figure. */
const negated = ({ low, high, ...rest }: Figure): Figure => ({ ...rest, low: high && -high, high: low && -low });

const shareOf = ({ texts, words, main }: Voice, km2: number): string =>
  texts.percent(words.number((100 * km2) / main.matrix.total_km2));

const notMovement = (voice: Voice): string[] =>
  voice.main.kinds
    .filter(({ kind, changed }) => kind !== 'movement' && changed.value > 0)
    .map((row) =>
      voice.texts.lede.notMovement(voice.about(kindAsShown(voice, row).changed), voice.texts.kinds[row.kind]),
    );

/**
 * A kind of change as readers see it. Where it is all the change there is, once, it is what the matrix shows; of several kinds, or of
 * ground that went there and back, each figure is rounded by itself.
 */
export function kindAsShown(
  { main, shown }: Voice,
  { changed, net }: KindChange,
): { changed: number; net: (party: string) => number } {
  const moved = main.matrix.cells.filter(({ from, to }) => from !== to);
  const sum = (of: 'km2' | 'shown') => moved.reduce((total, cell) => total + cell[of], 0);
  const whole = Math.abs(sum('km2') - changed.value) < 0.001 * (moved.length + 1);
  const same = main.kinds.filter((one) => one.changed.value > 0).length === 1;
  if (whole && same && changed.value > 0) return { changed: Number(sum('shown').toFixed(2)), net: shown.net };
  return { changed: changed.value, net: (party) => net.find((row) => row.party === party)?.figure.value ?? 0 };
}

/**
 * `between 912 and 1,130 km²`; null where the figure has no band. Ends are rounded outwards, in the unit of the report; a band
 * of which only a lower bound is known says so.
 */
export function bandInWords({ texts, words, main }: Voice, { low, high }: Figure): string | null {
  if (low === null || high === null) return null;
  const step = Math.max(Math.abs(low), Math.abs(high)) >= 100 ? 1 : main.matrix.unit_km2;
  const decimals = step < 1 ? Math.round(-Math.log10(step)) : 0;
  // Rounded outwards, and never beyond all the ground there is.
  const all = main.matrix.total_shown;
  const [from, to] = [Math.max(-all, Math.floor(low / step) * step), Math.min(all, Math.ceil(high / step) * step)];
  if (from === to) return null;
  const [least, most] = [words.number(from, decimals), texts.area(words.number(to, decimals))];
  return main.noise.lower_bound ? texts.bandAtLeast(least, most) : texts.band(least, most);
}

/** How many names a sentence can bear. */
const NAMED = 4;

function facts(voice: Voice): string[] {
  const { main, texts, words, content } = voice;
  const real = happened(main);
  const places = (main.places ?? []).filter(({ on }) => real(on.latest));
  const disputed = places.filter(({ to }) => to === 'contested').map((place) => place.name);
  const sentences: string[] = [];
  if (main.places !== null) sentences.push(...passed(voice));
  if (disputed.length > 0) sentences.push(texts.lede.disputed(disputed.length, words.list(disputed.slice(0, NAMED))));
  if (places.length > 0) sentences.push(...onWhoseWord(voice, places));
  const road = isRedrawn(main) ? null : mainRoad(main);
  if (road) sentences.push(roadSentence(voice, road));
  const cut = (main.posts ?? []).filter(
    ({ before, after, steps }) => after === 'encircled' && before !== after && real(steps.at(-1)?.on ?? ''),
  );
  if (cut.length > 0) {
    const whose = words.list([...new Set(cut.map((post) => post.operator_name))]);
    const posts = cut.map((post) => `${words.number(post.number)} (${post.name})`);
    sentences.push(texts.lede.posts(cut.length, words.list(posts), whose, texts.verdicts.encircled));
  }
  const killed = content.events.totals.find(
    ({ measure, qualifier }) => measure === 'killed' && qualifier !== 'claimed',
  );
  if (killed)
    sentences.push(texts.lede.killed(texts.qualified(killed.qualifier, words.number(killed.value)), killed.reports));
  return sentences;
}

/** Whether a place came into somebody's hands: one that became contested, or of which nothing is known, did not. */
const taken =
  ({ parties }: SeriesPart) =>
  ({ to }: { to: string }): boolean =>
    parties.some(({ id }) => id === to);

/** What places passed to each party, and from whom: whoever got most first, of each those that the map labels first. */
function passed(voice: Voice): string[] {
  const { main, content, texts, words, name } = voice;
  const rank = new Map(content.pictures.places.map(({ id }, i) => [id, i]));
  const real = happened(main);
  const places = (main.places ?? [])
    .filter((place) => real(place.on.latest) && taken(main)(place))
    .sort((a, b) => (rank.get(a.id) ?? Number.MAX_SAFE_INTEGER) - (rank.get(b.id) ?? Number.MAX_SAFE_INTEGER));
  if (places.length === 0) return [texts.lede.noPlaces];
  return [...grouped(places, ({ to }) => to)].map(([to, got]) => {
    const from = [...grouped(got, (place) => place.from)];
    const each = from.map(([whom, { length }]) =>
      texts.lede.placesFrom(from.length > 1 ? words.number(length) : '', name(whom)),
    );
    const named = got.length <= NAMED + 1 ? got : got.slice(0, NAMED);
    const names = named.map((place) => place.name);
    const rest = got.length - named.length;
    return texts.lede.places(got.length, name(to), words.list(each), rest ? names.join(', ') : words.list(names), rest);
  });
}

/** Groups by a key, the largest first; of equal ones the one that comes first. */
function grouped<Value>(list: readonly Value[], keyOf: (value: Value) => string): [string, Value[]][] {
  const groups = new Map<string, Value[]>();
  for (const value of list) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups].sort((a, b) => b[1].length - a[1].length);
}

/** How many publishers a sentence can bear. */
const CITED = 3;

/** Who reported what became of the places, those cited most first; nothing where the series has no reports. */
function onWhoseWord({ texts, words }: Voice, places: NonNullable<SeriesPart['places']>): string[] {
  const publishers = (place: (typeof places)[number]) => [
    ...new Set(place.claims.flatMap(({ sources }) => sources.map(({ publisher }) => publisher))),
  ];
  const cited = grouped(places.flatMap(publishers), (publisher) => publisher).map(([publisher]) => publisher);
  if (cited.length === 0) return [];
  const silent = places.filter((place) => publishers(place).length === 0).length;
  const named = cited.slice(0, CITED);
  const rest = cited.length - named.length;
  return [
    texts.lede.onWord(rest ? named.join(', ') : words.list(named), rest),
    ...(silent > 0 ? [texts.lede.noWord(silent)] : []),
  ];
}

/** The road of which most changed hands, else the longest. */
export function mainRoad({ routes }: SeriesPart): RouteFact | null {
  const passed = (route: RouteFact) => route.changed.reduce((sum, { km }) => sum + km.value, 0);
  return [...(routes ?? [])].sort((a, b) => passed(b) - passed(a) || b.length.value - a.length.value)[0] ?? null;
}

/** What of a road passed to the party that got most of it; null when to none. */
export function roadGain(
  { parties }: SeriesPart,
  road: RouteFact,
): { party: string; km: number; query: string } | null {
  const sums = parties.map(({ id: party }) => {
    const rows = road.changed.filter(({ to }) => to === party);
    return {
      party,
      km: rows.reduce((sum, { km }) => sum + km.value, 0),
      query: rows[0]?.km.query ?? road.length.query,
    };
  });
  const most = sums.sort((a, b) => b.km - a.km)[0];
  return most && most.km >= 0.05 ? most : null;
}

function roadSentence({ main, texts, name, km }: Voice, road: RouteFact): string {
  const gain = roadGain(main, road);
  const held = (party: string) => road.km.find((row) => row.class === party)?.after ?? 0;
  if (gain)
    return texts.lede.route(road.name, km(gain.km), name(gain.party), km(held(gain.party)), km(road.length.value));
  const holder = [...main.parties].sort((a, b) => held(b.id) - held(a.id))[0]?.id ?? '';
  return texts.lede.routeStill(road.name, km(held(holder)), name(holder), km(road.length.value));
}

/** Up to three figures; what the series knows nothing of has none. */
function figuresOf(voice: Voice, winner: NetMovement | null): Story['figures'] {
  const { main, texts, words, name, km } = voice;
  // Of changes that are not sure, the one that shows most.
  const change = winner ?? netMovement(voice).sort((a, b) => Math.abs(b.shown) - Math.abs(a.shown))[0];
  const road = isRedrawn(main) ? null : mainRoad(main);
  const real = happened(main);
  const gain = road && roadGain(main, road);
  const pairs = main.front?.pairs ?? [];
  const front = pairs.reduce((sum, { after }) => sum + after.value, 0);
  const figures: Story['figures'] = [];
  if (change) {
    const label = texts.figures.ground(name(change.party));
    figures.push({ shown: voice.signedKm2(change.shown), label, query: change.net.query });
  }
  if (main.places !== null) {
    const { length } = main.places.filter((place) => real(place.on.latest) && taken(main)(place));
    figures.push({ shown: words.number(length), label: texts.figures.places, query: main.matrix.query });
  }
  if (road && gain) {
    const label = texts.figures.route(road.name, name(gain.party));
    figures.push({ shown: km(gain.km), label, query: gain.query });
  } else if (pairs[0]) figures.push({ shown: km(front), label: texts.figures.front, query: pairs[0].after.query });
  return figures;
}
