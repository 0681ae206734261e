import { addDays } from '../model/dates.js';
import type { Figure, PartyChange, ReportContent, RouteFact, SeriesPart } from '../model/report-content.js';
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
  const winner = [...main.changes].sort((a, b) => b.net.value - a.net.value)[0];
  const moved = main.matrix.cells.some(({ from, to, km2 }) => from !== to && km2 > 0);
  if (!winner || !moved) {
    const total = voice.km2(voice.content.region.km2);
    return {
      headline: texts.headline.still(when),
      lede: [texts.lede.nothing(total), ...facts(voice)],
      figures: figuresOf(voice, null),
    };
  }
  const sure = winner.net.value > 0 && (winner.net.low ?? 0) > 0;
  return {
    headline: sure
      ? texts.headline.grew(name(winner.party), about(winner.net.value), when)
      : texts.headline.unsure(when),
    lede: [...(winner.net.value > 0 ? gains(voice, winner) : []), ...facts(voice)],
    figures: figuresOf(voice, winner),
  };
}

function gains({ main, texts, words, name, about, content }: Voice, winner: PartyChange): string[] {
  const share = `${words.number((100 * winner.after.value) / content.region.km2)} %`;
  const disputed = main.matrix.cells
    .filter(({ from, to }) => from === 'contested' && to === winner.party)
    .reduce((sum, cell) => sum + cell.km2, 0);
  const losers = main.changes.filter(({ net }) => net.value < 0 && Math.abs(net.value) >= main.matrix.unit_km2);
  const other = main.kinds.filter(({ kind, changed }) => kind !== 'movement' && changed.value > 0);
  return [
    texts.lede.grew(
      name(winner.party),
      about(winner.net.value),
      bandInWords({ texts, words }, winner.net),
      about(winner.after.value),
      share,
    ),
    ...(disputed >= main.matrix.unit_km2 ? [texts.lede.through(about(disputed))] : []),
    ...losers.map(({ party, net }) => texts.lede.lost(name(party), about(net.value))),
    ...other.map(({ kind, changed }) => texts.lede.notMovement(about(changed.value), texts.kinds[kind])),
  ];
}

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
  const names = main.places.map((place) => place.name);
  const sentences = [
    names.length === 0
      ? texts.lede.noPlaces
      : texts.lede.places(
          names.length,
          names.length <= NAMED + 1 ? words.list(names) : prominent(voice).slice(0, NAMED).join(', '),
          names.length <= NAMED + 1 ? 0 : names.length - NAMED,
        ),
  ];
  const road = mainRoad(main);
  if (road) sentences.push(roadSentence(voice, road));
  const cut = main.posts.filter(({ before, after }) => after === 'encircled' && before !== after);
  if (cut.length > 0) {
    const posts = cut.map((post) => `${words.number(post.number)} (${post.name})`);
    sentences.push(texts.lede.posts(cut.length, words.list(posts), texts.verdicts.encircled));
  }
  const killed = content.events.totals.find(
    ({ measure, qualifier }) => measure === 'killed' && qualifier !== 'claimed',
  );
  if (killed)
    sentences.push(texts.lede.killed(texts.qualified(killed.qualifier, words.number(killed.value)), killed.reports));
  return sentences;
}

/** Names of the places that changed hands, those that the map labels first. */
function prominent({ main, content }: Voice): string[] {
  const rank = new Map(content.pictures.places.map(({ id }, i) => [id, i]));
  return [...main.places]
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

function figuresOf({ main, texts, words, name, km }: Voice, winner: PartyChange | null): Story['figures'] {
  const change = winner ?? main.changes[0];
  const road = mainRoad(main);
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
    { shown: words.number(main.places.length), label: texts.figures.places, query: main.matrix.query },
    road && gain
      ? { shown: km(gain.km), label: texts.figures.route(road.name, name(gain.party)), query: gain.query }
      : { shown: km(front), label: texts.figures.front, query: frontQuery },
  ];
}
