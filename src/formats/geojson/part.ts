import { SalientError } from '../../errors.js';
import { isObject } from '../../geometry/geojson-geometry.js';

/** How many features answers of servers state in all, of which they send some (OGC API Features, WFS; GeoServer). */
const STATED = ['numberMatched', 'totalFeatures', 'numberReturned'];
/** Where else an answer names the page after it (Django, OData): an address that asks for it. A file beside it, of the next day, is none. */
const NEXT = ['next', '@odata.nextLink'];
const PAGE = /^\S*\?/;

/**
 * Refuses a part of a map: a server that has more than it sends marks its answer. One that states as many features as it has is whole, whatever
 * it links.
 * @param features how many the document has; null where it is only what stands around the collection
 * @throws SalientError `invalid_body`
 */
export function refusePart(root: Record<string, unknown>, at: string, features: number | null): void {
  const why = partWhy(root, features);
  if (why === null) return;
  const message = `the server cut the answer off (${why}): fetch all its pages, and put their features into one collection without such members, or the file would be a part of a map`;
  throw new SalientError('invalid_body', message, [{ code: 'part', at, message }]);
}

function partWhy(root: Record<string, unknown>, features: number | null): string | null {
  const { properties, links } = root;
  if (root.exceededTransferLimit === true || (isObject(properties) && properties.exceededTransferLimit === true))
    return 'exceededTransferLimit';
  if (features !== null) {
    // Servers that do not count write "unknown".
    const stated = STATED.flatMap((name) => {
      const count = /^\d+$/.test(String(root[name])) ? Number(root[name]) : null;
      return count === null ? [] : [{ name, count }];
    });
    const more = stated.find(({ count }) => count > features);
    if (more) return `${more.name} is ${more.count}, and it has ${features} features`;
    if (stated.some(({ name }) => name !== 'numberReturned')) return null;
  }
  if (Array.isArray(links) && links.some((one) => isObject(one) && one.rel === 'next')) return 'it links a next page';
  const name = NEXT.find((one) => typeof root[one] === 'string' && PAGE.test(root[one]));
  return name === undefined ? null : `it names a next page, ${name}`;
}
