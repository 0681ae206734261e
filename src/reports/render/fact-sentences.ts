import { passesToParty } from '../../model/classes.js';
import { grouped } from '../../model/grouped.js';
import type { PlaceFact, RouteFact, SeriesPart } from '../content/content.js';
import { controlledRounding } from '../controlled-rounding.js';
import { isRedrawn } from '../figures.js';
import { happened, unknownIn } from './ground-sentences.js';
import { SHORT_KM, type Voice } from './voice.js';

/* Places, on whose word, the road, posts and casualties, in sentences. */

/** How many names a sentence can bear. */
const NAMED = 4;

export function facts(voice: Voice): string[] {
  const { main, texts, words, content } = voice;
  const real = happened(main);
  const places = (main.places ?? []).filter((place) => real(place, place.on.latest));
  const disputed = places.filter(({ to }) => to === 'contested').map((place) => place.name);
  const held = (place: PlaceFact) => main.parties.some(({ id }) => id === place.to);
  const unknown = places.filter((place) => place.to !== 'contested' && !held(place)).map((place) => place.name);
  const shown = places.filter((place) => held(place) && !taken(main)(place)).map((place) => place.name);
  const sentences: string[] = [];
  if (main.places !== null) sentences.push(...passed(voice));
  if (disputed.length > 0) sentences.push(texts.lede.disputed(disputed.length, words.list(disputed.slice(0, NAMED))));
  if (unknown.length > 0) sentences.push(texts.lede.unknownPlaces(unknown.length, words.list(unknown.slice(0, NAMED))));
  if (shown.length > 0) sentences.push(texts.lede.shownPlaces(shown.length, words.list(shown.slice(0, NAMED))));
  if (places.length > 0) sentences.push(...onWhoseWord(voice, places));
  const road = isRedrawn(main) ? null : mainRoad(main);
  if (road) sentences.push(roadSentence(voice, road));
  const cut = (main.posts ?? []).filter(({ before, after, steps }) => {
    const last = steps.at(-1);
    return after === 'encircled' && before !== after && last !== undefined && real(last, last.on);
  });
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

/** Whether a place or a stretch of road is known to have passed to a party. */
export const taken =
  (main: SeriesPart) =>
  (change: { from: string; to: string }): boolean =>
    passesToParty(
      change,
      main.parties.map(({ id }) => id),
      unknownIn(main),
    );

/** What places passed to each party, and from whom: whoever got most first, of each those that the map labels first. */
function passed(voice: Voice): string[] {
  const { main, content, texts, words, name } = voice;
  const rank = new Map(content.pictures.places.map(({ id }, i) => [id, i]));
  const real = happened(main);
  const places = (main.places ?? [])
    .filter((place) => real(place, place.on.latest) && taken(main)(place))
    .sort((a, b) => (rank.get(a.id) ?? Number.MAX_SAFE_INTEGER) - (rank.get(b.id) ?? Number.MAX_SAFE_INTEGER));
  if (places.length === 0) return [texts.lede.noPlaces];
  return largestGroups(places, ({ to }) => to).map(([to, got]) => {
    const from = largestGroups(got, (place) => place.from);
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
function largestGroups<Value>(list: readonly Value[], keyOf: (value: Value) => string): [string, Value[]][] {
  return [...grouped(list, keyOf)].sort((a, b) => b[1].length - a[1].length);
}

/** How many publishers a sentence can bear. */
const CITED = 3;

/** Who reported what became of the places, those cited most first; nothing where the series has no reports. */
function onWhoseWord({ texts, words }: Voice, places: NonNullable<SeriesPart['places']>): string[] {
  const publishers = (place: (typeof places)[number]) => [
    ...new Set(place.claims.flatMap(({ sources }) => sources.map(({ publisher }) => publisher))),
  ];
  const cited = largestGroups(places.flatMap(publishers), (publisher) => publisher).map(([publisher]) => publisher);
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
export function mainRoad(main: SeriesPart): RouteFact | null {
  const passed = (route: RouteFact) => route.changed.filter(taken(main)).reduce((sum, { km }) => sum + km.value, 0);
  return [...(main.routes ?? [])].sort((a, b) => passed(b) - passed(a) || b.length.value - a.length.value)[0] ?? null;
}

/** What of a road passed to the party that got most of it; null when to none. */
export function roadGain(main: SeriesPart, road: RouteFact): { party: string; km: number; query: string } | null {
  const passed = road.changed.filter(taken(main));
  const sums = main.parties.map(({ id: party }) => {
    const rows = passed.filter(({ to }) => to === party);
    return {
      party,
      km: rows.reduce((sum, { km }) => sum + km.value, 0),
      query: rows[0]?.km.query ?? road.length.query,
    };
  });
  const most = sums.sort((a, b) => b.km - a.km)[0];
  return most && most.km >= 0.05 ? most : null;
}

/** Kilometres of a road by class at the end, rounded so that they add up to its length as shown: the page shows the same. */
export function heldAtEnd({ km, length }: RouteFact): Map<string, number> {
  const unit = length.value < SHORT_KM ? 0.1 : 1;
  const parts = km.map((row) => ({ from: 'road', to: row.class, value: row.after }));
  const { columns } = controlledRounding(parts, unit);
  return new Map([...columns].map(([name, units]) => [name, Number((units * unit).toFixed(1))]));
}

function roadSentence({ main, texts, name, km }: Voice, road: RouteFact): string {
  const gain = roadGain(main, road);
  const atEnd = heldAtEnd(road);
  const held = (party: string) => atEnd.get(party) ?? 0;
  if (gain)
    return texts.lede.route(road.name, km(gain.km), name(gain.party), km(held(gain.party)), km(road.length.value));
  const holder = [...main.parties].sort((a, b) => held(b.id) - held(a.id))[0]?.id ?? '';
  return texts.lede.routeStill(road.name, km(held(holder)), name(holder), km(road.length.value));
}
