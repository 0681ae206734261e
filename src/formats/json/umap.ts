import { isObject } from '../../geometry/geojson-geometry.js';
import { pointer, quote } from '../../model/problem-list.js';
import type { Format, ReadOptions } from '../format.js';
import { namedLayers } from '../layers.js';
import type { MapReader } from '../map-reader.js';
import { noFeatures } from '../snapshot-file.js';

export const UMAP: Format = {
  id: 'umap',
  label: 'uMap',
  extensions: ['umap'],
  mediaTypes: ['application/vnd.umap+json'],
  reader: {
    sniffJson: (root) => root.type === 'umap' && Array.isArray(root.layers),
    readJson: readUmap,
    takes: ['layer'],
    reads:
      'the layers of a map of uMap as folders, with their colours as `fill`; layers that it does not show are hidden',
  },
};

/** Options of uMap, of a layer or a feature. */
interface UmapOptions {
  name?: unknown;
  color?: unknown;
  fillColor?: unknown;
  displayOnLoad?: unknown;
  /** Features that are fetched when the map is shown. */
  remoteData?: unknown;
}

function readUmap(root: Record<string, unknown>, { layer: requested }: ReadOptions, reader: MapReader): void {
  const layers = (root.layers as unknown[]).map((layer, index) => {
    const holder = isObject(layer) ? layer : {};
    const options = optionsOf(holder._umap_options ?? holder._storage);
    return { index, options, name: String(options.name ?? `layer ${index + 1}`), features: holder.features };
  });
  const names = layers.map(({ name }) => name);
  const wanted = requested === null || requested === '*' ? names : namedLayers(names, requested);
  let read = 0;
  for (const { index, options, name, features } of layers) {
    if (!wanted.includes(name)) continue;
    const remote =
      isObject(options.remoteData) && typeof options.remoteData.url === 'string' ? options.remoteData.url : '';
    if (remote !== '') {
      reader.note(
        `layer ${quote(name)} left out: its features are not in the file, uMap fetches them from ${quote(remote)}; download what is there, and import it with this one (--parts)`,
      );
    }
    if (!Array.isArray(features)) continue;
    for (const [number, feature] of features.entries()) {
      const at = pointer(pointer('/layers', index), `features/${number}`).replaceAll('~1', '/');
      reader.add({ ...shown(feature, options), at, crs: null, folders: [name], layer: name });
      read++;
    }
  }
  if (read === 0) noFeatures(reader, '/layers');
}

/** The feature with the colour that uMap draws it in: its own, else its layer's. */
function shown(feature: unknown, layer: UmapOptions): { feature: unknown; hidden: boolean } {
  const hidden = layer.displayOnLoad === false;
  if (!isObject(feature)) return { feature, hidden };
  const properties = isObject(feature.properties) ? feature.properties : {};
  const { _umap_options: ownOptions, _storage, ...rest } = properties;
  const own = optionsOf(ownOptions ?? _storage);
  const fill = own.fillColor ?? own.color ?? layer.fillColor ?? layer.color;
  const styled = {
    ...(fill === undefined ? {} : { fill: hexOf(fill) }),
    ...(hidden && { visibility: 'false' }),
    ...rest,
  };
  return { feature: { ...feature, properties: styled }, hidden };
}

const optionsOf = (value: unknown): UmapOptions => (isObject(value) ? value : {});

/** uMap keeps colours by their names in CSS; those of its palette. Another stays as it is. */
const COLOURS: Readonly<Record<string, string>> = {
  black: '#000000',
  blue: '#0000ff',
  crimson: '#dc143c',
  darkblue: '#00008b',
  darkgreen: '#006400',
  darkred: '#8b0000',
  darkorange: '#ff8c00',
  gold: '#ffd700',
  gray: '#808080',
  green: '#008000',
  grey: '#808080',
  lightblue: '#add8e6',
  lime: '#00ff00',
  navy: '#000080',
  orange: '#ffa500',
  orangered: '#ff4500',
  purple: '#800080',
  red: '#ff0000',
  royalblue: '#4169e1',
  teal: '#008080',
  white: '#ffffff',
  yellow: '#ffff00',
};

const hexOf = (colour: unknown) => COLOURS[String(colour).toLowerCase()] ?? String(colour);
