import { geoJson, geoPackage, kml, kmlColour, shapefile, zip } from '../setup/map-files.js';
import { type Defect, FILLS, goodAreas, NAMES } from './defects.js';

const named = (government: string, opposition: string) =>
  goodAreas().map(({ polygons, properties }) => ({
    polygons,
    properties: { name: properties.party === 'government' ? government : opposition },
  }));
const filled = (government: string) =>
  goodAreas().map(({ polygons, properties }) => ({
    polygons,
    properties: { name: '', fill: properties.party === 'government' ? government : FILLS.opposition },
  }));
const drawn = kml(goodAreas());
const placed = (placemark: string) => drawn.replace('</Document>', `${placemark}</Document>`);
const empty = (inside: string) => drawn.replace(/<Placemark.*<\/Placemark>/s, inside);
const same = { judgement: 'same' } as const;
const unmapped = { judgement: 'invalid_snapshot', problem: 'unmapped' } as const;
const styled = filled(FILLS.government).reduce(
  (text, _, i) => text.replace(/<Style>.*?<\/Style>/, `<styleUrl>#map${i}</styleUrl>`),
  kml(filled(FILLS.government)),
);
const styles = Object.values(FILLS)
  .map(
    (fill, i) =>
      `<Style id="s${i}"><PolyStyle><color>7f${kmlColour(fill)}</color></PolyStyle></Style><StyleMap id="map${i}"><Pair><key>normal</key><styleUrl>#s${i}</styleUrl></Pair></StyleMap>`,
  )
  .join('');
const utf16 = Buffer.from(drawn.replace('UTF-8', 'UTF-16'), 'utf16le');

/** What is wrong, or looks wrong, with the words and colours: all read by the mapping of the publisher. */
export const WORD_DEFECTS: Defect[] = [
  { name: 'status only in the fill colour', file: kml(filled(FILLS.government)), expect: same },
  {
    name: 'status only inside a name in three languages',
    file: kml(named(NAMES.government, NAMES.opposition)),
    expect: same,
  },
  {
    name: 'the colour in a StyleMap, half transparent',
    file: styled.replace('<name>Map</name>', `<name>Map</name>${styles}`),
    expect: same,
  },
  { name: 'a colour that changed its meaning, after the change', file: kml(filled('#0000ff')), expect: same },
  {
    name: 'a colour that changed its meaning, before the change',
    file: kml(filled('#0000ff')),
    date: '2019-12-31',
    query: { accept: 'the corpus' },
    expect: { judgement: 'stored' },
  },
  { name: 'a colour without a rule', file: kml(filled('#c0ffee')), expect: { ...unmapped, says: /#c0ffee/ } },
  {
    name: 'an untitled layer without a colour',
    file: kml(named('Untitled layer', NAMES.opposition)),
    expect: { ...unmapped, says: /Untitled layer/ },
  },
  { name: 'a renamed folder', file: kml(named('', ''), 'Regime (new)'), expect: unmapped },
  {
    name: 'non-breaking spaces in a name',
    file: kml(named('x /\u00a0Regime\u202fforces', NAMES.opposition)),
    expect: same,
  },
  {
    name: 'a name in decomposed letters and with marks of direction',
    file: kml(named('\u202bRegime forces\u202c', NAMES.opposition.normalize('NFD'))),
    expect: same,
  },
  {
    name: 'letters lost: U+FFFD in a name',
    file: kml(named('Re\ufffdime forces', NAMES.opposition)),
    expect: { ...unmapped, says: /U\+FFFD/ },
  },
  {
    name: 'capitals where the mapping has none',
    file: kml(named('REGIME FORCES', NAMES.opposition)),
    expect: unmapped,
  },
  {
    name: 'points for towns',
    file: placed('<Placemark><name>Morek</name><Point><coordinates>36.7,35.4</coordinates></Point></Placemark>'),
    expect: { ...same, says: /1 feature ignored: Point/ },
  },
  {
    name: 'arrows for advances',
    file: placed('<Placemark><LineString><coordinates>36.7,35.4 36.8,35.5</coordinates></LineString></Placemark>'),
    expect: { ...same, says: /1 feature ignored: LineString/ },
  },
  {
    name: 'a folder of old fronts',
    file: placed(`<Folder><name>Old frontlines</name>${/<Placemark.*?<\/Placemark>/s.exec(drawn)?.[0]}</Folder>`),
    expect: { ...same, says: /kept by the publisher/ },
  },
  {
    name: 'a picture laid over the ground',
    file: placed(
      '<GroundOverlay><LatLonBox><north>36</north><south>35</south><east>37</east><west>36</west></LatLonBox></GroundOverlay>',
    ),
    expect: { ...same, says: /1 groundoverlay/ },
  },
  {
    name: 'a link to another file',
    file: placed('<NetworkLink><Link><href>http://127.0.0.1:1/steal</href></Link></NetworkLink>'),
    expect: { ...same, says: /1 networklink/ },
  },
  {
    name: 'KMZ whose map is not called doc.kml',
    file: zip({ 'files/a.png': 'x', 'layer 1.kml': drawn }),
    expect: same,
  },
  {
    name: 'KMZ of GDAL or QGIS: doc.kml links every layer, and a file that links back',
    file: zip({
      'doc.kml': empty('<NetworkLink><Link><href>layers/control%20map.kml</href></Link></NetworkLink>'),
      'layers/control map.kml': placed('<NetworkLink><Link><href>doc.kml</href></Link></NetworkLink>'),
    }),
    expect: same,
  },
  {
    name: 'a ZIP of one KML for each party',
    file: zip({ 'government.kml': drawn, 'opposition.kml': drawn }),
    expect: { judgement: 'invalid_body', problem: 'layer', says: /2 KML files/ },
  },
  {
    name: 'KML of Python, every name with the prefix ns0',
    file: drawn.replace('xmlns=', 'xmlns:ns0=').replaceAll(/<(\/?)(?=[A-Za-z])/g, '<$1ns0:'),
    expect: same,
  },
  {
    name: 'KML of Google Earth with a prefix that it does not declare',
    file: placed('').replace('<Document>', '<Document><gx:balloonVisibility>1</gx:balloonVisibility>'),
    expect: same,
  },
  {
    name: 'KML of Google Earth 4',
    file: drawn.replace('www.opengis.net/kml/2.2', 'earth.google.com/kml/2.1'),
    expect: same,
  },
  {
    name: 'KML with blanks after its commas',
    file: drawn.replaceAll(/(\d),(\d)/g, '$1, $2'),
    expect: same,
  },
  {
    name: 'a hidden area and an outline without a fill',
    file: placed(
      ['<visibility>0</visibility>', '<Style><PolyStyle><color>ff0000ff</color><fill>0</fill></PolyStyle></Style>']
        .map((more) =>
          (/<Placemark.*?<\/Placemark>/s.exec(drawn)?.[0] ?? '')
            .replace(/<Style>.*?<\/Style>/, '')
            .replace('<MultiGeometry>', `${more}<MultiGeometry>`),
        )
        .join(''),
    ),
    expect: { ...same, says: /1 feature ignored: hidden by the publisher[\s\S]*1 feature ignored: an outline/ },
  },
  {
    name: "old ground in a folder hidden in the publisher's program: KML's visibility is inherited",
    file: placed(`<Folder><visibility>0</visibility>${/<Placemark.*?<\/Placemark>/s.exec(drawn)?.[0]}</Folder>`),
    expect: { ...same, says: /1 feature ignored: hidden by the publisher/ },
  },
  { name: 'KML in UTF-16', file: Buffer.concat([Uint8Array.of(0xff, 0xfe), utf16]), expect: same },
  {
    name: 'KML that says it is UTF-8 and is not',
    file: Buffer.from(drawn.replace('Map', 'Ma\u00e9'), 'latin1'),
    expect: { judgement: 'invalid_body', problem: 'encoding' },
  },
  {
    name: 'KML with a word among its numbers',
    file: drawn.replace('36,35', '36,N35'),
    expect: { judgement: 'invalid_snapshot', problem: 'position' },
  },
  {
    name: 'names of a shapefile in Windows-1252, as its .cpg says',
    file: zip({
      ...shapefile(named('Regime forces \u00e9', 'Opposition \u00e9'), 'control', 'latin1'),
      'control.cpg': 'ANSI 1252',
    }),
    expect: same,
  },
  {
    name: 'status as the name of a layer',
    file: geoPackage(
      goodAreas()
        .slice(0, 1)
        .map(({ polygons }) => ({ polygons, properties: { note: 'x' } })),
      4326,
      'government',
    ),
    date: '2020-03-02',
    expect: { judgement: 'held', problem: 'out_of_proportion' },
  },
  {
    name: 'GeoJSON with simplestyle colours',
    file: JSON.stringify(geoJson(filled(FILLS.government.toUpperCase()))),
    expect: same,
  },
].map((defect) => ({ ...defect, mapped: true }) as Defect);
