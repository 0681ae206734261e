import type { StepKind } from '../../../series/step-kinds.js';
import type { Figure, FrontPart, PlaceFact } from '../../content/content.js';
import { isRedrawn } from '../../figures.js';
import { heldAtEnd, taken } from '../fact-sentences.js';
import { happened, isSurelyThere, kindsOf } from '../ground-sentences.js';
import type { Voice } from '../voice.js';
import { cited } from './cited.js';
import { type Cell, cell, type Section, tableOf, titleOf } from './section.js';

/** Places that became what they are on the ground, or on the map alone. */
function placesWhich({ main }: Voice, isReal: boolean): PlaceFact[] {
  const real = happened(main);
  return (main.places ?? []).filter((place) => real(place, place.on.latest) === isReal);
}

/** Places that passed to a party. */
export function placesSection(voice: Voice): Section | null {
  const { main, texts } = voice;
  if (main.places === null) return null;
  const places = placesWhich(voice, true).filter(taken(main));
  return {
    ...titleOf(voice, 'places'),
    intro: places.length === 0 ? [texts.lede.noPlaces] : [],
    table: placesTable(voice, places),
    notes: [],
  };
}

/** Places that no party surely holds at the end, or of which nobody knows who held them: they are not known to have changed hands. */
export function openPlacesSection(voice: Voice): Section | null {
  const table = placesTable(
    voice,
    placesWhich(voice, true).filter((place) => !taken(voice.main)(place)),
  );
  return table && { ...titleOf(voice, 'openPlaces'), intro: [], table, notes: [] };
}

/** Places that are of another class because the map was put right or drawn by other rules: nothing happened to them. */
export function redrawnPlacesSection(voice: Voice): Section | null {
  const { columns } = voice.texts;
  const table = placesTable(voice, placesWhich(voice, false), columns.kind, (place) =>
    cell(kindInWords(voice, kindsOf(voice.main, place, place.on.latest))),
  );
  return table && { ...titleOf(voice, 'redrawnPlaces'), intro: [], table, notes: [] };
}

const kindInWords = ({ texts, words }: Voice, kinds: readonly StepKind[]) =>
  words.list(kinds.map((kind) => texts.kinds[kind]));

/** Places with what they were and are, and one thing more of each: by default, on whose word. */
function placesTable(
  voice: Voice,
  places: readonly PlaceFact[],
  more = voice.texts.columns.sources,
  moreOf = (place: PlaceFact) => placeSources(voice, place),
): Section['table'] {
  const { texts, name } = voice;
  const { columns } = texts;
  return tableOf(
    [columns.place, columns.from, columns.to, columns.on, more],
    [false, false, false, false, false],
    places.map((place) => [
      cell(place.name, place.query),
      [{ text: name(place.from), party: place.from }],
      [{ text: name(place.to), party: place.to }],
      cell(voice.words.days(place.on.earliest, place.on.latest)),
      moreOf(place),
    ]),
  );
}

/** On whose word a place passed: those who spoke of its days, each once. */
function placeSources(voice: Voice, { claims, on }: PlaceFact): Cell {
  const about = claims.filter(
    ({ earliest, latest }) => (earliest ?? '') <= on.latest && (latest ?? '9999') >= on.earliest,
  );
  const sources = (about.length > 0 ? about : claims).flatMap((claim) => claim.sources);
  const { inferred, asOnMap } = voice.texts.notes;
  return sources.length === 0 ? cell(voice.main.kind === 'imported' ? asOnMap : inferred) : cited(voice, sources);
}

const isPartlyRedrawn = ({ kinds }: { kinds?: readonly StepKind[] }) =>
  kinds?.some((kind) => kind !== 'movement') ?? false;

export function roadsSection(voice: Voice): Section | null {
  const { main, texts, name, km } = voice;
  const { columns } = texts;
  const routes = main.routes ?? [];
  if (routes.length === 0) return null;
  const isMixed = routes.some(({ changed }) => changed.some(isPartlyRedrawn));
  const rows = routes.flatMap((route) =>
    route.changed.map((row) => [
      cell(`${route.name} (${km(route.length.value)})`, route.length.query),
      [{ text: name(row.from), party: row.from }],
      [{ text: name(row.to), party: row.to }],
      ...(isMixed ? [cell(kindInWords(voice, row.kinds ?? ['movement']))] : []),
      cell(km(row.km.value), row.km.query),
    ]),
  );
  const held = routes.map(
    (route) =>
      `${route.name}: ${[...heldAtEnd(route)]
        .filter(([, shown]) => shown > 0)
        .map(([of, shown]) => `${name(of)} ${km(shown)}`)
        .join(', ')}.`,
  );
  return {
    ...titleOf(voice, 'routes'),
    intro: [],
    table: tableOf(
      [columns.road, columns.from, columns.to, ...(isMixed ? [columns.kind] : []), columns.kilometres],
      [false, false, false, ...(isMixed ? [false] : []), true],
      rows,
    ),
    notes: held.map((line) => texts.notes.heldAtEnd(line)),
  };
}

export function postsSection(voice: Voice): Section | null {
  const { main, texts, words, content } = voice;
  const posts = main.posts ?? [];
  if (posts.length === 0 && (main.posts === null || content.pictures.posts.length === 0)) return null;
  const verdict = (of: string) => (texts.verdicts as Record<string, string>)[of] ?? of;
  return {
    ...titleOf(voice, 'posts'),
    intro: posts.length === 0 ? [texts.notes.noPosts] : [],
    table: tableOf(
      [texts.columns.post, texts.columns.verdict, texts.columns.evidence],
      [false, false, false],
      posts.map((post) => [
        cell(`${words.number(post.number)}, ${post.name} (${post.operator_name})`, post.query),
        cell(
          post.steps
            .map((step) => {
              const { on, earliest = on, from, to } = step;
              const kinds = kindsOf(main, step, on).filter((kind) => kind !== 'movement');
              const redrawn = kinds.length > 0 ? ` (${kindInWords(voice, kinds)})` : '';
              return `${words.days(earliest, on)}: ${verdict(from)} → ${verdict(to)}${redrawn}`;
            })
            .join('; '),
        ),
        cell(post.sentence),
      ]),
    ),
    notes: [],
  };
}

/** Where most ground changed hands; nothing where it is not sure that it did, or an older edition told of gains alone. */
function mostChangedInWords({ main, texts, name, about }: Voice, { most }: FrontPart): string[] {
  const change = main.changes.find(({ party }) => party === most?.party);
  if (most?.lost === undefined || change === undefined || isRedrawn(main)) return [];
  const isLoss = most.lost.value > most.gained.value;
  const { value } = isLoss ? most.lost : most.gained;
  if (!isSurelyThere(isLoss ? change.lost : change.gained) || value < main.matrix.unit_km2) return [];
  const direction = texts.directions[most.sector] ?? most.sector;
  return [texts.notes.mostChanged(name(most.party), about(value), direction, most.near, isLoss)];
}

export function frontSection(voice: Voice): Section | null {
  const { main, texts, name, km } = voice;
  const { front } = main;
  if (front === null || front.pairs.length === 0) return null;
  const length = (of: Figure | null) => (of === null ? cell(texts.notKnown) : cell(km(of.value), of.query));
  return {
    ...titleOf(voice, 'front'),
    intro: mostChangedInWords(voice, front),
    table: {
      head: [texts.columns.between, texts.columns.before, texts.columns.after],
      numeric: [false, true, true],
      rows: front.pairs.map(({ left, right, before, after }) => [
        cell(voice.words.list([name(left), name(right)])),
        length(before),
        length(after),
      ]),
    },
    notes: [
      texts.notes.front(texts.length(voice.words.number(front.ruler_m / 1000, 1))),
      ...(front.halfway ? [texts.notes.halfway(km(front.halfway.value))] : []),
    ],
  };
}
