import type { Archive } from '../archive.js';
import { unreadable } from '../byte-source.js';
import type { ReadOptions } from '../format.js';
import type { MapReader } from '../map-reader.js';
import { readKml } from './read.js';

/** Reads the document of a KMZ, and the files of the same archive that it links. */
export function readKmz(archive: Archive, { layer, encoding }: ReadOptions, reader: MapReader): string {
  const { names } = archive;
  const root = rootOf(names, layer);
  const folder = root.slice(0, root.lastIndexOf('/') + 1);
  readKml(archive.read(root), reader, encoding, (path) => {
    const found = names.find((name) => name === folder + path || name === folder + decoded(path));
    return found === undefined || found === root || !/\.kml$/i.test(found) ? null : archive.read(found);
  });
  return 'KMZ';
}

/** The document that a KMZ opens with: doc.kml, or the only one. Of several maps beside each other none is chosen unasked. */
function rootOf(names: readonly string[], layer: string | null): string {
  const documents = names.filter((name) => /\.kml$/i.test(name));
  const requested = layer === null ? undefined : documents.find((name) => name === layer || name.endsWith(`/${layer}`));
  const root = requested ?? documents.find((name) => /(^|\/)doc\.kml$/i.test(name));
  if (root === undefined && documents.length > 1) {
    const some = documents.slice(0, 5).join(', ');
    throw unreadable(`the archive holds ${documents.length} KML files (${some}): say which (--layer)`, 'layer');
  }
  return root ?? (documents[0] as string);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
