import type { Problem } from '../../errors.js';
import type { Bundle } from './bundle.js';

/** Whether two half-open spans of days have a day in common; null is without end. */
const overlap = (
  a: { from: string | null; to: string | null },
  b: { from: string | null; to: string | null },
): boolean => (a.from ?? '') < (b.to ?? '9999-99') && (b.from ?? '') < (a.to ?? '9999-99');

/**
 * Every reference that leads nowhere, every id used twice, every date out of order, as `file:line`.
 * @param unread files of which a part could not be read: what refers to them is not judged
 */
export function bundleProblems(bundle: Bundle, unread: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const report = (at: string, message: string) => problems.push({ code: 'invalid_geodata', at, message });

  const ids = <T extends { line: number }>(file: string, rows: readonly T[], idOf: (row: T) => string) => {
    const seen = new Map<string, number>();
    for (const row of rows) {
      const id = idOf(row);
      const before = seen.get(id);
      if (before === undefined) seen.set(id, row.line);
      else report(`${file}:${row.line}`, `${JSON.stringify(id)} is there twice: line ${before} has it`);
    }
    const known = new Set(seen.keys());
    files.set(known, file);
    return known;
  };
  const files = new Map<ReadonlySet<string>, string>();
  const refers = (at: string, what: string, id: string | null, known: ReadonlySet<string>) => {
    if (id !== null && !known.has(id) && !unread.has(files.get(known) ?? ''))
      report(at, `${what} ${JSON.stringify(id)} does not exist`);
  };
  const ordered = (at: string, what: string, earlier: string | null, later: string | null, strict = false) => {
    if (earlier !== null && later !== null && (strict ? earlier >= later : earlier > later)) {
      report(at, `${what}: ${earlier} is not before ${later}`);
    }
  };

  const parties = ids('parties.csv', bundle.parties, (row) => row.id);
  const places = ids('places.csv', bundle.places, (row) => row.id);
  const sources = ids('sources.csv', bundle.sources, (row) => row.id);
  const posts = ids('posts.csv', bundle.posts, (row) => `${row.operator}/${row.number}`);
  const events = ids('events.csv', bundle.events, (row) => row.id);
  const initial = ids('initial.csv', bundle.initial, (row) => row.place);
  const territories = new Set(bundle.territories.map((feature) => String(feature.properties.id)));
  files.set(territories, 'theatre.geojson');
  ids('claims.csv', bundle.claims, (row) => row.id);
  ids('counts.csv', bundle.counts, (row) => `${row.event} ${row.measure}`);

  for (const [name, rows] of [
    ['relations', bundle.relations],
    ['border_policies', bundle.border_policies],
    ['anchors', bundle.anchors],
  ] as const) {
    for (const row of rows) {
      const at = `${name}.csv:${row.line}`;
      refers(at, 'party', row.side, parties);
      if ('party' in row) refers(at, 'party', row.party, parties);
      if ('territory' in row) refers(at, 'territory', row.territory, territories);
      refers(at, 'source', row.source, sources);
      ordered(at, 'from and to', row.from, row.to, true);
    }
  }
  const dated = <Row extends { line: number; from: string | null; to: string | null }>(
    file: string,
    rows: readonly Row[],
    keyOf: (row: Row) => string,
  ) => {
    for (const [index, row] of rows.entries()) {
      const other = rows.slice(0, index).find((before) => keyOf(before) === keyOf(row) && overlap(before, row));
      if (other)
        report(`${file}:${row.line}`, `${keyOf(row)} is stated for some of the same days in line ${other.line}`);
    }
  };
  dated('relations.csv', bundle.relations, ({ side, party }) => `${side} to ${party}`);
  dated('border_policies.csv', bundle.border_policies, ({ side, territory }) => `${side} at ${territory}`);
  dated('anchors.csv', bundle.anchors, ({ side, territory }) => `${side} in ${territory}`);
  for (const [index, { geometry, properties }] of bundle.routes.entries()) {
    if (geometry.type !== 'LineString') {
      report(
        `routes.geojson:/features/${index}/geometry`,
        `route ${JSON.stringify(properties.id)} is one LineString, not a ${geometry.type}: join its parts, or give each an id`,
      );
    }
  }
  const drawn = [
    ...bundle.routes.map(({ properties }, nth) => [`routes.geojson:/features/${nth}`, properties] as const),
    ...bundle.territories.map(({ properties }) => [`theatre.geojson: territory ${properties.id}`, properties] as const),
  ];
  for (const [at, { source }] of drawn) {
    for (const id of typeof source === 'string' ? source.split(';') : []) refers(at, 'source', id, sources);
  }
  for (const row of bundle.sources) refers(`sources.csv:${row.line}`, 'party', row.favours, parties);
  for (const row of bundle.places) {
    refers(`places.csv:${row.line}`, 'source', row.source, sources);
    if (!initial.has(row.id) && !unread.has('initial.csv'))
      report(`places.csv:${row.line}`, `${row.id} has no row in initial.csv`);
  }
  for (const row of bundle.initial) {
    refers(`initial.csv:${row.line}`, 'place', row.place, places);
    refers(`initial.csv:${row.line}`, 'party', row.party, parties);
    refers(`initial.csv:${row.line}`, 'source', row.source, sources);
  }
  for (const row of bundle.posts) {
    const at = `posts.csv:${row.line}`;
    refers(at, 'party', row.operator, parties);
    for (const source of [...row.established_source, ...row.withdrawn_source]) refers(at, 'source', source, sources);
    ordered(at, 'established', row.established_earliest, row.established_latest);
    ordered(at, 'withdrawn', row.withdrawn_earliest, row.withdrawn_latest);
    const end = row.withdrawn_earliest ?? row.withdrawn_latest;
    ordered(at, 'established and withdrawn', row.established_earliest, end);
    if (row.established_source.length === 0) report(at, 'established_source: at least one is needed');
    if ((end === null) !== (row.withdrawn_source.length === 0))
      report(at, 'days of withdrawn and withdrawn_source: both or neither');
  }
  for (const [name, rows] of [
    ['claims', bundle.claims],
    ['events', bundle.events],
  ] as const) {
    for (const row of rows) {
      const at = `${name}.csv:${row.line}`;
      refers(at, 'place', row.place, places);
      if ('party' in row) refers(at, 'party', row.party, parties);
      if ('post' in row) refers(at, 'post', row.post, posts);
      if (name === 'events') refers(at, 'event', (row as (typeof bundle.events)[number]).part_of, events);
      for (const source of row.sources) refers(at, 'source', source, sources);
      if (row.sources.length === 0) report(at, 'sources: at least one is needed');
      ordered(at, 'earliest and latest', row.earliest, row.latest);
    }
  }
  for (const row of bundle.counts) {
    const at = `counts.csv:${row.line}`;
    refers(at, 'event', row.event, events);
    ordered(at, 'period', row.period_from, row.period_to);
    if (row.value === null && row.wording === null) report(at, 'value or wording is needed');
  }
  return problems;
}
