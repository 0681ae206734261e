import type { BrokenInput } from './broken-inputs.js';
import { goodFile, goodTextWith } from './good-input.js';

const LON = '/features/0/geometry/coordinates/0/1/0';
const NAME = '/features/0/properties/name';

/** Not JSON: other encodings, other formats, faults of syntax, half a file, depth, members twice. All `invalid_body`. */
export function brokenText(): BrokenInput[] {
  const good = JSON.stringify(goodFile());
  const cases = (code: string, bodies: Record<string, string | Uint8Array>): BrokenInput[] =>
    Object.entries(bodies).map(([name, body]) => ({
      name,
      body,
      expectCode: 'invalid_body',
      expectProblem: { code, at: /^$/ },
    }));
  return [
    ...cases('empty', {
      'no body': '',
      'a body of blanks': ' \n\t\r\n ',
      'a byte order mark and nothing else': '\uFEFF',
    }),
    ...cases('encoding', encodings(good)),
    ...cases('syntax', { ...otherFormats(good), ...badSyntax(good), ...badNumbers(), ...halfFiles(good) }),
    ...cases('depth', depths()),
    ...cases('repeated_member', twice(good)),
  ];
}

function encodings(good: string): Record<string, Uint8Array> {
  const bytesInName = (...bytes: number[]) => {
    const [before = '', after = ''] = goodTextWith(NAME, '"@"').split('@');
    return Buffer.concat([Buffer.from(before), Uint8Array.from(bytes), Buffer.from(after)]);
  };
  return {
    'UTF-32': Buffer.concat([...good].map((char) => Uint8Array.of(char.charCodeAt(0), 0, 0, 0))),
    'a name in Latin-1': bytesInName(0x49, 0x64, 0x6c, 0xe9, 0x62),
    'a name in Windows-1256': bytesInName(0xc5, 0xcf, 0xe1, 0xc8),
    'a UTF-8 character cut short': bytesInName(0xd8),
    'an overlong UTF-8 slash': bytesInName(0xc0, 0xaf),
    'a surrogate written in UTF-8': bytesInName(0xed, 0xa0, 0x80),
    'a byte that UTF-8 never has': bytesInName(0xff),
    'a continuation byte alone': bytesInName(0x80),
    'a code point beyond Unicode': bytesInName(0xf4, 0x90, 0x80, 0x80),
    'a PNG image': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    'a polygon as WKB': Buffer.from('010300000001000000040000009a99999999594240', 'hex'),
  };
}

function otherFormats(good: string): Record<string, string> {
  return {
    'an HTML error page': '<!doctype html><html><body>502 Bad Gateway</body></html>',
    SVG: '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    'a polygon as WKT': 'POLYGON((36.7 35.2, 36.9 35.2, 36.9 35.4, 36.7 35.2))',
    CSV: 'party,date,lon,lat\ngovernment,2020-01-15,36.7,35.2\n',
    YAML: 'type: FeatureCollection\nfeatures: []\n',
    'a PDF': '%PDF-1.7\n1 0 obj',
    'a JavaScript file': `var control = ${good};`,
    JSONP: `callback(${good})`,
    'a feature a line (GeoJSONSeq)': `${good}\n${good}`,
    'a sentence': 'The government holds Morek.',
  };
}

function badSyntax(good: string): Record<string, string> {
  return {
    'single quotes': good.replaceAll('"', "'"),
    'keys without quotes': good.replaceAll(/"(\w+)":/g, '$1:'),
    'a comma before a bracket': good.replace(/\]\}$/, ',]}'),
    'a comma before a brace': good.replace(/\}$/, ',}'),
    'a missing comma': good.replace('},{', '}{'),
    'a missing colon': good.replace('":', '" '),
    'a line comment': `// control on 15 January\n${good}`,
    'a block comment': good.replace('[', '[/* areas */'),
    'one brace too many': `${good}}`,
    'a bracket closed by a brace': good.replace(/\]\}$/, '}}'),
    'a NUL inside': good.replace(',', ',\u0000'),
    'a line break in a string': goodTextWith(NAME, '"Khan\nShaykhun"'),
    'an escape that JSON does not have': goodTextWith(NAME, '"\\x4d"'),
    'half a Unicode escape': goodTextWith(NAME, '"\\u06"'),
    'None, as Python writes it': goodTextWith(NAME, 'None'),
    'True, as Python writes it': goodTextWith(NAME, 'True'),
    undefined: goodTextWith(NAME, 'undefined'),
  };
}

function badNumbers(): Record<string, string> {
  const raws = [
    'NaN',
    'Infinity',
    '-Infinity',
    'nan',
    'inf',
    '1.#QNAN',
    '+36.9',
    '036.9',
    '.369e2',
    '36.',
    '36.9e',
    '0x24',
    '36°54',
    '36.9E',
    '--36.9',
  ];
  return Object.fromEntries(raws.map((raw) => [`the coordinate ${raw}`, goodTextWith(LON, raw)]));
}

function halfFiles(good: string): Record<string, string> {
  const until = (mark: string) => good.slice(0, good.indexOf(mark) + mark.length);
  return {
    'half a file: one brace': '{',
    'half a file: cut in the first key': '{"ty',
    'half a file: cut after a key': '{"type"',
    'half a file: cut after a colon': '{"type":',
    'half a file: cut in a string': until('FeatureCol'),
    'half a file: cut after the opening of the features': until('"features":['),
    'half a file: cut in a number': until('36.'),
    'half a file: cut after a comma': until('36.7,'),
    'half a file: cut between two features': until('}},').slice(0, -1),
    'half a file: cut at the middle': good.slice(0, good.length / 2),
    'half a file: cut in null': until('nul'),
    'half a file: the last brace is missing': good.slice(0, -1),
  };
}

function depths(): Record<string, string> {
  const nest = (open: string, core: string, close: string, levels: number) =>
    open.repeat(levels) + core + close.repeat(levels);
  return {
    'a hundred thousand arrays': nest('[', '', ']', 100_000),
    'a hundred thousand arrays, never closed': '['.repeat(100_000),
    'a hundred thousand objects': nest('{"a":', '1', '}', 100_000),
    'arrays and objects in turn': nest('[{"a":', '1', '}]', 50_000),
    'coordinates a thousand levels deep': goodTextWith(
      '/features/0/geometry/coordinates',
      nest('[', '36.7', ']', 1000),
    ),
    'collections of collections': goodTextWith(
      '/features/0/geometry',
      nest('{"type":"GeometryCollection","geometries":[', '', ']}', 500),
    ),
    'a property a hundred levels deep': goodTextWith(NAME, nest('[', '', ']', 100)),
  };
}

/** A member of an object that has another of its name before it. */
function twice(good: string): Record<string, string> {
  const before = (member: string, value: string) =>
    good.replace(`"${member}":`, () => `"${member}":${value},"${member}":`);
  return {
    'features twice': before('features', '[]'),
    'coordinates twice': before('coordinates', '[[[36,35],[37,35],[37,36],[36,35]]]'),
    'a party twice': before('party', '"opposition"'),
  };
}
