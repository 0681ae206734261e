import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { box } from '../setup/good-input.js';
import type { DrawnArea } from '../setup/map-files.js';

/** A file as it is met in the wild, and what is to become of it. */
export interface Defect {
  name: string;
  file: string | Uint8Array;
  /** Read by the mapping of `mapped`, else by properties. */
  mapped?: boolean;
  /** Beside `date` and, without a mapping, nothing: the party is in `party`. */
  query?: Record<string, string>;
  /** The day; by default the one of the good map, so that the same ground is `unchanged`. */
  date?: string;
  expect: Expected;
}

/**
 * `same`: the ground is that of the good map to the last digit. `stored`: it is taken, with the effect in a note.
 * `held`: it waits for a person. Else the code of the refusal, and of the problem that is named.
 */
interface Expected {
  judgement:
    | 'same'
    | 'stored'
    | 'held'
    | 'too_large'
    | 'invalid_body'
    | 'invalid_snapshot'
    | 'invalid_parameter'
    | 'invalid_date';
  problem?: string;
  /** Ground that changed its class since the day before, km². */
  changed?: number;
  /** Words of a note, or of the message. */
  says?: RegExp;
}

/** The theatre is a degree by a degree; the good map fills it: government with a hole, opposition with the enclave. */
export const THEATRE = box(36, 35, 37, 36);
export const DAY = '2020-03-01';
export const LATER = '2020-04-01';

const enclave = box(36.2, 35.2, 36.3, 35.3);
export const FILLS = { government: '#ff0000', opposition: '#00ff00' };
export const NAMES = {
  government: 'قوات النظام / Regime forces / Rejim',
  opposition: 'فصائل المعارضة / Opposition / Muhalefet',
};

export function goodAreas(east = 36.5): DrawnArea[] {
  const area = (party: 'government' | 'opposition', polygons: Polygon[]): DrawnArea => ({
    properties: { party, name: NAMES[party], fill: FILLS[party] },
    polygons,
  });
  return [
    area('government', [[box(36, 35, east, 36), enclave.toReversed()]]),
    area('opposition', [[box(east, 35, 37, 36)], [enclave]]),
  ];
}

/** The good map with one area drawn otherwise. */
export function redrawn(index: number, polygons: Polygon[]): DrawnArea[] {
  return goodAreas().map((area, i) => (i === index ? { ...area, polygons } : area));
}

/** The mapping of the publisher whose maps are drawn in colours and named in three languages. */
export const MAPPING = {
  parties: [
    { id: 'government', name: 'Government', colour: '#b3342d' },
    { id: 'opposition', name: 'Opposition' },
  ],
  rules: [
    { when: { folder: 'Old frontlines' }, ignore: 'kept by the publisher for reference' },
    { when: { property: { visibility: 'false' } }, ignore: 'hidden by the publisher' },
    { when: { property: { 'fill-opacity': '0' } }, ignore: 'an outline' },
    { when: { fill: '#0000ff' }, from: '2019-01-01', to: '2020-01-01', party: 'opposition' },
    { when: { fill: '#0000ff' }, from: '2020-01-01', party: 'government' },
    { when: { fill: FILLS.government }, party: 'government' },
    { when: { fill: FILLS.opposition }, party: 'opposition' },
    { when: { property: { name: { contains: 'Regime forces' } } }, party: 'government' },
    { when: { property: { name: { contains: 'Opposition' } } }, party: 'opposition' },
    { when: { layer: 'government' }, party: 'government' },
  ],
  ignore: { geometry: ['Point', 'LineString'], farther_than_km: 200 },
  priority: ['government', 'opposition'],
};
