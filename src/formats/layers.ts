import { SalientError } from '../errors.js';
import { unreadable } from './byte-source.js';
import type { ReadOption, ReadOptions } from './format.js';
import type { MapReader } from './map-reader.js';

/**
 * The layers that `--layer` selects: a name (also without its folder or ending), several joined by commas, or `*` for
 * all. A file of several layers of which none is named is refused: to choose one would lose the others.
 * @throws SalientError `invalid_body` with the names when none is chosen, `invalid_parameter` for one that is not there
 */
export function chosenLayers(names: readonly string[], requested: string | null, what: string): string[] {
  if (requested === null) {
    if (names.length === 1) return [...names];
    const list = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
    const message = `the archive holds ${names.length} ${what} (${list}): say which (--layer NAME), or --layer '*' for all of them as one map`;
    throw unreadable(message, 'layer');
  }
  return requested === '*' ? [...names] : namedLayers(names, requested);
}

/** The one of the names that is meant: in full, without its folders, or without its ending too. */
export const layerNamed = (names: readonly string[], wanted: string): string | undefined =>
  names.find((name) => name === wanted) ?? names.find((name) => name.endsWith(`/${wanted}`) || bare(name) === wanted);

/** The layers of a list of names, in its order; a name with commas is one name where there is such a layer. */
export function namedLayers(names: readonly string[], requested: string): string[] {
  const find = (wanted: string) => layerNamed(names, wanted);
  const whole = find(requested);
  if (whole !== undefined) return [whole];
  return [
    ...new Set(
      requested.split(',').map((part) => {
        const found = find(part.trim());
        if (found === undefined) throw unknownLayer(part.trim(), names);
        return found;
      }),
    ),
  ];
}

/** Where another option names what `--layer` and `--member` would. */
const INSTEAD = {
  layer: 'has no layers (--layer): leave it out, or give a mapping whose rules choose',
  member: 'is no document of JSON (--member): leave it out',
};

/**
 * Refuses options of reading that a format does not have, and notes an encoding for one whose text has its own: they would have no effect, and
 * the file would be read as if they had.
 * @throws SalientError `invalid_parameter`
 */
export function checkOptions(
  { layer, member = null, encoding = null }: ReadOptions,
  label: string,
  takes: readonly ReadOption[],
  reader: MapReader,
): void {
  // All of them is what is read of a file without layers.
  const asked = { layer: layer !== null && layer !== '*', member: member !== null };
  for (const option of ['layer', 'member'] as const) {
    if (!asked[option] || takes.includes(option)) continue;
    throw new SalientError('invalid_parameter', `${option}: the file is ${label}, which ${INSTEAD[option]}`);
  }
  if (encoding !== null && !takes.includes('encoding'))
    reader.note(`--encoding has no effect: the text of ${label} is in the encoding that the format has`);
}

const bare = (name: string) => name.slice(name.lastIndexOf('/') + 1).replace(/\.\w+$/, '');

function unknownLayer(wanted: string, there: readonly string[]): SalientError {
  const list = there.map((name) => JSON.stringify(name)).join(', ');
  return new SalientError(
    'invalid_parameter',
    `the file has no layer ${JSON.stringify(wanted)}; it has ${list || 'none'} (--layer)`,
  );
}
