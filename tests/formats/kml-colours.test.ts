import { describe, expect, it } from 'vitest';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { kml } from '../setup/map-files.js';

const AREA = { properties: { name: 'x', fill: '#ff0000' }, polygons: [[box(36, 35, 37, 36)]] };
const MAPPING = {
  title: 'Red and blue',
  parties: [
    { id: 'red', name: 'Red' },
    { id: 'blue', name: 'Blue' },
  ],
  rules: [
    { when: { property: { 'fill-opacity': '0' } }, ignore: 'an outline' },
    { when: { fill: '#ff0000' }, party: 'red' },
    { when: { fill: '#0000ff' }, party: 'blue' },
  ],
};

const read = (text: string) =>
  readHere({
    source: Buffer.from(text),
    options: { date: parseDate('2024-05-01'), knownParties: null, mapping: MAPPING },
    reading: { layer: null, limits: { unpackedBytes: 50e6 } },
    lenient: false,
  });
const drawnIn = (style: string) => kml([AREA]).replace(/<color>.*<\/color>/, style);

describe('the colours of a KML', () => {
  it.each(['<color>ff0000ff</color>', '<color> ff0000ff </color>', '<color>\n\t#FF0000FF\n</color>'])(
    '%j is red',
    async (style) => {
      const { snapshots, notes } = await read(drawnIn(style));
      expect(snapshots[0]?.areas.map(({ party }) => party)).toEqual(['red']);
      expect(notes.filter((note) => note.includes('colour'))).toEqual([]);
    },
  );

  it('blanks around no fill and around the name of a style change nothing', async () => {
    await expect(read(drawnIn('<color>ff0000ff</color><fill>\n0\n</fill>'))).rejects.toThrow(/every one is ignored/);
    const style = '<Style id="a"><PolyStyle><color>ffff0000</color></PolyStyle></Style>';
    const shared = kml([AREA]).replace(/<Style>.*<\/Style>/, '<styleUrl>\n #a \n</styleUrl>');
    const { snapshots } = await read(shared.replace('<Document>', `<Document>${style}`));
    expect(snapshots[0]?.areas.map(({ party }) => party)).toEqual(['blue']);
  });

  it.each(['0000ff', 'f00', 'red', 'ff0000fg'])('%s is no colour: not guessed, and named', async (colour) => {
    const text = drawnIn(`<color>${colour}</color>`);
    await expect(read(text)).rejects.toThrow(/has no rule: .*fill none/);
    const other = kml([AREA, AREA]).replace(/<color>.*?<\/color>/, `<color>${colour}</color>`);
    const named = { ...MAPPING, rules: [...MAPPING.rules, { when: {}, party: 'red' }] };
    const { notes } = await readHere({
      source: Buffer.from(other),
      options: { date: parseDate('2024-05-01'), knownParties: null, mapping: named },
      reading: { layer: null, limits: { unpackedBytes: 50e6 } },
      lenient: false,
    });
    expect(notes.join()).toContain(`(opacity, blue, green, red) are read as none: "${colour}"`);
  });
});
