import { quote } from '../../model/problem-list.js';
import { type Archive, inMemberNow } from '../archive.js';
import type { ReadOptions } from '../format.js';
import { chosenLayers } from '../layers.js';
import type { MapReader } from '../map-reader.js';
import { readKml } from './read.js';

/**
 * Reads the document of a KMZ, and the files of the same archive that it links; with `layer` other documents of it, or `*` for
 * all. Documents that are neither chosen nor linked are named as left out.
 */
export function readKmz(archive: Archive, { layer, encoding }: ReadOptions, reader: MapReader): string {
  const documents = archive.names.filter((name) => /\.kml$/i.test(name));
  const read = new Set<string>();
  const readDocument = (name: string, of: MapReader) => {
    if (read.has(name)) return;
    read.add(name);
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    const linked = (path: string) => {
      const found = documents.find((one) => one === folder + path || one === folder + decoded(path));
      if (found === undefined || read.has(found)) return null;
      read.add(found);
      return archive.read(found);
    };
    const bytes = archive.read(name);
    inMemberNow(name, of !== reader, () => readKml(bytes, of, encoding, linked));
  };
  const chosen = chosenDocuments(documents, layer);
  for (const name of chosen) readDocument(name, chosen.length > 1 ? reader.within(name) : reader);
  const left = documents.filter((name) => !read.has(name));
  if (left.length > 0 && layer === null) {
    const some = left.slice(0, 5).map(quote).join(', ') + (left.length > 5 ? ', …' : '');
    reader.note(
      `${left.length} ${left.length === 1 ? 'document' : 'documents'} of the KMZ that ${quote(chosen[0])} does not link left out: ${some}; --layer '*' reads all of them`,
    );
  }
  return 'KMZ';
}

/** The document that a KMZ opens with: doc.kml, or the only one. Of several maps beside each other none is chosen unasked. */
function chosenDocuments(documents: readonly string[], layer: string | null): string[] {
  const root = documents.filter((name) => /(^|\/)doc\.kml$/i.test(name));
  if (layer === null && root[0] !== undefined) return [root[0]];
  // Documents that are linked are read where they are linked: the one that a KMZ opens with comes first.
  const inOrder = [...root, ...documents.filter((name) => !root.includes(name))];
  return documents.length === 1 && layer === null ? inOrder : chosenLayers(inOrder, layer, 'KML files');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
