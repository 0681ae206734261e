import { addDays } from '../../model/dates.js';
import type { Figure, ReportContent, RouteFact, SeriesPart } from '../content.js';
import type { ReportTexts } from './texts.js';
import { textsOf } from './texts-of.js';
import { type Wording, wordingOf } from './wording.js';

/** A report in its own words: what every form of it needs to speak. */
export interface Voice {
  content: ReportContent;
  main: SeriesPart;
  texts: ReportTexts;
  words: Wording;
  /** The days of the period, in words. */
  days: string;
  /** A class of ground as readers know it: the party's name, or what the ground is. */
  name(of: string): string;
  /** Square kilometres in the shown unit. */
  km2(value: number): string;
  /** About so much: no digit that the map cannot know. */
  about(value: number): string;
  km(value: number): string;
}

export function voiceOf(content: ReportContent): Voice {
  const [main] = content.series;
  if (!main) throw new Error('a report has a series');
  const [texts, words] = [textsOf(content.language), wordingOf(content.language)];
  const names = new Map(content.series.flatMap(({ parties }) => parties).map(({ id, name }) => [id, name]));
  const unit = main.matrix.unit_km2;
  const decimals = unit < 1 ? Math.round(-Math.log10(unit)) : 0;
  const km2 = (value: number) => texts.area(words.number(value, decimals));
  return {
    content,
    main,
    texts,
    words,
    days: words.days(content.period.from, addDays(content.period.to, -1)),
    name: (of) => names.get(of) ?? (texts.classes as Record<string, string>)[of] ?? of,
    km2,
    about: (value) => {
      const size = Math.abs(value);
      if (size > 0 && size < unit) return texts.lessThan(km2(unit));
      const step = size >= 100 ? 10 : unit;
      return texts.about(km2(Math.round(size / step) * step));
    },
    km: (value) => texts.length(words.number(value, value < 10 ? 1 : 0)),
  };
}

export interface Story {
  headline: string;
  /** Sentences that answer what happened, the most important first. */
  lede: string[];
  /** The three figures of the first screen. */
  figures: { shown: string; label: string; query: string }[];
}

/** What happened, told to someone who knows nothing of the project. */
export function storyOf(voice: Voice): Story {
  const { main, texts, name, about } = voice;
  const when = texts.when(voice.content.period.every, voice.days);
  const winner = netMovement(main).sort((a, b) => b.net.value - a.net.value)[0];
  const redrawn = isRedrawn(main);
  const moved = redrawn
    ? main.kinds.some(({ kind, changed }) => kind === 'movement' && changed.value > 0)
    : main.matrix.cells.some(({ from, to, km2 }) => from !== to && km2 > 0);
  if (!winner || !moved) {
    const total = voice.km2(voice.content.region.km2);
    return {
      headline: texts.headline.still(when),
      lede: [...(redrawn ? notMovement(voice) : [texts.lede.nothing(total)]), ...facts(voice)],
      figures: figuresOf(voice, null),
    };
  }
  const sure = winner.net.value > 0 && (winner.net.low ?? 0) > 0;
  return {
    headline: sure
      ? texts.headline.grew(name(winner.party), about(winner.net.value), when)
      : texts.headline.unsure(when),
    lede: [...(winner.net.value > 0 ? gains(voice, winner) : []), ...notMovement(voice), ...facts(voice)],
    figures: figuresOf(voice, winner),
  };
}

/** Net change by party. */
interface NetMovement {
  party: string;
  net: Figure;
}

/** Whether some of the change is a map put right or drawn by other rules. */
export const isRedrawn = ({ kinds }: SeriesPart): boolean =>
  kinds.some(({ kind, changed }) => kind !== 'movement' && changed.value > 0);

/** What each party won and lost on the ground: where some of the change was redrawn, without it. */
function netMovement(main: SeriesPart): NetMovement[] {
  if (!isRedrawn(main)) return main.changes.map(({ party, net }) => ({ party, net }));
  const movement = main.kinds.find(({ kind }) => kind === 'movement');
  return (movement?.net ?? []).map(({ party, figure: net }) => ({ party, net }));
}

/** What became so on a day whose map was put right or drawn by other rules did not happen on that day. */
function happened({ kinds }: SeriesPart): (day: string) => boolean {
  const redrawn = new Set<string>(
    kinds.filter(({ kind }) => kind !== 'movement').flatMap(({ why }) => why.map(({ on }) => on)),
  );
  return (day) => !redrawn.has(day);
}

function gains({ main, texts, words, name, about, content }: Voice, winner: NetMovement): string[] {
  const after = main.changes.find(({ party }) => party === winner.party)?.after.value ?? 0;
  const share = `${words.number((100 * after) / content.region.km2)} %`;
  const redrawn = isRedrawn(main);
  const disputed = main.matrix.cells
    .filter(({ from, to }) => from === 'contested' && to === winner.party)
    .reduce((sum, cell) => sum + cell.km2, 0);
  const losers = netMovement(main).filter(({ net }) => net.value < 0 && Math.abs(net.value) >= main.matrix.unit_km2);
  const told = redrawn ? texts.lede.moved : texts.lede.grew;
  return [
    told(name(winner.party), about(winner.net.value), bandInWords({ texts, words }, winner.net), about(after), share),
    ...(disputed >= main.matrix.unit_km2 && !redrawn ? [texts.lede.through(about(disputed))] : []),
    ...losers.map(({ party, net }) => texts.lede.lost(name(party), about(net.value))),
  ];
}

const notMovement = ({ main, texts, about }: Voice): string[] =>
  main.kinds
    .filter(({ kind, changed }) => kind !== 'movement' && changed.value > 0)
    .map(({ kind, changed }) => texts.lede.notMovement(about(changed.value), texts.kinds[kind]));

/** `between 910 and 1,130 km²`; null where the figure has no band. Ends are rounded outwards, the larger to tens. */
export function bandInWords({ texts, words }: Pick<Voice, 'texts' | 'words'>, { low, high }: Figure): string | null {
  if (low === null || high === null) return null;
  const step = Math.max(Math.abs(low), Math.abs(high)) >= 100 ? 10 : 1;
  const [from, to] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  return from === to ? null : texts.band(words.number(from), texts.area(words.number(to)));
}

/** How many names a sentence can bear. */
const NAMED = 4;

function facts(voice: Voice): string[] {
  const { main, texts, words, content } = voice;
  const real = happened(main);
  const places = main.places.filter(({ on }) => real(on.latest));
  const names = places.filter(taken(main)).map((place) => place.name);
  const disputed = places.filter(({ to }) => to === 'contested').map((place) => place.name);
  const sentences = [
    names.length === 0
      ? texts.lede.noPlaces
      : texts.lede.places(
          names.length,
          names.length <= NAMED + 1 ? words.list(names) : prominent(voice).slice(0, NAMED).join(', '),
          names.length <= NAMED + 1 ? 0 : names.length - NAMED,
        ),
  ];
  if (disputed.length > 0) sentences.push(texts.lede.disputed(disputed.length, words.list(disputed.slice(0, NAMED))));
  const road = isRedrawn(main) ? null : mainRoad(main);
  if (road) sentences.push(roadSentence(voice, road));
  const cut = main.posts.filter(
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

/** Names of the places that changed hands, those that the map labels first. */
function prominent({ main, content }: Voice): string[] {
  const rank = new Map(content.pictures.places.map(({ id }, i) => [id, i]));
  const real = happened(main);
  return main.places
    .filter((place) => real(place.on.latest) && taken(main)(place))
    .sort((a, b) => (rank.get(a.id) ?? Number.MAX_SAFE_INTEGER) - (rank.get(b.id) ?? Number.MAX_SAFE_INTEGER))
    .map((place) => place.name);
}

/** The road of which most changed hands, else the longest. */
export function mainRoad({ routes }: SeriesPart): RouteFact | null {
  const passed = (route: RouteFact) => route.changed.reduce((sum, { km }) => sum + km.value, 0);
  return [...routes].sort((a, b) => passed(b) - passed(a) || b.length.value - a.length.value)[0] ?? null;
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

function figuresOf({ main, texts, words, name, km }: Voice, winner: NetMovement | null): Story['figures'] {
  const change = winner ?? netMovement(main)[0];
  const road = isRedrawn(main) ? null : mainRoad(main);
  const real = happened(main);
  const gain = road && roadGain(main, road);
  const front = main.front.pairs.reduce((sum, { after }) => sum + after.value, 0);
  const frontQuery = main.front.pairs[0]?.after.query ?? main.matrix.query;
  const rounded =
    Math.abs(change?.net.value ?? 0) >= 100 ? Math.round((change?.net.value ?? 0) / 10) * 10 : (change?.net.value ?? 0);
  return [
    {
      shown: texts.area(
        words.signed(rounded, Math.abs(rounded) < main.matrix.unit_km2 || main.matrix.unit_km2 < 1 ? 1 : 0),
      ),
      label: texts.figures.ground(name(change?.party ?? '')),
      query: change?.net.query ?? main.matrix.query,
    },
    {
      shown: words.number(main.places.filter((place) => real(place.on.latest) && taken(main)(place)).length),
      label: texts.figures.places,
      query: main.matrix.query,
    },
    road && gain
      ? { shown: km(gain.km), label: texts.figures.route(road.name, name(gain.party)), query: gain.query }
      : { shown: km(front), label: texts.figures.front, query: frontQuery },
  ];
}
