import { describe, expect, it } from 'vitest';
import { surveyMaps } from '../../src/formats/suggest-mapping.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { partyIdsOf } from '../../src/model/party-id.js';
import { box } from '../setup/good-input.js';

const area = (party: string, index: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: { type: 'Polygon', coordinates: [box(36 + index, 35, 37 + index, 36)] },
});

async function read(parties: readonly string[], known: Record<string, string> | null = null) {
  const file = await readHere({
    source: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: parties.map(area) })),
    options: {
      date: parseDate('2024-05-01'),
      knownParties: known && Object.keys(known),
      ...(known && { partyNames: known }),
    },
    reading: READ_OPTIONS,
    lenient: false,
  });
  const ids = file.snapshots.flatMap(({ areas }) => areas.map(({ party }) => party ?? ''));
  return { idOf: new Map(parties.map((party, index) => [party, ids[index]])), ...file };
}

describe('two names whose letters make one id', () => {
  it.each([
    ['Side A', 'side-a'],
    ['Side A', 'Side-A'],
    ['RUS', 'Rus'],
    ['Government', 'government'],
    ['Türkiye', 'Turkiye'],
    ['Север', 'Sever'],
    ['النظام', 'lndhm'],
    ["People's Militia", 'Peoples Militia'],
    ['a b', 'a_b', 'a - b'],
  ])('%s, %s: two parties in whatever order, and a note says so', async (...names) => {
    const [there, back] = [await read(names), await read(names.toReversed())];
    expect(new Set(there.idOf.values()).size).toBe(names.length);
    for (const name of names) {
      expect(back.idOf.get(name)).toBe(there.idOf.get(name));
      expect(there.parties).toContainEqual({ id: there.idOf.get(name), name });
      // A name that is an id keeps it.
      if (/^[a-z0-9][a-z0-9._-]*$/.test(name)) expect(there.idOf.get(name)).toBe(name);
    }
    const alike = names.filter((name) => name !== 'a_b');
    for (const name of alike)
      expect(there.notes.join('\n')).toMatch(
        new RegExp(`${name}" as .*kept apart, although their letters make one id; .*--mapping`),
      );
    expect(back.notes.toSorted()).toEqual(there.notes.toSorted());
  });

  it.each([
    ['two  blanks', 'two blanks'],
    ['no\u00a0break', 'no break'],
    ['cafe\u0301', 'caf\u00e9'],
  ])('%s and %s look the same: one party, and a note says so', async (a, b) => {
    const { idOf, notes } = await read([a, b]);
    expect(idOf.get(a)).toBe(idOf.get(b));
    expect(notes.join('\n')).toMatch(/" and ".* are taken for one party, [a-z-]+: they differ in blanks/);
  });

  it('a name of the series goes before the id of another of its parties, and an id that is taken for a party is reported', async () => {
    const known = { 'side-a': 'Side A', 'side-a-0cb0e0a1': 'side-a', usual: 'Usual' };
    const { idOf, notes } = await read(['Side A', 'side-a'], known);
    expect([...idOf.values()]).toEqual(['side-a', 'side-a-0cb0e0a1']);
    expect(notes.join('\n')).not.toMatch(/taken for/);
    const { idOf: one, notes: reported } = await read(['Side A', 'side-a'], { 'side-a': 'Side A' });
    expect([...one.values()]).toEqual(['side-a', 'side-a']);
    expect(reported).toContain('party "side-a" is taken for "Side A", whose id it is');
  });

  it('an id that somebody made to meet the id of another name is told apart from it', () => {
    const [, second] = [...partyIdsOf(['Side A', 'Side-A']).entries()].map(([, id]) => id);
    const ids = partyIdsOf(['Side A', 'Side-A', second as string]);
    expect(new Set(ids.values()).size).toBe(3);
    expect(ids.get(second as string)).toBe(second);
  });

  it('a mapping that is suggested keeps them apart', () => {
    const survey = surveyMaps();
    const reader = survey.reader('a.geojson');
    for (const [index, party] of ['Side A', 'side-a'].entries())
      reader.add({ feature: area(party, index), at: `/features/${index}`, crs: null });
    const { rules } = survey.suggestion(null).mapping;
    expect(new Set(rules.map(({ party }) => party)).size).toBe(2);
  });
});
