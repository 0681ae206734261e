import { checkBundle } from '../../src/series/bundle/read-bundle.js';
import { CREDENTIAL } from './credential.js';
import { box } from './good-input.js';
import type { Answering } from './service.js';
import { valley } from './valley.js';

/*
 * Every way by which an id comes in from outside, each sent a text that is no id; and for every column of the schema whose type is a domain,
 * the ways that lead to it. tests/http/non-values.test.ts reads the columns from the catalogs: a new one has to be named here.
 */

/** What came back: the status, the body as text, and the ids that were made of the text, where it was stored. */
interface Received {
  status: number;
  text: string;
  made?: string[];
}
type Way = (value: string) => Promise<Received>;

const DAY = '2021-02-05';
const NEW = {
  ...{ create: 'true', title: 'T', publisher: 'P', licence: 'L', accuracy: '100', date: DAY, source: 's' },
};
const features = (...properties: object[]) => ({
  type: 'FeatureCollection',
  features: properties.map((given, nth) => ({
    type: 'Feature',
    properties: given,
    geometry: { type: 'Polygon', coordinates: [box(10 + nth, 50, 11 + nth, 51)] },
  })),
});
const row = (properties: object) => ({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', properties, geometry: null }],
});

/** Cells and members of a bundle that hold an id: file, how one is put in, what the database calls it. */
const IN_BUNDLE: Record<string, (value: string) => Record<string, (text: string) => string>> = {};
const cell = (value: string) => `"${value.replaceAll('"', '""')}"`;
/** The line that begins so gets the value in place of its n-th cell. */
const inTable = (file: string, column: string, line?: string) => {
  IN_BUNDLE[`bundle ${file}.csv ${column}`] = (value) => ({
    [`${file}.csv`]: (text) => {
      const [header = '', ...lines] = text.trimEnd().split('\n');
      const nth = header.split(',').indexOf(column);
      const cells = (line ?? lines[0] ?? '').split(',');
      cells[nth] = cell(value);
      return [header, ...(line === undefined ? lines.slice(1) : lines), cells.join(','), ''].join('\n');
    },
  });
};
const inJson = (file: string, name: string, put: (document: never, value: string) => void) => {
  IN_BUNDLE[`bundle ${file} ${name}`] = (value) => ({
    [file]: (text) => {
      const document = JSON.parse(text);
      put(document as never, value);
      return JSON.stringify(document);
    },
  });
};
const EVENT = 'x,strike,2021-02-01,2021-02-01,at,ash,,,press,,,,,false,';
const CLAIM = 'x,captured,at,ash,,,south,2021-03-01,2021-03-01,2021-03-02,press,,,,false,';
for (const column of ['side', 'party']) inTable('relations', column);
for (const column of ['side', 'territory']) {
  inTable('anchors', column);
  inTable('border_policies', column);
}
for (const column of ['place', 'party']) inTable('initial', column);
for (const column of ['id', 'place', 'post', 'party', 'sources']) inTable('claims', column, CLAIM);
for (const column of ['id', 'place', 'part_of', 'sources']) inTable('events', column, EVENT);
for (const column of ['id', 'favours']) inTable('sources', column, 'x,The Paper,,,,false,partisan,north,,');
inTable('parties', 'id');
inTable('places', 'id', 'elm,Elm,town,10.7,50.5,200,,press,');
inTable('posts', 'operator');
inJson('theatre.json', 'id', (theatre: { id: string }, value) => {
  theatre.id = value;
});
inJson('theatre.geojson', 'territory', (ground: { features: { properties: { id?: string } }[] }, value) => {
  for (const { properties } of ground.features.slice(1)) properties.id = value;
});
inJson('series.json', 'id', ([series]: { id: string }[], value) => {
  if (series) series.id = value;
});
inJson('series.json', 'parties', ([series]: { parties: string[] }[], value) => {
  series?.parties.push(value);
});

/** @param derived a series of a bundle with reference data; `imported` has a map of `north` and `south` */
export function waysIn({ get }: Answering, derived: string, imported: string): Readonly<Record<string, Way>> {
  let made = 0;
  const send = async (path: string, query: Record<string, string>, body?: string | object | FormData) => {
    const form = body instanceof FormData;
    const response = await get(`${path}?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { ...CREDENTIAL, ...(body !== undefined && !form && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: form || typeof body === 'string' ? (body as FormData) : JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  const segment = (value: string) => encodeURIComponent(value);
  const stored = async (answer: Received, series: string, ids: (one: { parties: { id: string }[] }) => string[]) => {
    if (answer.status >= 300) return answer;
    const all = (await (await get('/series')).json()) as { id: string; parties: { id: string }[] }[];
    const one = all.find(({ id }) => id === series);
    return { ...answer, made: one ? ids(one) : [] };
  };
  const partiesOf = (one: { parties: { id: string }[] }) => one.parties.map(({ id }) => id);
  const create = async (query: Record<string, string>, map: object | FormData) => {
    const series = `non-value-${process.pid}-${++made}`;
    const answer = await send(`/series/${series}/snapshots`, { ...NEW, ...query }, map);
    return stored(answer, series, partiesOf);
  };
  const mapped = (mapping: object) => {
    const form = new FormData();
    form.set('map', new Blob([JSON.stringify(features({ side: 'a' }))]), 'map.geojson');
    form.set('mapping', JSON.stringify(mapping));
    return form;
  };
  const both = features({ party: 'north' }, { party: 'south' });
  const reference = (kind: string, properties: (value: string) => object, query = {}): Way => {
    return async (value) => {
      const answer = await send(`/series/${imported}/${kind}`, { source: 's', ...query }, row(properties(value)));
      const { ids = [] } = (answer.status < 300 ? JSON.parse(answer.text) : {}) as { ids?: string[] };
      return answer.status < 300 ? { ...answer, made: ids.map((id) => id.split('/')[0] as string) } : answer;
    };
  };
  const proposed = (series: string, words: (value: string) => object): Way => {
    const source = { url: 'https://example.org/', publisher: 'A paper' };
    return (value) =>
      send(`/series/${series}/proposals`, {}, { date: DAY, why: 'so', sources: [source], ...words(value) });
  };
  /** The classes that gain ground, as the preview of a proposal states them. */
  const gaining = (text: string) =>
    (JSON.parse(text) as { preview: { change: { to: string }[] } }).preview.change.map(({ to }) => to);
  const polygon = { type: 'Polygon', coordinates: [box(10.1, 50.1, 10.2, 50.2)] };
  const point = { lon: 10.5, lat: 50.5 };
  const inSeries = Object.fromEntries(
    [
      ...['steps/2021-02-05', 'withdraw', 'snapshots/2021-02-05/withdraw', 'snapshots/2021-02-05/purge', 'purge'],
      ...['review-rule', 'access', 'roles/token:ann', 'derive', 'held/1/accept', 'places/gazetteer', 'theatre'],
      ...['publishers/reliability', 'sources/copies'],
    ].map((path): [string, Way] => [
      `POST /series/{id}/${path}`,
      (value) => {
        const named = {
          kind: 'movement',
          why: 'so',
          approvals: '2',
          access: 'open',
          role: 'reader',
          publisher: 'P',
          grade: 'B',
        };
        const own: Record<string, string[]> = {
          ...{ steps: ['kind', 'why'], held: ['kind', 'why'], withdraw: ['why'], purge: ['why'], snapshots: ['why'] },
          ...{ 'review-rule': ['approvals', 'why'], access: ['access', 'why'], roles: ['role'], theatre: [] },
          ...{ publishers: ['publisher', 'grade', 'why'], sources: [] },
        };
        const query = (own[path.split('/')[0] as string] ?? []).map((key) => [key, named[key as keyof typeof named]]);
        const more = path === 'theatre' ? { theatre: 'France' } : {};
        return send(`/series/${segment(value)}/${path}`, { ...Object.fromEntries(query), ...more });
      },
    ]),
  );
  const report = { title: 'T', series: [derived] };
  return {
    ...Object.fromEntries(
      Object.entries(IN_BUNDLE).map(([name, change]): [string, Way] => [
        name,
        async (value) => {
          const { problems } = checkBundle(valley(`non-value-${process.pid}`, change(value)), () => []);
          return { status: problems.length > 0 ? 422 : 201, text: JSON.stringify({ problems }) };
        },
      ]),
    ),
    ...inSeries,
    'import series': (value) => send(`/series/${segment(value)}/snapshots`, NEW, features({ party: 'north' })),
    'import theatre': (value) => create({ theatre: value }, both),
    'import party of a feature': (value) => create({}, features({ party: value }, { party: 'south' })),
    'import party, next map': (value) =>
      send(`/series/${imported}/snapshots`, { date: '2021-02-06', source: 's' }, features({ party: value })),
    'import --party': (value) => create({ party: value }, features({})),
    'import --rest': (value) => create({ rest: value }, features({ party: 'north' })),
    'import mapping': (value) => create({}, mapped({ rules: [{ when: { property: { side: 'a' } }, party: value }] })),
    'import mapping, named party': (value) =>
      create({}, mapped({ rules: [{ when: { property: { side: 'a' } }, party: 'a' }], parties: [{ id: value }] })),
    'mapping of a series': (value) =>
      send(`/series/${segment(value)}/mapping`, {}, { rules: [{ when: { property: { side: 'a' } }, party: 'a' }] }),
    'reference parties id': reference('parties', (id) => ({ id, name: 'X' })),
    'reference parties name': reference('parties', (name) => ({ name })),
    'reference parties stances': reference('parties', (value) => ({
      name: 'X',
      kind: 'operator',
      stances: `${value}=ally`,
    })),
    'reference places id': reference('places', (id) => ({ id, name: 'Elm', ...point })),
    'reference places name': reference('places', (name) => ({ name, ...point })),
    'reference posts operator': reference('posts', (operator) => ({ operator, name: 'X', number: 7, ...point }), {
      since: DAY,
    }),
    'reference posts --operator': (value) =>
      reference('posts', () => ({ name: 'X', number: 8, ...point }), { since: DAY, operator: value })(value),
    'reference posts place': reference('posts', (place) => ({ operator: 'north', place, number: 9 }), { since: DAY }),
    'reference routes via': reference('routes', (via) => ({ id: 'R9', name: 'X', via: `${via};${via}` })),
    'proposal edit party': async (party) => {
      const answer = await proposed(imported, () => ({ kind: 'edit', geometry: polygon, party }))('');
      return { ...answer, ...(answer.status < 300 && { made: gaining(answer.text) }) };
    },
    'proposal source favours': proposed(derived, (favours) => ({
      kind: 'claim',
      claim: { kind: 'captured', party: 'north', place: 'ash' },
      sources: [{ url: 'https://example.org/', publisher: 'P', stance: 'partisan', favours }],
    })),
    'proposal claim party': proposed(derived, (party) => ({
      kind: 'claim',
      claim: { kind: 'captured', place: 'ash', party },
    })),
    'proposal claim place': proposed(derived, (place) => ({
      kind: 'claim',
      claim: { kind: 'captured', place, party: 'north' },
    })),
    'proposal claim post': proposed(derived, (post) => ({
      kind: 'claim',
      claim: { kind: 'besieged', post: `${post}/1` },
    })),
    'proposal event place': proposed(derived, (place) => ({ kind: 'event', event: { kind: 'strike', place } })),
    'proposal parties': proposed(imported, (id) => ({ kind: 'parties', records: row({ id, name: 'X' }) })),
    'proposal places': proposed(imported, (id) => ({ kind: 'places', records: row({ id, name: 'X', ...point }) })),
    'proposal posts': proposed(imported, (operator) => ({
      ...{ kind: 'posts', operator, since: DAY, records: row({ name: 'X', number: 7, ...point }) },
    })),
    'proposal of a series': (value) =>
      proposed(segment(value), () => ({ kind: 'edit', geometry: polygon, party: 'a' }))(value),
    'proposal of a map': async (value) => {
      const words = { date: '2021-02-07', why: 'so', source: 'https://example.org/', publisher: 'P' };
      const answer = await send(`/series/${imported}/proposals/map`, words, features({ party: value }));
      return { ...answer, ...(answer.status < 300 && { made: gaining(answer.text) }) };
    },
    'subscription of a series': (value) =>
      send(`/series/${segment(value)}/subscriptions`, {}, { address: 'https://example.org/x.geojson', publisher: 'P' }),
    'report id': (id) => send('/reports', {}, { ...report, id }),
    'report series': (value) => send('/reports', {}, { ...report, id: 'r', series: [value] }),
    'alert id': (id) => send('/alerts', {}, { id, title: 'T', series: derived, when: { kind: 'held' } }),
    'alert series': (series) => send('/alerts', {}, { id: 'a', title: 'T', series, when: { kind: 'held' } }),
    'report to withdraw': (id) => send(`/reports/${segment(id)}/withdraw`, { why: 'so' }),
    'report to issue': (id) => send(`/reports/${segment(id)}/issue`, { period: '2021-W05' }),
    'alert to withdraw': (id) => send(`/alerts/${segment(id)}/withdraw`, { why: 'so' }),
    'token name': (id) => send(`/tokens/${segment(id)}`, { scopes: 'read' }),
    'encirclement operator': async (operator) => {
      const asked = await get(`/posts/1/encirclement?${new URLSearchParams({ series: derived, operator })}`);
      return { status: asked.status, text: await asked.text() };
    },
  };
}

const SERIES = ['import series', 'bundle series.json id', 'POST /series/{id}/withdraw'];
const THEATRE = ['import theatre', 'bundle theatre.json id'];
const REPORT = ['report id', 'report series', 'report to issue', 'report to withdraw'];
const ALERT = ['alert id', 'alert series', 'alert to withdraw'];
const PARTY = [
  ...['import party of a feature', 'import party, next map', 'import --party', 'import mapping', 'proposal of a map'],
  ...['import mapping, named party', 'bundle parties.csv id', 'bundle series.json parties', 'proposal parties'],
  ...['reference parties id', 'reference parties name'],
];
const PLACE = ['bundle places.csv id', 'reference places id', 'reference places name', 'proposal places'];

/** The ways that lead to a column, by `table.column`; of a key that other tables repeat, those to the key. */
export const WAYS_TO: Readonly<Record<string, readonly string[]>> = {
  // What members alone have is written as the tables beside are.
  ...{ 'ahead_branch.theatre': THEATRE, 'ahead_reference_addition.theatre': THEATRE },
  ...{ 'ahead_series_continuation.series': ['proposal of a series'], 'ahead_series_statement.rest': ['import --rest'] },
  ...{ 'ahead_series_statement.series': SERIES, 'ahead_step_kind.series': ['POST /series/{id}/steps/2021-02-05'] },
  'ahead_snapshot_withdrawal.series': ['POST /series/{id}/snapshots/2021-02-05/withdraw'],
  ...{ 'alert.rule': ALERT, 'alert_message.rule': ALERT, 'alert_rule.rule': ALERT, 'alert_watch.rule': ALERT },
  ...{ 'anchor.side': ['bundle anchors.csv side'], 'anchor.territory': ['bundle anchors.csv territory'] },
  ...{ 'area.theatre': THEATRE, 'area.party': [...PARTY, 'proposal edit party'], 'area.place': PLACE },
  ...{ 'area_claim.theatre': THEATRE, 'claim.theatre': THEATRE, 'claim.id': ['bundle claims.csv id'] },
  'border_policy.side': ['bundle border_policies.csv side'],
  'border_policy.territory': ['bundle border_policies.csv territory'],
  'claim.place': ['bundle claims.csv place', 'proposal claim place'],
  'claim.post_operator': ['bundle claims.csv post', 'proposal claim post'],
  'claim.party': ['bundle claims.csv party', 'proposal claim party'],
  ...{ 'edition.theatre': THEATRE, 'event.theatre': THEATRE, 'event.id': ['bundle events.csv id'] },
  'event.place': ['bundle events.csv place', 'proposal event place'],
  'event.part_of': ['bundle events.csv part_of'],
  ...{ 'held_area.theatre': THEATRE, 'held_area.party': PARTY, 'held_snapshot.series': SERIES },
  'held_snapshot.theatre': [...THEATRE, 'POST /series/{id}/held/1/accept'],
  ...{ 'initial_control.place': ['bundle initial.csv place'], 'initial_control.party': ['bundle initial.csv party'] },
  'kept_encirclement.operator': ['encirclement operator'],
  'mapping.series': ['mapping of a series'],
  ...{ 'party.theatre': THEATRE, 'party.id': PARTY, 'party_entry.theatre': THEATRE, 'party_entry.party': PARTY },
  ...{ 'place.theatre': THEATRE, 'place.id': PLACE, 'place_entry.theatre': THEATRE, 'place_entry.place': PLACE },
  'plane_face.territory': ['bundle theatre.geojson territory'],
  'post.operator': [
    ...['bundle posts.csv operator', 'reference posts operator', 'reference posts --operator', 'proposal posts'],
    ...['reference posts place', 'reference routes via'],
  ],
  ...{ 'proposal.series': ['proposal of a series'], 'proposal.theatre': THEATRE },
  'publisher_reliability.theatre': ['POST /series/{id}/publishers/reliability'],
  'purge.series': ['POST /series/{id}/purge', 'POST /series/{id}/snapshots/2021-02-05/purge'],
  ...{ 'reference_addition.theatre': THEATRE, 'relation.side': ['bundle relations.csv side'] },
  'relation.party': ['bundle relations.csv party', 'reference parties stances'],
  ...{ 'report_definition.report': REPORT, 'report_due.report': REPORT, 'report_edition.report': REPORT },
  ...{ 'report_run.report': REPORT, 'report_watch.report': REPORT },
  'review_rule.series': ['POST /series/{id}/review-rule'],
  ...{ 'revision.series': SERIES, 'revision.theatre': THEATRE, 'series.id': SERIES, 'series.theatre': THEATRE },
  'series_continuation.series': ['proposal of a series'],
  ...{ 'series_epoch.series': [...SERIES, 'POST /series/{id}/derive'] },
  ...{ 'series_role.series': ['POST /series/{id}/roles/token:ann'], 'series_statement.series': SERIES },
  'series_statement.rest': ['import --rest'],
  'snapshot_withdrawal.series': ['POST /series/{id}/snapshots/2021-02-05/withdraw'],
  ...{
    'source.theatre': THEATRE,
    'source_copy.theatre': ['POST /series/{id}/sources/copies'],
    'source_copy_failure.theatre': ['POST /series/{id}/sources/copies'],
    'source.favours': ['bundle sources.csv favours', 'proposal source favours'],
  },
  'source.id': ['bundle sources.csv id', 'bundle claims.csv sources', 'bundle events.csv sources'],
  'step_kind.series': ['POST /series/{id}/steps/2021-02-05'],
  'territory.id': ['bundle theatre.geojson territory'],
  'subscription.series': ['subscription of a series'],
  ...{ 'theatre.id': [...THEATRE, 'POST /series/{id}/theatre', 'POST /series/{id}/places/gazetteer'] },
  ...{ 'theatre_access.theatre': [...THEATRE, 'POST /series/{id}/access'], 'token.name': ['token name'] },
};
