import type { ProblemList } from '../model/problem-list.js';
import type { NamedParty } from './party-names.js';
import type { Tallied } from './tally.js';

interface Found {
  problems: ProblemList;
  ignored: readonly Tallied[];
  parties: readonly NamedParty[];
  notes: readonly string[];
}

/** What the numbers of a file are taken for that declares no coordinate system. */
export const UNDECLARED_CRS = 'where --crs says nothing else, its numbers are longitude, latitude of WGS 84';

/** Areas that are stored for a day that their own times (KML) do not hold. */
export function elsewhenNote(found: readonly Tallied[]): string[] {
  if (found.length === 0) return [];
  const count = found.reduce((sum, { features }) => sum + features, 0);
  const named = found.slice(0, PLACES).map(({ what }) => what);
  const more = found.length > PLACES ? ', …' : '';
  return [
    `${plural(count, 'area')} on the map of a day that ${count === 1 ? 'its' : 'their'} own time (TimeSpan, TimeStamp) does not hold: ${named.join(', ')}${more}; a named day (--date, --date-property) holds for all, without one the days are those of the times`,
  ];
}

/** Members of collections that are left out of features whose other members are read. */
export const partNotes = (parts: readonly Tallied[]): string[] =>
  parts.map(
    ({ what, features }) => `${plural(features, 'part')} of features left out: ${what}; the rest of each is read`,
  );

/** So many places of a repair are named; the rest is counted. */
const PLACES = 5;

/** What is reported about a file that was read: all that was left out, dropped, turned, closed or renamed. */
export function readingNotes({ problems, ignored, parties, notes }: Found): string[] {
  const { counts } = problems;
  const reported = [...notes, ...ignored.map(ignoredNote)];
  for (const [name, times] of counts) {
    if (name.startsWith('kml ')) reported.push(`${times} ${name.slice(4)} left out: a picture or a link is no ground`);
  }
  if (counts.has('day of UTC'))
    reported.push(
      'days are those of UTC, in which the instants of the file are counted: --time-zone takes those of a zone',
    );
  const dated = counts.get('another date') ?? 0;
  if (dated > 0)
    reported.push(
      `${plural(dated, 'feature')} with another day in the property "date": the day of the whole file holds; --date-property date takes theirs`,
    );
  const heights = counts.get('height') ?? 0;
  if (heights > 0) reported.push(`heights of ${plural(heights, 'position')} dropped`);
  const winding = counts.get('winding') ?? 0;
  if (winding > 0) {
    reported.push(`${plural(winding, 'ring')} turned: RFC 7946 wants shells anticlockwise and holes clockwise`);
  }
  const edge = counts.get('beyond the edge') ?? 0;
  if (edge > 0)
    reported.push(`${plural(edge, 'coordinate')} beyond ±180° or ±90° by less than the grid taken for these`);
  const renamed = parties.filter(({ id, name }) => id !== name);
  for (const { id, name } of renamed) reported.push(`party ${JSON.stringify(name)} is stored as ${id}`);
  return [...reported, ...repairNotes(problems)];
}

function ignoredNote({ what, features, km2 }: Tallied): string {
  const ground = km2 === null || km2 === 0 ? '' : `, about ${Number(km2.toPrecision(4))} km²`;
  return `${plural(features, 'feature')} ignored: ${what}${ground}`;
}

function repairNotes({ repairs, counts }: ProblemList): string[] {
  const codes = [...new Set(repairs.map(({ code }) => code))];
  return codes.map((code) => {
    const of = repairs.filter((repair) => repair.code === code);
    const places = of.slice(0, PLACES).map(({ at, feature }) => (feature ? `${at} (${feature})` : at));
    const more = of.length > PLACES ? `, and ${of.length - PLACES} more` : '';
    return `repaired ${plural(counts.get(`repaired ${code}`) ?? 0, 'time')}: ${of[0]?.message}: ${places.join(', ')}${more}`;
  });
}

const plural = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;
