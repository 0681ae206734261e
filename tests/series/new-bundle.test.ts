import { describe, expect, it } from 'vitest';
import { townsAround } from '../../src/series/bundle/gazetteer.js';
import { type BundleStart, newBundle } from '../../src/series/bundle/new-bundle.js';
import { checkBundle } from '../../src/series/bundle/read-bundle.js';

const BARE: BundleStart = {
  ...{ id: 'ours', title: 'Ours', bbox: null, parties: [], firstDate: null, completeUntil: null },
  ...{ publisher: null, licence: null, timeZone: 'UTC', minPopulation: 0, heldBy: null },
};
const STATED: BundleStart = {
  ...{ ...BARE, parties: ['Red Army', 'Blue'], firstDate: '2024-05-01', completeUntil: '2024-06-01', publisher: 'Us' },
  ...{ licence: 'CC BY 4.0', heldBy: 'Blue', minPopulation: 20_000 },
};
/** West, south, east, north, and a town that lies there. */
const THEATRES = [
  ['Emilia', [10.6, 43.9, 12.8, 45.1], 'Bologna'],
  ['the upper Nile', [31, 15, 34, 17], 'Khartoum'],
  ['the Bolivian plateau', [-69, -18, -65, -15], 'La Paz'],
  ['Fiji, east of 177', [177, -19, 179.9, -17], 'Suva'],
] as const;

describe('salient init', () => {
  it('with nothing stated makes every file, and the check says what is to be filled in and nothing else', () => {
    const { problems } = checkBundle(newBundle(BARE), undefined, 'ours');
    expect(problems.map(({ at }) => at)).toEqual([
      'theatre.json:/projection',
      'theatre.geojson',
      ...['publisher', 'licence', 'accuracy_m', 'parties', 'first_date', 'r_max_m', 'spacing_m'].map(
        (name) => `series.json:/0/${name}`,
      ),
    ]);
  });

  it.each(THEATRES)('in %s makes a bundle that keeps its contract once it is stated who held it', (_, bbox, town) => {
    const files = newBundle({ ...STATED, bbox });
    const { bundle, problems } = checkBundle(files, undefined, 'ours');
    expect(problems).toEqual([]);
    expect(bundle.places.map(({ name }) => name)).toContain(town);
    expect(new Set(bundle.initial.map(({ party }) => party))).toEqual(new Set(['blue']));
    expect(files.get('sources.csv')).toContain('CC BY 4.0');
  });

  it('states no holder that nobody stated: each place waits for one', () => {
    const { bundle, problems } = checkBundle(
      newBundle({ ...STATED, bbox: THEATRES[0][1], heldBy: null }),
      undefined,
      'ours',
    );
    expect(bundle.initial).toEqual([]);
    expect(problems.length).toBe(bundle.places.length);
    expect(problems[0]).toMatchObject({ at: 'initial.csv:2', message: expect.stringMatching(/^party/) });
  });
});

describe('the gazetteer', () => {
  it('has the towns of a box, the largest first, and none outside it', () => {
    const ring: [number, number][] = [
      [10.6, 43.9],
      [12.8, 43.9],
      [12.8, 45.1],
      [10.6, 45.1],
      [10.6, 43.9],
    ];
    const towns = townsAround([[ring]], 100_000);
    expect(towns[0]).toMatchObject({ name: 'Bologna', geonameId: 3181928 });
    expect(towns.map(({ population }) => population)).toEqual(
      towns.map(({ population }) => population).sort((a, b) => b - a),
    );
    for (const { lon, lat, population } of towns) {
      expect(lon >= 10.6 && lon <= 12.8 && lat >= 43.9 && lat <= 45.1 && population >= 100_000).toBe(true);
    }
  });
});
