import type { Party, Place, Post } from '../api.js';
import { h } from '../dom.js';
import { point } from '../map/point.js';
import { type Control, choice, field, filled, pair } from './fields.js';
import type { DeskTexts } from './text/en.js';
import { figure } from './text/figures.js';
import { d } from './text/language.js';

/* What can be proposed in words: each kind with its own fields, and the body that the service reads. */

/** What the fields offer to choose from. */
export interface Known {
  places: readonly Place[];
  posts: readonly Post[];
}

export interface Statement {
  /** What `day` means for this kind. */
  day: string;
  nodes: HTMLElement[];
  /** Offers places and posts to choose from, once they are loaded; what is filled in or in focus stays. */
  offer?(known: Known): void;
  /** Where it is, for what has a position: filled in by a click on the map. */
  at?: { lon: HTMLInputElement; lat: HTMLInputElement };
  body(): Record<string, unknown>;
}

const text = (id: string, most: number, required = false) => h('input', { id, maxlength: most, required });
const option = (value: string, words: string) => h('option', { value }, words);
const date = (id: string) => h('input', { type: 'date', id });
const number = (id: string, least: number, most: number, step = 'any') =>
  h('input', { type: 'number', id, min: least, max: most, step });

export const STATEMENTS: Readonly<Record<keyof DeskTexts['say'], (parties: readonly Party[]) => Statement>> = {
  claim,
  event,
  places: place,
  posts: post,
  routes: route,
  withdrawal: () => removal('withdrawal'),
  restoration: () => removal('restoration'),
};

function claim(parties: readonly Party[]): Statement {
  const kind = choice('say-kind', Object.entries(d.claims));
  const party = choice('say-party', [...parties.map(({ id, name }) => [id, name] as const), ['', d.notStated]]);
  const where = whereabouts();
  const about = choice('say-post', [['', d.none]]);
  const aboutField = field(d.aboutPost, about);
  aboutField.hidden = true;
  const [latest, until] = [date('say-latest'), date('say-until')];
  const note = text('say-note', 2000);
  return {
    day: d.onOrEarliest,
    nodes: [
      pair(field(d.claimed, kind), field(d.ofWhom, party)),
      ...where.nodes,
      aboutField,
      pair(field(d.latest, latest), field(d.until, until)),
      field(d.remark, note),
    ],
    offer: ({ places, posts }) => {
      where.offer(places);
      about.append(...posts.map(({ operator, number: no, name }) => option(`${operator}/${no}`, `${no}, ${name}`)));
      aboutField.hidden = posts.length === 0;
    },
    body: () => ({
      claim: filled({
        ...{ kind: kind.value, party: party.value, ...where.read(), post: about.value },
        ...{ latest: latest.value, complete_until: until.value, note: note.value },
      }),
    }),
  };
}

function event(): Statement {
  const kind = choice('say-kind', Object.entries(d.events));
  const where = whereabouts();
  const [actor, note, measure] = [text('say-actor', 200), text('say-note', 2000), text('say-measure', 100)];
  const [latest, value] = [date('say-latest'), number('say-value', 0, 1e12)];
  const qualifier = choice('say-qualifier', Object.entries(d.qualifiers));
  return {
    day: d.onOrEarliest,
    nodes: [
      pair(field(d.happened, kind), field(d.latest, latest)),
      ...where.nodes,
      field(d.actor, actor),
      pair(field(d.counted, measure), field(d.howMany, value)),
      field(d.numberIs, qualifier),
      field(d.remark, note),
    ],
    offer: ({ places }) => where.offer(places),
    body: () => {
      const counted = measure.value.trim() !== '';
      const count = {
        ...{ measure: measure.value.trim(), qualifier: qualifier.value },
        value: value.value === '' ? null : Number(value.value),
      };
      return {
        event: {
          ...filled({ kind: kind.value, ...where.read(), actor: actor.value, latest: latest.value, note: note.value }),
          ...(counted && { counts: [count] }),
        },
      };
    },
  };
}

function place(): Statement {
  const [name, aliases, note] = [text('say-name', 200, true), text('say-aliases', 500), text('say-note', 2000)];
  const kind = choice('say-kind', Object.entries(d.placeKinds));
  const at = position();
  return {
    day: d.lookOn,
    nodes: [
      pair(field(d.name, name), field(d.kind, kind)),
      at.node,
      field(d.otherNames, aliases),
      field(d.remark, note),
    ],
    at,
    body: () => records(at, { name: name.value, kind: kind.value, aliases: aliases.value, note: note.value }),
  };
}

function post(parties: readonly Party[]): Statement {
  const operator = choice('say-operator', [...parties.map(({ id, name }) => [id, name] as const), ['', d.another]]);
  const [other, name, note] = [text('say-other', 63), text('say-name', 200), text('say-note', 2000)];
  const [no, since, gone] = [number('say-number', 1, 9999, '1'), date('say-since'), date('say-gone')];
  const at = position();
  return {
    day: d.lookOn,
    nodes: [
      pair(field(d.operator, operator), field(d.otherOperator, other)),
      pair(field(d.number, no), field(d.name, name)),
      at.node,
      pair(field(d.since, since), field(d.gone, gone)),
      field(d.remark, note),
    ],
    at,
    body: () => ({
      ...records(at, {
        ...{ operator: operator.value || other.value, number: no.value, name: name.value, note: note.value },
        ...{ established: since.value, withdrawn: gone.value },
      }),
    }),
  };
}

function route(): Statement {
  const count = h('span', {}, d.straight('…'));
  const [id, name, via] = [text('say-id', 63, true), text('say-name', 200, true), text('say-via', 2000, true)];
  return {
    day: d.lookOn,
    nodes: [pair(field(d.shortName, id), field(d.name, name)), field(d.via, via), h('p', { class: 'fine' }, count)],
    offer: ({ places }) => count.replaceChildren(d.straight(figure(places.length))),
    body: () => ({
      records: {
        type: 'FeatureCollection',
        features: [
          {
            type: 'Feature',
            geometry: null,
            properties: filled({ id: id.value, name: name.value, via: via.value }),
          },
        ],
      },
    }),
  };
}

const removal = (kind: 'withdrawal' | 'restoration'): Statement => ({
  day: kind === 'withdrawal' ? d.dayWithdrawn : d.dayRestored,
  nodes: [],
  body: () => ({}),
});

/** A place of the series by id, name or other name; or words where it has none. */
function whereabouts() {
  let places: readonly Place[] = [];
  const input = h('input', { id: 'say-place', list: 'say-places', maxlength: 63, autocomplete: 'off' });
  const list = h('datalist', { id: 'say-places' });
  const location = text('say-location', 200);
  const relation = choice('say-relation', Object.entries(d.near));
  const idOf = (given: string): string => {
    const wanted = given.trim().toLowerCase();
    const named = places.filter(({ name, aliases }) =>
      [name, ...aliases].some((each) => each.toLowerCase() === wanted),
    );
    return places.some(({ id }) => id === given.trim()) ? given.trim() : (named.length === 1 && named[0]?.id) || given;
  };
  return {
    nodes: [pair(field(d.place, input), field(d.howNear, relation)), list, field(d.orWords, location)],
    offer: (loaded: readonly Place[]) => {
      places = loaded;
      list.replaceChildren(...places.map(({ id, name }) => option(id, name)));
    },
    read: () => ({
      ...{ place: idOf(input.value), location: location.value },
      ...(relation.value === 'near' && { relation: 'near' }),
    }),
  };
}

function position() {
  const [lon, lat] = [number('say-lon', -180, 180), number('say-lat', -90, 90)];
  for (const input of [lon, lat]) input.required = true;
  return { lon, lat, node: pair(field(d.longitude, lon), field(d.latitude, lat)) };
}

function records(
  { lon, lat }: { lon: Control; lat: Control },
  properties: Record<string, string>,
): Record<string, unknown> {
  const feature = point([Number(lon.value), Number(lat.value)], filled(properties));
  return { records: { type: 'FeatureCollection', features: [feature] } };
}
