import { HOLDER_UNKNOWN } from '../../model/classes.js';
import type { AnyReport } from '../content/content.js';
import { isRedrawn } from '../figures.js';
import { facts, mainRoad, roadGain, taken } from './fact-sentences.js';
import {
  becameUnknown,
  flow,
  gains,
  happened,
  heldAfter,
  isSure,
  isSurelyThere,
  losses,
  type Moved,
  type NetMovement,
  netMovement,
  netOf,
  notMovement,
  passedToNobody,
  shareOf,
  unknownIn,
} from './ground-sentences.js';
import { type Voice, whenChanged } from './voice.js';
import { standingHeadline, withdrawalSentences } from './withdrawn.js';

export interface Story {
  headline: string;
  /** Sentences that answer what happened, the most important first. */
  lede: string[];
  /** The three figures of the first screen. */
  figures: { shown: string; label: string; query: string }[];
}

/** What happened, for a reader who knows nothing of the project. */
export const storyOf = (voice: Voice): Story => asItStands(storyTold(voice), voice.content);

/** The story while a series that it rests on is withdrawn: it says so first, and has no figure of the first screen. */
export function asItStands(story: Story, { withdrawn = [], language }: AnyReport): Story {
  if (withdrawn.length === 0) return story;
  return {
    headline: standingHeadline(story.headline, language, withdrawn),
    lede: [...withdrawalSentences(withdrawn, language), ...story.lede],
    figures: [],
  };
}

function storyTold(voice: Voice): Story {
  const { main, texts, name, about } = voice;
  const when = whenChanged(voice);
  const ranked = netMovement(voice).sort((a, b) => b.net.value - a.net.value);
  const [winner, loser] = [ranked[0], ranked.at(-1)];
  const redrawn = isRedrawn(main);
  const moved = redrawn
    ? main.kinds.some(({ kind, changed }) => kind === 'movement' && changed.value > 0)
    : main.matrix.cells.some(({ from, to, km2 }) => from !== to && km2 > 0 && !isUnknownOnBoth(from, to));
  if (!moved) {
    const redrawnUnknown = flow(main, ['unknown'], ['unassigned']) + flow(main, ['unassigned'], ['unknown']);
    const unmoved = main.reclaimed
      ? texts.lede.reclaimed(about(main.reclaimed.value))
      : redrawnUnknown > 0
        ? texts.lede.unknownOnBoth(about(redrawnUnknown))
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
      ...(redrawn ? [] : passedToNobody(voice)),
      ...notMovement(voice),
      ...facts(voice),
    ],
    figures: figuresOf(voice, grew ? winner : shrunk ? loser : null),
  };
}

/** Ground of which neither map says who holds it, one as unknown and one in no area. */
const isUnknownOnBoth = (from: string, to: string) => HOLDER_UNKNOWN.includes(from) && HOLDER_UNKNOWN.includes(to);

/** What a headline is made of. */
type Told = Pick<Voice, 'texts' | 'name' | 'about' | 'shown'> & { main: Moved };

/**
 * What changed where no party's net change is sure, though some of it is beyond the error of the map: as much gained as lost, or ground
 * that was or became nobody's for certain. Null: all of it is within the error.
 */
export function unsureHeadline(voice: Told, when: string): string | null {
  const { main, texts, name, about } = voice;
  const error = 2 * Math.max(0, ...netMovement(voice).map(({ net }) => net.sd ?? 0));
  if (isRedrawn(main)) {
    const movement = main.kinds.find(({ kind }) => kind === 'movement')?.changed.value ?? 0;
    return movement > error ? texts.headline.open(when) : null;
  }
  const swapped = gainedAndLost(main);
  if (swapped) {
    const { party } = swapped;
    const gained = about(voice.shown.gained(party) || swapped.gained.value);
    const lost = about(voice.shown.lost(party) || swapped.lost.value);
    return texts.headline.bothWays(name(swapped.party), gained, lost, when);
  }
  const open = [
    ...main.parties.flatMap(({ id }) => [
      {
        km2: flow(main, ['contested'], [id]),
        headline: (area: string) => texts.headline.settled(name(id), area, when),
      },
      {
        km2: flow(main, unknownIn(main), [id]),
        headline: (area: string) => texts.headline.becameKnown(name(id), area, when),
      },
    ]),
    { km2: flow(main, null, ['contested']), headline: (area: string) => texts.headline.becameContested(area, when) },
    { km2: becameUnknown(main), headline: (area: string) => texts.headline.becameUnknown(area, when) },
  ].sort((a, b) => b.km2 - a.km2)[0];
  return open && open.km2 >= main.matrix.unit_km2 && open.km2 > error ? open.headline(about(open.km2)) : null;
}

/** The party of which is sure that it gained ground and that it lost ground. */
const gainedAndLost = ({ changes }: Moved) =>
  changes.find(({ gained, lost }) => isSurelyThere(gained) && isSurelyThere(lost));

/** What a party that gained as much as it lost held at the end. */
function heldAtTheEnd(voice: Voice): string[] {
  const swapped = gainedAndLost(voice.main);
  if (!swapped) return [];
  const after = heldAfter(voice, swapped.party);
  return [voice.texts.lede.held(voice.name(swapped.party), voice.about(after), shareOf(voice, after))];
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
  const lengths = pairs.flatMap(({ after }) => after ?? []);
  const front = lengths.length === pairs.length ? lengths : [];
  const figures: Story['figures'] = [];
  if (change) {
    const label = texts.figures.ground(name(change.party));
    figures.push({ shown: voice.signedAsShown(change.shown, change.net.value), label, query: change.net.query });
  }
  if (main.places !== null) {
    const { length } = main.places.filter((place) => real(place, place.on.latest) && taken(main)(place));
    figures.push({ shown: words.number(length), label: texts.figures.places(length), query: main.matrix.query });
  }
  if (road && gain) {
    const label = texts.figures.route(road.name, name(gain.party));
    figures.push({ shown: km(gain.km), label, query: gain.query });
  } else if (front[0]) {
    const length = front.reduce((sum, { value }) => sum + value, 0);
    figures.push({ shown: km(length), label: texts.figures.front, query: front[0].query });
  }
  return figures;
}
