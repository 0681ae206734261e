import { addDays } from '../model/dates.js';
import type { CitedSource, EventFact, Figure, PlaceFact, SeriesPart } from '../model/report-content.js';
import { bandInWords, isRedrawn, type Voice } from './story.js';

/** A piece of a cell: words, that may lead somewhere. Relative addresses are questions of our API. */
export interface Piece {
  text: string;
  href?: string | null;
  /** Which party's colour stands before it. */
  party?: string;
}

export type Cell = Piece[];

/** A part of a report under a heading, the same in every form that is read. */
export interface Section {
  id: string;
  title: string;
  /** What must be known to read it. */
  intro: string[];
  table: { head: string[]; numeric: boolean[]; rows: Cell[][]; foot?: Cell[] } | null;
  notes: string[];
}

const cell = (text: string, href?: string | null): Cell => [{ text, ...(href ? { href } : {}) }];

/** Every section after the first screen that has something to say, in order of interest. */
export function sectionsOf(voice: Voice): Section[] {
  return [
    changesSection(voice),
    placesSection(voice),
    roadsSection(voice),
    postsSection(voice),
    frontSection(voice),
    eventsSection(voice),
    matrixSection(voice),
    rateSection(voice),
    kindsSection(voice),
    comparisonSection(voice),
    differingSection(voice),
    gapsSection(voice),
  ].filter((section) => section !== null);
}

const title = ({ texts }: Voice, id: keyof Voice['texts']['sections']) => ({ id, title: texts.sections[id] });

function changesSection(voice: Voice): Section {
  const { main, texts, name, km2 } = voice;
  const { columns } = texts;
  const value = (figure: Figure) => cell(km2(figure.value), figure.query);
  return {
    ...title(voice, 'bands'),
    intro: [],
    table: {
      head: [columns.party, columns.gained, columns.lost, columns.net, columns.range],
      numeric: [false, true, true, true, false],
      rows: main.changes.map((row) => [
        [{ text: name(row.party), party: row.party }],
        value(row.gained),
        value(row.lost),
        cell(texts.area(voice.words.signed(row.net.value, decimalsOf(main.matrix.unit_km2))), row.net.query),
        cell(bandInWords(voice, row.net) ?? '–'),
      ]),
    },
    notes: [
      ...(isRedrawn(main) ? [texts.notes.redrawn] : []),
      texts.notes.band(voice.km(main.accuracy_m / 1000)),
      ...(main.noise.each_way.value > 0 ? [texts.notes.noise(km2(main.noise.each_way.value))] : []),
    ],
  };
}

const decimalsOf = (unit: number) => (unit < 1 ? Math.round(-Math.log10(unit)) : 0);

function matrixSection(voice: Voice): Section {
  const { main, texts, words, name, km2 } = voice;
  const { matrix } = main;
  const [before, after] = [matrix.before.map((row) => row.class), matrix.after.map((row) => row.class)];
  const shown = (value: number | undefined) => words.number(value ?? 0, decimalsOf(matrix.unit_km2));
  const at = (from: string, to: string) => matrix.cells.find((row) => row.from === from && row.to === to)?.shown;
  return {
    ...title(voice, 'matrix'),
    intro: [],
    table: {
      head: [`${texts.columns.heldBefore} ↓  ${texts.columns.heldAfter} →`, ...after.map(name), texts.columns.before],
      numeric: [false, ...after.map(() => true), true],
      rows: before.map((from) => [
        cell(name(from)),
        ...after.map((to) => (at(from, to) === undefined ? cell('–') : cell(shown(at(from, to)), matrix.query))),
        cell(shown(matrix.before.find((row) => row.class === from)?.shown)),
      ]),
      foot: [
        cell(texts.columns.after),
        ...matrix.after.map((row) => cell(shown(row.shown))),
        cell(shown(matrix.total_shown)),
      ],
    },
    notes: [texts.notes.rounding(km2(matrix.unit_km2))],
  };
}

function kindsSection(voice: Voice): Section | null {
  const { main, texts, km2, words, name } = voice;
  const other = main.kinds.filter(({ kind, steps }) => kind !== 'movement' && steps > 0);
  if (other.length === 0) return null;
  return {
    ...title(voice, 'kinds'),
    intro: [],
    table: {
      head: [
        texts.columns.kind,
        texts.columns.maps,
        texts.columns.area,
        ...main.parties.map(({ id }) => `${name(id)}, ${texts.columns.net.toLowerCase()}`),
      ],
      numeric: [false, true, true, ...main.parties.map(() => true)],
      rows: main.kinds.map(({ kind, steps, changed, net }) => [
        cell(texts.kinds[kind]),
        cell(words.number(steps)),
        cell(km2(changed.value), changed.query),
        ...main.parties.map(({ id }) => {
          const value = net.find(({ party }) => party === id)?.figure.value ?? 0;
          return cell(texts.area(words.signed(value, decimalsOf(main.matrix.unit_km2))), changed.query);
        }),
      ]),
    },
    notes: [
      texts.notes.kinds,
      ...other.flatMap(({ why }) => why.map(({ on, why: reason }) => `${words.day(on)}: ${reason}`)),
    ],
  };
}

function rateSection(voice: Voice): Section | null {
  const { main, texts, words, name } = voice;
  const { periods } = main.rate;
  if (periods.length < 2) return null;
  return {
    ...title(voice, 'rate'),
    intro: [],
    table: {
      head: [
        texts.columns.period,
        ...main.parties.map(({ id }) => `${name(id)}, ${texts.columns.perDay.toLowerCase()}`),
      ],
      numeric: [false, ...main.parties.map(() => true)],
      rows: periods.map(({ from, to, net }) => [
        cell(words.days(from, addDays(to, -1))),
        ...main.parties.map(({ id }) => {
          const row = net.find(({ party }) => party === id);
          return cell(
            texts.area(words.signed(row?.per_day.value ?? 0, Math.abs(row?.per_day.value ?? 0) < 10 ? 1 : 0)),
            row?.per_day.query,
          );
        }),
      ]),
    },
    notes: [texts.notes.rate],
  };
}

function placesSection(voice: Voice): Section {
  const { main, texts, name } = voice;
  const { columns } = texts;
  return {
    ...title(voice, 'places'),
    intro: main.places.length === 0 ? [texts.lede.noPlaces] : [],
    table:
      main.places.length === 0
        ? null
        : {
            head: [columns.place, columns.from, columns.to, columns.on, columns.sources],
            numeric: [false, false, false, false, false],
            rows: main.places.map((place) => [
              cell(place.name, place.query),
              [{ text: name(place.from), party: place.from }],
              [{ text: name(place.to), party: place.to }],
              cell(voice.words.days(place.on.earliest, place.on.latest)),
              placeSources(voice, place),
            ]),
          },
    notes: [],
  };
}

/** On whose word a place passed: those who spoke of its days, each once. */
function placeSources(voice: Voice, { claims, on }: PlaceFact): Cell {
  const about = claims.filter(
    ({ earliest, latest }) => (earliest ?? '') <= on.latest && (latest ?? '9999') >= on.earliest,
  );
  const sources = (about.length > 0 ? about : claims).flatMap((claim) => claim.sources);
  return sources.length === 0 ? cell(voice.texts.notes.inferred) : cited(voice, sources);
}

function cited({ texts, words }: Voice, sources: readonly CitedSource[]): Cell {
  const pieces = new Map<string, Piece>();
  for (const { publisher, via, title: headline, url, published_on } of sources) {
    const who = via ? texts.notes.via(publisher, via) : publisher;
    const text = [who, headline && `“${headline}”`, published_on && words.day(published_on)].filter(Boolean).join(', ');
    pieces.set(text, { text, href: url && /^https?:\/\//.test(url) ? url : null });
  }
  return pieces.size === 0
    ? cell(texts.notes.noSource)
    : [...pieces.values()].flatMap((piece, i) => (i === 0 ? [piece] : [{ text: '; ' }, piece]));
}

function roadsSection(voice: Voice): Section | null {
  const { main, texts, name, km } = voice;
  if (main.routes.length === 0) return null;
  const rows = main.routes.flatMap((route) =>
    route.changed.map((row) => [
      cell(`${route.name} (${km(route.length.value)})`, route.length.query),
      [{ text: name(row.from), party: row.from }],
      [{ text: name(row.to), party: row.to }],
      cell(km(row.km.value), row.km.query),
    ]),
  );
  const held = main.routes.map(
    (route) =>
      `${route.name}: ${route.km
        .filter(({ after }) => after > 0)
        .map((row) => `${name(row.class)} ${km(row.after)}`)
        .join(', ')}.`,
  );
  return {
    ...title(voice, 'routes'),
    intro: [],
    table:
      rows.length === 0
        ? null
        : {
            head: [texts.columns.road, texts.columns.from, texts.columns.to, texts.columns.kilometres],
            numeric: [false, false, false, true],
            rows,
          },
    notes: held.map((line) => texts.notes.heldAtEnd(line)),
  };
}

function postsSection(voice: Voice): Section | null {
  const { main, texts, words, content } = voice;
  if (main.posts.length === 0 && content.pictures.posts.length === 0) return null;
  const verdict = (of: string) => (texts.verdicts as Record<string, string>)[of] ?? of;
  return {
    ...title(voice, 'posts'),
    intro: main.posts.length === 0 ? [texts.notes.noPosts] : [],
    table:
      main.posts.length === 0
        ? null
        : {
            head: [texts.columns.post, texts.columns.verdict, texts.columns.evidence],
            numeric: [false, false, false],
            rows: main.posts.map((post) => [
              cell(`${words.number(post.number)}, ${post.name} (${post.operator_name})`, post.query),
              cell(
                post.steps.map(({ on, from, to }) => `${words.day(on)}: ${verdict(from)} → ${verdict(to)}`).join('; '),
              ),
              cell(post.sentence),
            ]),
          },
    notes: [],
  };
}

function frontSection(voice: Voice): Section | null {
  const { main, texts, name, km } = voice;
  const { front } = main;
  if (front.pairs.length === 0) return null;
  const most = !isRedrawn(main) && front.most && front.most.gained.value >= main.matrix.unit_km2 ? front.most : null;
  return {
    ...title(voice, 'front'),
    intro: most
      ? [
          texts.notes.mostMoved(
            name(most.party),
            voice.about(most.gained.value),
            texts.directions[most.sector] ?? most.sector,
            most.near,
          ),
        ]
      : [],
    table: {
      head: [texts.columns.between, texts.columns.before, texts.columns.after],
      numeric: [false, true, true],
      rows: front.pairs.map(({ left, right, before, after }) => [
        cell(voice.words.list([name(left), name(right)])),
        cell(km(before.value), before.query),
        cell(km(after.value), after.query),
      ]),
    },
    notes: [texts.notes.front(texts.length(voice.words.number(front.ruler_m / 1000, 1)))],
  };
}

function eventsSection(voice: Voice): Section {
  const { content, texts, words } = voice;
  const { events, totals } = content.events;
  const measure = (of: string) => texts.measures[of] ?? of.replaceAll('_', ' ');
  const sums = totals.map(
    (row) => `${texts.qualified(row.qualifier, words.number(row.value))} ${measure(row.measure)}`,
  );
  const counts = ({ counts: of }: EventFact) =>
    of.map(({ measure: what, value, qualifier, wording, counted }) => {
      const number = value === null ? (wording ?? '') : texts.qualified(qualifier, words.number(value));
      return `${number} ${measure(what)}${counted === 'summed' ? '' : ` (${texts.notes.notSummed[counted]})`}`;
    });
  return {
    ...title(voice, 'events'),
    intro:
      events.length === 0
        ? [texts.notes.noEvents]
        : sums.length > 0
          ? [`${texts.notes.totals(words.list(sums))}`, texts.notes.events]
          : [],
    table:
      events.length === 0
        ? null
        : {
            head: [
              texts.columns.when,
              texts.columns.what,
              texts.columns.where,
              texts.columns.counted,
              texts.columns.sources,
            ],
            numeric: [false, false, false, false, false],
            rows: events.map((event) => [
              cell(event.earliest && event.latest ? words.days(event.earliest, event.latest) : '–'),
              cell(
                [texts.eventKinds[event.kind] ?? event.kind, event.actor && `(${event.actor.replaceAll(';', ', ')})`]
                  .filter(Boolean)
                  .join(' '),
              ),
              cell(event.where ?? '–'),
              cell(counts(event).join('; ') || '–'),
              cited(voice, event.sources),
            ]),
          },
    notes: [],
  };
}

function comparisonSection(voice: Voice): Section | null {
  const { content, texts, words, name, km2 } = voice;
  const [first, second] = content.series;
  if (!content.comparison || !first || !second) return null;
  const { on, net, agreed } = content.comparison;
  const percent = `${words.number((100 * agreed.value) / content.region.km2)} %`;
  const value = (figure: Figure, { matrix }: SeriesPart) =>
    cell(texts.area(words.signed(figure.value, decimalsOf(matrix.unit_km2))), figure.query);
  return {
    ...title(voice, 'comparison'),
    intro: [texts.notes.comparison(first.title, second.title, words.day(on), km2(agreed.value), percent)],
    table: {
      head: [texts.columns.netOnMap, first.title, second.title],
      numeric: [false, true, true],
      rows: net.map(({ party, first: a, second: b }) => [
        [{ text: name(party), party }],
        value(a, first),
        value(b, second),
      ]),
    },
    notes: [],
  };
}

/** Ground of the last day that the two maps give to different holders, the largest first; by how much it shows. */
function differingSection(voice: Voice): Section | null {
  const { content, texts, name, km2 } = voice;
  const [first, second] = content.series;
  if (!content.comparison || !first || !second) return null;
  const rows = [...content.comparison.differing].sort((a, b) => b.km2.value - a.km2.value);
  return {
    ...title(voice, 'differing'),
    intro: rows.length === 0 ? [texts.notes.noDifference] : [],
    table:
      rows.length === 0
        ? null
        : {
            head: [first.title, second.title, texts.columns.area],
            numeric: [false, false, true],
            rows: rows.map(({ first: a, second: b, km2: area }) => [
              [{ text: name(a), party: a }],
              [{ text: name(b), party: b }],
              cell(km2(area.value), area.query),
            ]),
          },
    notes: [],
  };
}

function gapsSection(voice: Voice): Section {
  const { content, texts, words } = voice;
  const titles = new Map(content.series.map(({ id, title: of }) => [id, of]));
  const written = (value: string | number) =>
    typeof value === 'number'
      ? words.number(value, value < 10 && !Number.isInteger(value) ? 1 : 0)
      : /^\d{4}-\d{2}-\d{2}$/.test(value)
        ? words.day(value as Parameters<typeof words.day>[0])
        : value;
  const told = content.gaps.map(({ code, series, figures }) =>
    texts.gaps[code](
      Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, written(value)])),
      titles.get(series) ?? series,
    ),
  );
  return { ...title(voice, 'gaps'), intro: told.length > 0 ? told : [texts.noGaps], table: null, notes: [] };
}
