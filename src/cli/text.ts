import type { PublishedParty } from '../change/published.js';
import { movedOnGround } from '../model/classes.js';
import { CRUMB_KM2, decimalsOf, plainUnit } from '../model/shown-area.js';

/** Answers as text for a terminal: rounded for reading; `--json` gives the unrounded figures. */

type Row = readonly (string | number | null | undefined)[];

/** Columns padded to line up; numbers on the right. */
export function table(header: Row, rows: readonly Row[]): string {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? plain(cell) : (cell ?? ''))),
  );
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const numeric = header.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || row[column] == null),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A number without an exponent. */
const plain = (value: number): string =>
  /e/.test(String(value)) ? value.toFixed(12).replace(/\.?0+$/, '') : String(value);

/**
 * Rounded to a tenth, on a map of less than 100 km² finer by its size; what would be nothing so and is more than a crumb keeps
 * its first two digits. What is rounded to nothing has no sign. Kilometres too.
 */
export function km2(value: number, groundKm2: number = Number.POSITIVE_INFINITY): number {
  const rounded = Number(value.toFixed(decimalsOf(plainUnit(groundKm2))));
  return rounded || (Math.abs(value) >= CRUMB_KM2 ? Number(value.toPrecision(2)) : 0);
}

/** The same in a sentence: `0.00039 km²`. */
export const km2Text = (value: number, groundKm2?: number): string => `${plain(km2(value, groundKm2))} km²`;
const km = (metres: number | null | undefined) => (metres == null ? null : Number((metres / 1000).toFixed(1)));

export function seriesText(
  list: {
    id: string;
    title: string;
    first_date: string | null;
    complete_until: string | null;
    accuracy_m: number;
    licence: string;
    withdrawn_why?: string | null;
  }[],
): string {
  if (list.length === 0) return 'no series';
  return table(
    ['series', 'title', 'from', 'complete until', 'accuracy m', 'licence', ''],
    list.map((s) => [
      s.id,
      s.title,
      s.first_date,
      s.complete_until,
      s.accuracy_m,
      s.licence,
      s.withdrawn_why ? `withdrawn: ${s.withdrawn_why}` : null,
    ]),
  );
}

export interface ChangeAnswer {
  series: string;
  from: string;
  to: string;
  method: string;
  parties: { party: string; before_km2: number; after_km2: number; gained_km2: number; lost_km2: number }[];
  net: { party: string; km2: number; sd_km2: number }[];
  theatre_km2: number;
  residual_km2: number;
  /** What the store knows of at all: where it has no places, none of them is reported as unchanged. */
  known?: { places: boolean; routes: boolean };
  stale?: boolean;
  map_age_days?: number;
  unknown?: string | null;
  places: { name: string; from: string; to: string; on: { earliest: string; latest: string }; kinds: string[] }[];
  route: { route: string; from: string; to: string; km: number }[];
  route_net: { route: string; class: string; net_km: number; movement_km: number }[];
  /** The steps whose kind somebody has stated. */
  stated_steps: { date: string; kind: string; why: string; changed_km2: number }[];
  published?: { sentence: string; parties: PublishedParty[] };
}

function publishedText({ sentence, parties }: NonNullable<ChangeAnswer['published']>): string {
  const rows = parties.map((p) => [
    p.party,
    ...[p.then_net_km2, p.now_net_km2, p.difference_km2, p.movement_km2, p.correction_km2, p.redefinition_km2].map(km2),
  ]);
  const header = ['class', 'net then km²', 'net now', 'difference', 'movement', 'correction', 'redefinition'];
  return `${sentence}\n\n${table(header, rows)}`;
}

export function changeText(answer: ChangeAnswer): string {
  const area = (value: number) => km2(value, answer.theatre_km2);
  const areas = table(
    ['class', 'before km²', 'after km²', 'gained', 'lost', 'net', '± 1σ'],
    answer.parties.map((p) => {
      const net = answer.net.find(({ party }) => party === p.party);
      const held = [area(p.before_km2), area(p.after_km2), area(p.gained_km2), area(p.lost_km2)];
      return [p.party, ...held, net && area(net.km2), net && area(net.sd_km2)];
    }),
  );
  const places = answer.places.map(({ name, from, to, on, kinds }) => {
    const days = on.earliest === on.latest ? on.latest : `${on.earliest} to ${on.latest}`;
    return [name, from, to, days, movedOnGround({ kinds }) ? '' : `${kinds.join(', ')}: did not change hands`];
  });
  return [
    `${answer.series}, ${answer.from} to ${answer.to} (${answer.method})`,
    ...notKnown(answer, `${answer.from} to ${answer.to}`),
    areas,
    `theatre ${km2Text(answer.theatre_km2, answer.theatre_km2)}, residual ${Number(answer.residual_km2.toFixed(3)) || 0} km²`,
    ...redrawnText(answer),
    placesText(answer, places),
    ...(answer.known?.routes === false
      ? []
      : [
          table(
            ['route', 'from', 'to', 'km'],
            answer.route.map((r) => [r.route, r.from, r.to, km2(r.km)]),
          ),
        ]),
    ...(answer.stale && !answer.unknown
      ? [`the map of ${answer.to} is ${answer.map_age_days} days old: nothing newer is known`]
      : []),
    ...(answer.published ? [publishedText(answer.published)] : []),
  ].join('\n\n');
}

/** What an answer states first about days that are not known: its figures are of the last map, and no fact about them. */
function notKnown({ unknown, map_age_days: age, valid_from: map }: DayAnswer, days: string): string[] {
  if (!unknown) return [];
  const why =
    unknown === 'future'
      ? 'not all of these days have come yet'
      : `the last map is ${age} days older, too old to stand for it`;
  return [`NOT KNOWN, ${days}: ${why}; what follows is ${map ? `the map of ${map}` : 'the last map before'}`];
}

/** What every answer states about its days. */
interface DayAnswer {
  unknown?: string | null;
  map_age_days?: number;
  valid_from?: string;
}

/** What of the figures is no movement on the ground: each step that put the map right or redefined it, and what it made of the routes. */
function redrawnText({ stated_steps, route_net, theatre_km2 }: ChangeAnswer): string[] {
  const steps = stated_steps
    .filter(({ kind }) => kind !== 'movement')
    .map(({ date, kind, why, changed_km2 }) => `${date} ${kind}, ${km2Text(changed_km2, theatre_km2)}: ${why}`);
  const stretches = route_net
    .filter(({ net_km, movement_km }) => km2(net_km) !== km2(movement_km))
    .map(
      (row) => `${row.route}: of the net ${km2(row.net_km)} km of ${row.class}, ${km2(row.movement_km)} km is movement`,
    );
  return steps.length === 0 ? [] : [['no movement on the ground:', ...steps, ...stretches].join('\n  ')];
}

function placesText({ known, unknown }: ChangeAnswer, rows: readonly Row[]): string {
  if (rows.length > 0) return table(['place', 'from', 'to', 'on', ''], rows);
  if (unknown) return 'whether any place changed hands is not known';
  return known?.places === false
    ? 'the store has no places: whether any changed hands is not known'
    : 'no place changed hands';
}

export interface EncirclementAnswer extends DayAnswer {
  unknown_days?: UnknownDays;
  series: string;
  date: string;
  method: string;
  posts: {
    number: number;
    name: string;
    verdict: string;
    reason: string | null;
    grade: string | null;
    state: { strict: string; lenient: string } | null;
    margin_m: {
      strict: number | null;
      lenient: number | null;
      bound: Record<'strict' | 'lenient', string | null>;
    } | null;
    since: {
      isolated: Since | null;
      engulfed: Since | null;
    };
  }[];
}

/** Kilometres, `≥ 56.2` where the map ends first, or why there is no width. */
function margin({ margin_m }: EncirclementAnswer['posts'][number], policy: 'strict' | 'lenient'): string | null {
  const bound = margin_m?.bound[policy];
  if (!margin_m || !bound) return null;
  const width = margin_m[policy];
  return width === null ? bound.replaceAll('_', ' ') : `${bound === 'at_least' ? '≥ ' : ''}${km(width)}`;
}

export function encirclementText(answer: EncirclementAnswer): string {
  const rows = answer.posts.map((post) => [
    post.number,
    post.name,
    [post.verdict, post.reason ?? post.grade].filter(Boolean).join(', '),
    post.state ? `${post.state.strict} / ${post.state.lenient}` : null,
    margin(post, 'strict'),
    margin(post, 'lenient'),
    sinceText(post.since.isolated),
    sinceText(post.since.engulfed),
  ]);
  const header = [
    'post',
    'name',
    'verdict',
    'state strict / lenient',
    'margin km',
    'lenient km',
    'isolated since',
    'engulfed since',
  ];
  const head = `${answer.series}, ${answer.date} (${answer.method})`;
  return [head, ...notKnown(answer, answer.date), table(header, rows), ...unknownText(answer)].join('\n\n');
}

/** Between which days something began; `earliest` null: it was so already on the first day that is known. */
interface Since {
  earliest: string | null;
  latest: string;
}

function sinceText(since: Since | null): string {
  if (since === null) return '';
  const { earliest, latest } = since;
  if (earliest === null) return `${latest} or before`;
  return earliest === latest ? latest : `${earliest} to ${latest}`;
}

export interface HistoryAnswer {
  number: number;
  name: string;
  intervals: { verdict: string; from: string; to: string | null; began?: Since }[];
  /** No verdict is known after it. */
  known_until?: string | null;
  unknown_days?: UnknownDays;
}

type UnknownDays = readonly { from: string; to: string }[];

/** The days between maps, half-open, of which nothing is known. */
const unknownText = ({ unknown_days: days = [] }: { unknown_days?: UnknownDays }): string[] =>
  days.length === 0
    ? []
    : [`No map stands for the days ${days.map(({ from, to }) => `from ${from} until ${to}`).join(', ')}.`];

export function historyText(answer: HistoryAnswer): string {
  const rows = answer.intervals.map(({ verdict, from, to, began }) => [
    verdict,
    sinceText(began ?? { earliest: from, latest: from }),
    to ?? (answer.known_until ? `known until ${answer.known_until}` : ''),
  ]);
  const head = `post ${answer.number}, ${answer.name}`;
  return [head, table(['verdict', 'from', 'to'], rows), ...unknownText(answer)].join('\n\n');
}

export interface RouteAnswer extends DayAnswer {
  route: string;
  date: string;
  length_km: number;
  stretches: { from_km: number; to_km: number; class: string }[];
}

export function routeText(answer: RouteAnswer): string {
  const rows = answer.stretches.map((s) => [km2(s.from_km), km2(s.to_km), s.class]);
  const head = `${answer.route}, ${answer.date}: ${km2(answer.length_km)} km`;
  return [head, ...notKnown(answer, answer.date), table(['from km', 'to km', 'class'], rows)].join('\n\n');
}

export interface ImportAnswer {
  series: string;
  snapshots: {
    date: string;
    revision: number | null;
    result: string;
    changed_km2: number | null;
    held: number | null;
    notes: string[];
  }[];
}

export function importText(answer: ImportAnswer): string {
  return answer.snapshots
    .map(({ date, revision, result, changed_km2, held, notes }) => {
      const change = changed_km2 === null ? '' : `, ${km2Text(changed_km2)} changed class`;
      return [
        `${answer.series} ${date}: ${result}${revision ? ` as revision ${revision}` : held ? ` as held map ${held}` : ''}${change}`,
        ...notes.map((note) => `  note: ${note}`),
      ].join('\n');
    })
    .join('\n');
}
