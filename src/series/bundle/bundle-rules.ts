import type { Problem } from '../../errors.js';
import type { Bundle } from './bundle.js';
import type { FeatureAt } from './bundle-ground.js';
import { unknownMembers } from './bundle-schema.js';

/* What geodata/README.md requires of a bundle beside references (bundle-checks.ts) and ground (bundle-ground.ts). */

interface Days {
  from: string | null;
  to: string | null;
}

/** Planes in which an area is what it is on the ground; a projection of another kind never adds up. */
const EQUAL_AREA = new Set([
  'laea',
  'aea',
  'cea',
  'leac',
  'sinu',
  'moll',
  'eqearth',
  'hammer',
  'eck4',
  'bonne',
  'tcea',
]);
const OPEN_ENDED = new Set(['expected', 'held', 'denied', 'access']);
const MOVES = new Set(['captured', 'lost', 'contested']);

/** Every breach of a MUST, and every warning. */
export function ruleProblems(bundle: Bundle, featureAt: FeatureAt): { problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const report = (at: string, message: string) => problems.push({ code: 'invalid_geodata', at, message });
  const warn = (at: string, message: string) => warnings.push({ code: 'invalid_geodata', at, message });
  const kinds = new Map(bundle.parties.map(({ id, kind }) => [id, kind]));
  const isNot = (party: string | null, kind: 'ground' | 'operator') =>
    party !== null && kinds.has(party) && kinds.get(party) !== kind;

  const plane = /\+proj=(\w+)/.exec(bundle.theatre.projection ?? '')?.[1];
  if (plane && !EQUAL_AREA.has(plane)) {
    report(
      'theatre.json:/projection',
      `+proj=${plane} is not an equal-area projection, and areas in it do not add up: take +proj=laea centred on the theatre`,
    );
  }
  for (const member of unknownMembers('theatre', bundle.theatre)) warn('theatre.json', `nothing reads ${member}`);

  const names = new Map<string, { id: string; line: number }>();
  for (const { id, line, name, aliases } of bundle.places) {
    for (const spelt of new Set([name, ...aliases].map((one) => one.normalize('NFC').toLocaleLowerCase('en')))) {
      const other = names.get(spelt);
      if (other && other.id !== id) {
        report(
          `places.csv:${line}`,
          `${JSON.stringify(spelt)} is a name of ${id} and of ${other.id} (line ${other.line}): qualify both, or leave it out`,
        );
      }
      names.set(spelt, { id, line });
    }
  }

  for (const row of bundle.posts) {
    if (isNot(row.operator, 'operator')) {
      report(
        `posts.csv:${row.line}`,
        `operator ${row.operator} is a party of kind ground: posts are run by an operator`,
      );
    }
  }
  for (const row of bundle.initial) {
    if (isNot(row.party, 'ground')) {
      report(`initial.csv:${row.line}`, `${row.party} is an operator: a place is held by a party of kind ground`);
    }
  }
  const [firstRow] = bundle.initial;
  for (const row of bundle.initial) {
    if (firstRow && row.as_of !== firstRow.as_of) {
      report(
        `initial.csv:${row.line}`,
        `as_of ${row.as_of} differs from line ${firstRow.line} (${firstRow.as_of}): it is the same in every row`,
      );
    }
  }

  for (const [nth, series] of bundle.series.entries()) {
    const at = `series.json:/${nth}`;
    if (bundle.series.findIndex(({ id }) => id === series.id) < nth) report(at, `series ${series.id} is there twice`);
    for (const party of series.parties ?? []) {
      if (!kinds.has(party)) report(`${at}/parties`, `party ${JSON.stringify(party)} does not exist`);
      else if (isNot(party, 'ground'))
        report(`${at}/parties`, `${party} is an operator: the parties of a series hold ground`);
    }
    if (series.kind === 'derived') {
      for (const member of ['first_date', 'r_max_m', 'spacing_m'] as const) {
        if (series[member] == null) report(`${at}/${member}`, 'a derived series needs it');
      }
      if (series.first_date && firstRow && series.first_date !== firstRow.as_of) {
        report(`${at}/first_date`, `${series.first_date} is not as_of of initial.csv, ${firstRow.as_of}`);
      }
      if (series.first_date && series.complete_until && series.complete_until < series.first_date) {
        report(`${at}/complete_until`, `${series.complete_until} is before the first day, ${series.first_date}`);
      }
    }
    for (const member of unknownMembers('series', series)) warn(at, `nothing reads ${member}`);
  }

  for (const row of bundle.claims) {
    const at = `claims.csv:${row.line}`;
    if (row.place === null && row.post === null && row.location === null) {
      report(at, 'a place, a post or a location is needed');
    }
    if (row.latest === null && !OPEN_ENDED.has(row.kind)) report(at, `latest is needed for ${row.kind}`);
    if (row.earliest === null && MOVES.has(row.kind)) report(at, `earliest is needed for ${row.kind}`);
    if (row.party === null && (MOVES.has(row.kind) || row.kind === 'held'))
      report(at, `party is needed for ${row.kind}`);
    if (MOVES.has(row.kind) && row.relation === 'at' && row.place !== null) {
      if (isNot(row.party, 'ground'))
        report(at, `${row.party} is an operator: ground is held by a party of kind ground`);
    }
  }
  for (const row of bundle.events) {
    const at = `events.csv:${row.line}`;
    if ((row.relation === null) !== (row.place === null)) report(at, 'relation and place: both or neither');
    if (row.part_of === row.id) report(at, `${row.id} is no part of itself`);
    if ((row.earliest === null) !== (row.latest === null)) report(at, 'earliest and latest: both or neither');
  }
  for (const [file, rows] of [
    ['claims.csv', bundle.claims],
    ['events.csv', bundle.events],
  ] as const) {
    for (const row of rows) {
      if ((row.withdrawn_on === null) !== (row.withdrawn_why === null)) {
        report(`${file}:${row.line}`, 'withdrawn_on and withdrawn_why: both or neither');
      }
    }
  }
  const measures = new Set(bundle.counts.map((row) => `${row.event} ${row.measure}`));
  for (const row of bundle.counts) {
    if (row.part_of === row.measure) report(`counts.csv:${row.line}`, `${row.measure} is no part of itself`);
    else if (row.part_of !== null && !measures.has(`${row.event} ${row.part_of}`)) {
      report(`counts.csv:${row.line}`, `part_of ${row.part_of} is no measure of ${row.event}`);
    }
  }

  anchors(bundle, report, warn);
  for (const [nth, feature] of bundle.territories.entries()) {
    const id = feature.properties.id;
    if (bundle.territories.findIndex(({ properties }) => properties.id === id) < nth) {
      report(featureAt(feature), `territory ${JSON.stringify(id)} is there twice`);
    }
  }
  for (const [nth, { properties }] of bundle.routes.entries()) {
    if (bundle.routes.findIndex((other) => other.properties.id === properties.id) < nth) {
      report(`routes.geojson:/features/${nth}`, `route ${JSON.stringify(properties.id)} is there twice`);
    }
  }
  return { problems, warnings };
}

type Tell = (at: string, message: string) => void;

/** Each side has a rear at every date at which it has a post and a map, and can get into it. */
function anchors(bundle: Bundle, report: Tell, warn: Tell): void {
  const firstDay =
    bundle.series
      .map(({ first_date }) => first_date)
      .filter(Boolean)
      .sort()[0] ?? null;
  for (const post of bundle.posts) {
    const from = firstDay && firstDay > post.established_earliest ? firstDay : post.established_earliest;
    const need = { from, to: post.withdrawn_latest };
    if (need.to !== null && need.to <= need.from) continue;
    const [bare] = uncovered(
      need,
      bundle.anchors.filter(({ side }) => side === post.operator),
    );
    if (!bare) continue;
    const message = `post ${post.operator}/${post.number}: ${post.operator} has no anchor on ${bare.from}: without one nothing can be said of its posts (anchors.csv)`;
    report(`posts.csv:${post.line}`, message);
  }
  const seas = new Set(
    bundle.territories.filter(({ properties }) => properties.kind === 'sea').map(({ properties }) => properties.id),
  );
  for (const anchor of bundle.anchors) {
    const open = bundle.border_policies.filter(
      ({ side, territory, policy }) => side === anchor.side && territory === anchor.territory && policy === 'open',
    );
    const closed = uncovered(anchor, seas.has(anchor.territory) ? [] : open);
    if (closed.length === 0) continue;
    const when = closed.map(spanInWords).filter(Boolean).join(' and ');
    warn(
      `anchors.csv:${anchor.line}`,
      `${anchor.territory} is the rear of ${anchor.side} and closed to it${when && ` ${when}`} (border_policies.csv has no open): no post of ${anchor.side} can reach it${when && ' then'}, and no verdict on them is stated`,
    );
  }
  const ground = bundle.parties.filter(({ kind }) => kind === 'ground');
  for (const side of new Set(bundle.posts.map(({ operator }) => operator))) {
    const stranger = ground.filter(({ id }) => !bundle.relations.some((row) => row.side === side && row.party === id));
    if (stranger.length === 0) continue;
    const ids = stranger.map(({ id }) => id).join(', ');
    warn(
      'relations.csv',
      `${side} runs posts and states no relation to ${ids}: that ground counts as neutral, as contested ground does`,
    );
  }
}

/** The parts of a span that none of the others hold, in order. */
function uncovered(need: Days, given: readonly Days[]): Days[] {
  const gaps: Days[] = [];
  let next = need.from;
  for (const { from, to } of [...given].sort((a, b) => (a.from ?? '').localeCompare(b.from ?? ''))) {
    if (need.to !== null && (from ?? '') >= need.to) break;
    if ((from ?? '') > (next ?? '')) gaps.push({ from: next, to: from });
    if (to === null) return gaps;
    if (to > (next ?? '')) next = to;
  }
  const ended = need.to !== null && (next ?? '') >= need.to;
  return ended ? gaps : [...gaps, { from: next, to: need.to }];
}

/** A span in the words of a message; nothing of one that is always. */
function spanInWords({ from, to }: Days): string {
  if (to === null) return from === null ? '' : `from ${from} on`;
  return from === null ? `before ${to}` : `from ${from} to before ${to}`;
}
