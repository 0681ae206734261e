/**
 * What a refusal has to name beside what is wrong and where: an option, a command, or a step at the source of the file.
 */
export const WAY_OUT = new RegExp(
  [
    '--[a-z]+',
    'salient [a-z]+',
    'ogr2ogr',
    'again',
    'at its source',
    'unpack it',
    'import (it|what)',
    'save (it|the map)',
    'pack it',
    'zip it',
    'export',
    'fetch (all|the)',
    'leave (it|crs|the)',
    'mark unknown ground',
    'mapping',
    'draw (it|the)',
    'download what',
    'convert',
    'write it as',
    'is a number without quotes',
    'rule for it',
    'leave the script out',
    'expected \\(--',
  ].join('|'),
  'i',
);
