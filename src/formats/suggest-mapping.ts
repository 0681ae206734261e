import { approximateKm2 } from '../geometry/approximate-area.js';
import { isObject } from '../geometry/geojson-geometry.js';
import { isClassName, partyIdsOf } from '../model/party-id.js';
import { ProblemList } from '../model/problem-list.js';
import type { MapReader, RawFeature } from './map-reader.js';
import { colourOf, type Mapping, type MappingRule, normalised } from './mapping.js';

/** What rules could select among the polygons of some files: how many have each value, and how much ground. */
export interface Survey {
  /** Reads the features of a file; what is wrong with them is for the import to report. */
  reader(file: string): MapReader;
  /** A mapping whose rules a person fills in: the properties that distinguish the areas, and one rule for each value. */
  suggestion(by: string | null): { by: string; values: SurveyedValue[]; mapping: Mapping };
}

interface SurveyedValue {
  value: string;
  areas: number;
  /** About; of lon, lat only. */
  km2: number;
  /** Some of the names beside it. */
  names: string[];
}

/** Properties that hold a party or a status by their name, the likeliest first. */
const TELLING =
  /^(party|side|control(led)?(_?by)?|owner|faction|actor|belligerent|status|class|type|kind|category|zone|state)$/i;
/** More different values than this distinguish places and not sides. */
const MOST_VALUES = 60;
const MOST_NAMES = 4;

interface Seen {
  km2: number;
  hidden: boolean;
  outline: boolean;
  name: string | null;
  facts: Map<string, string>;
}

export function surveyMaps(): Survey {
  const seen: Seen[] = [];
  const others = new Set<string>();
  return {
    reader(file) {
      const problems = new ProblemList();
      const reader: MapReader = {
        problems,
        usesStatedDays: false,
        statedDay: () => null,
        countsMilliseconds: false,
        namesCrs: true,
        add: (raw) => void survey(raw, file, seen, others),
        addGeometry: (geometry, at, crs) =>
          void survey({ feature: { type: 'Feature', properties: {}, geometry }, at, crs }, file, seen, others),
        note() {},
        unreadable() {},
        within: (name, folders) => ({
          ...reader,
          add: (raw) => reader.add({ folders: folders ?? [], ...raw, layer: raw.layer ?? name }),
        }),
        reading: () => ({
          features: seen.length,
          areas: seen.length,
          notes: [],
          rules: [],
          ignored: [],
          unmapped: [],
          parties: [],
        }),
      };
      return reader;
    },
    suggestion(by) {
      const shown = seen.filter(({ hidden, outline }) => !hidden && !outline);
      const key = by ?? tellingKey(shown);
      const values = valuesOf(shown, key);
      const ids = partyIdsOf(values.map(({ value }) => value));
      const rules: MappingRule[] = [
        ...(seen.some(({ hidden }) => hidden)
          ? [{ when: { property: { visibility: 'false' } }, ignore: 'hidden by the publisher' }]
          : []),
        ...(seen.some(({ outline }) => outline)
          ? [{ when: { property: { 'fill-opacity': '0' } }, ignore: 'an outline without a fill' }]
          : []),
        ...values.map((value) => ruleFor(key, value, ids.get(value.value) as string)),
      ];
      const geometry = [...others].filter((type) => IGNORABLE.includes(type)).sort() as NonNullable<
        Mapping['ignore']
      >['geometry'];
      const mapping = { rules, ...(geometry && geometry.length > 0 && { ignore: { geometry } }) } as Mapping;
      return { by: key, values, mapping };
    },
  };
}

const IGNORABLE = ['Point', 'MultiPoint', 'LineString', 'MultiLineString'];

function survey(
  { feature, crs, folders = [], layer = null, hidden }: RawFeature,
  file: string,
  seen: Seen[],
  others: Set<string>,
) {
  if (!isObject(feature) || !isObject(feature.geometry)) return;
  const type = String(feature.geometry.type);
  if (IGNORABLE.includes(type)) {
    others.add(type);
    return;
  }
  const properties = isObject(feature.properties) ? feature.properties : {};
  const facts = new Map<string, string>([['file', file]]);
  const fill = colourOf(properties.fill);
  if (fill !== null) facts.set('fill', fill);
  if (folders.length > 0) facts.set('folder', folders.map((folder) => normalised(folder)).join('/'));
  if (layer !== null) facts.set('layer', layer);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      facts.set(`property ${key}`, normalised(String(value)));
    }
  }
  const named = Object.entries(properties).find(([key]) => /^(name|title|label)$/i.test(key))?.[1];
  seen.push({
    km2: crs === null ? approximateKm2(feature.geometry) : 0,
    hidden: hidden === true || facts.get('property visibility') === 'false',
    outline: facts.get('property fill-opacity') === '0',
    name: typeof named === 'string' ? normalised(named) : null,
    facts,
  });
}

/**
 * What distinguishes the areas: a property with such a name, colours, folders, layers, or any property with few values;
 * it must be on nearly all of them and have two values at least.
 */
function tellingKey(seen: readonly Seen[]): string {
  const keys = [...new Set(seen.flatMap(({ facts }) => [...facts.keys()]))];
  const fits = keys.filter((key) => {
    const having = seen.filter(({ facts }) => facts.has(key));
    const values = new Set(having.map(({ facts }) => facts.get(key)));
    return having.length >= 0.9 * seen.length && values.size >= 2 && values.size <= MOST_VALUES;
  });
  const rank = (key: string) => {
    if (TELLING.test(key.replace(/^property /, ''))) return 0;
    return ['fill', 'folder', 'layer'].includes(key)
      ? 1 + ['fill', 'folder', 'layer'].indexOf(key)
      : key === 'file'
        ? 9
        : 5;
  };
  const distinct = (key: string) => new Set(seen.map(({ facts }) => facts.get(key))).size;
  const [best] = fits.sort((a, b) => rank(a) - rank(b) || distinct(a) - distinct(b));
  return best ?? 'property name';
}

function valuesOf(seen: readonly Seen[], key: string): SurveyedValue[] {
  const found = new Map<string, SurveyedValue>();
  for (const { facts, km2, name } of seen) {
    const value = facts.get(key) ?? facts.get(`property ${key}`);
    if (value === undefined) continue;
    const one = found.get(value) ?? { value, areas: 0, km2: 0, names: [] };
    one.areas++;
    one.km2 += km2;
    if (name !== null && name !== value && one.names.length < MOST_NAMES && !one.names.includes(name))
      one.names.push(name);
    found.set(value, one);
  }
  return [...found.values()].sort((a, b) => b.km2 - a.km2);
}

/** A rule without a party is refused by `mapping check` until somebody fills it in: what a colour means is not guessed. */
function ruleFor(key: string, { value, areas, km2, names }: SurveyedValue, party: string): MappingRule {
  const property = key.replace(/^property /, '');
  const condition = ['fill', 'folder', 'layer', 'file'].includes(key)
    ? { [key]: value }
    : { property: { [property]: value } };
  const beside = names.length > 0 ? `: ${names.join('; ')}` : '';
  const note = `${areas} ${areas === 1 ? 'area' : 'areas'}, about ${Number(km2.toPrecision(4))} km²${beside}`.slice(
    0,
    500,
  );
  if (isClassName(value))
    return { when: condition, status: value.toLowerCase() === 'contested' ? 'contested' : 'unknown', note };
  return /^(party|side)$/i.test(property) ? { when: condition, party, note } : { when: condition, note };
}
