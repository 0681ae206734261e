import { HTML } from './negotiate.js';

export interface Link {
  href: string;
  rel: string;
  type: string;
  title?: string;
  templated?: boolean;
}

/** The address asked, with some parameters set, or removed where the value is null. */
export function withParameters(url: URL, changes: Readonly<Record<string, string | null>>): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.href;
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
