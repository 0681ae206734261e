import { HTML } from './negotiate.js';

export interface Link {
  href: string;
  rel: string;
  type: string;
  title?: string;
  templated?: boolean;
}

/**
 * Makes addresses below the API's root that stay in the day and the knowledge of the request: `datetime` and `known-at`
 * are carried by every link.
 */
export type AddressOf = (path: string, parameters?: Readonly<Record<string, string>>) => string;

/** @param carried the time parameters of the request, as they were sent */
export function addressesBelow(root: string, carried: Readonly<Record<string, string>>): AddressOf {
  return (path, parameters = {}) => {
    const search = new URLSearchParams({ ...parameters, ...carried }).toString();
    return `${root}${path}${search === '' ? '' : plainly(`?${search}`)}`;
  };
}

/**
 * What may stand in a query as it is (RFC 3986, 3.4), written so: QGIS puts the query of its connection to each link that does not
 * have it to the letter, and an interval or an instant would be given twice.
 */
function plainly(search: string): string {
  return search.replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
}

/** The requested address, with some parameters set, or removed where the value is null. */
export function withParameters(url: URL, changes: Readonly<Record<string, string | null>>): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.href.replace(/\?.*$/, plainly);
}

/** The resource itself and its other form, as every OGC resource links them. */
export function selfAndAlternate(url: URL, type: string, form: 'json' | 'html'): Link[] {
  const json = { href: withParameters(url, { f: 'json' }), type, title: 'as JSON' };
  const html = { href: withParameters(url, { f: 'html' }), type: HTML, title: 'as a page' };
  const [self, alternate] = form === 'json' ? [json, html] : [html, json];
  return [
    { ...self, rel: 'self' },
    { ...alternate, rel: 'alternate' },
  ];
}
