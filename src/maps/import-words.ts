import { type Static, Type } from '@sinclair/typebox';
import type { ImportOptions } from '../formats/feature-attributes.js';
import type { ReadOptions } from '../formats/format.js';
import { IGNORED_KINDS, kindsOf } from '../formats/mapping.js';
import { choice, closed } from '../model/contract.js';
import { READ_OPTIONS } from './import-request.js';
import { GAP_RULES, type MapRules, NO_RULES, OVERLAP_RULES } from './repair/rules.js';

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 500, description }));

/** How a file is read and what may be done to its maps, in the words of the parameters of an import; kept with what was stated so. */
export const IMPORT_WORDS_SCHEMA = closed(
  {
    'date-property': text('Property of each feature that holds its day.'),
    'date-format': text('How days are written; YYYY-MM-DD when absent.'),
    'time-zone': text('Zone in whose day an instant falls, such as Europe/Kyiv.'),
    party: text('Party of every area, when the file does not say.'),
    'party-property': text('Property of each feature that holds its party.'),
    'status-property': text('Property of each feature that holds its status.'),
    layer: text('Layer of a file that has several.'),
    member: text('JSON pointer of the collection inside a document that is no GeoJSON itself.'),
    encoding: text('Encoding of text whose file states none.'),
    crs: text('Coordinate system of the file, whatever it declares.'),
    file: text('Name of the file, for rules of the mapping; the name that the file has when absent.'),
    'swap-axes': Type.Optional(Type.Boolean({ description: 'The file has the latitude first.' })),
    'ignore-geometry': Type.Optional(
      Type.String({
        pattern: `^(${IGNORED_KINDS.join('|')})(, *(${IGNORED_KINDS.join('|')}))*$`,
        maxLength: 500,
        description: `Kinds of geometry whose features are left out: of ${IGNORED_KINDS.join(', ')}, several with commas.`,
      }),
    ),
    overlaps: Type.Optional(choice(OVERLAP_RULES, { description: 'Ground of areas of several classes.' })),
    gaps: Type.Optional(choice(GAP_RULES, { description: 'Narrow ground in no area.' })),
    outside: Type.Optional(choice(['refuse', 'clip'], { description: 'Ground outside the theatre.' })),
    repair: Type.Optional(Type.Boolean({ description: 'Invalid polygons are made valid by their structure.' })),
  },
  { description: 'How the file is read, as the parameters of an import.' },
);
export type ImportWords = Static<typeof IMPORT_WORDS_SCHEMA>;

/** The words as an import takes them. `file`: the name that the file has. */
export function readByWords(
  words: ImportWords,
  file: string | null,
): { options: Omit<ImportOptions, 'knownParties' | 'mapping'>; reading: ReadOptions; rules: MapRules } {
  return {
    options: {
      dateProperty: words['date-property'],
      dateFormat: words['date-format'],
      timeZone: words['time-zone'],
      party: words.party,
      partyProperty: words['party-property'],
      statusProperty: words['status-property'],
      crs: words.crs,
      swapAxes: words['swap-axes'] ?? false,
      ignoreGeometry: kindsOf(words['ignore-geometry'] ?? null),
      file: words.file ?? file ?? undefined,
    },
    reading: {
      ...READ_OPTIONS,
      layer: words.layer ?? null,
      member: words.member ?? null,
      encoding: words.encoding ?? null,
    },
    rules: {
      ...NO_RULES,
      overlaps: words.overlaps ?? 'refuse',
      gaps: words.gaps ?? 'leave',
      outside: words.outside ?? 'refuse',
      repair: words.repair ?? false,
    },
  };
}
