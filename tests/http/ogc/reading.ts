/** What the items resource answers, as far as tests read it. */
export interface Items {
  numberMatched: number;
  numberReturned: number;
  timeStamp: string;
  known_at: string;
  links: { href: string; rel: string; type: string }[];
  features: {
    id: string;
    geometry: { type: string; coordinates: unknown } | null;
    properties: Record<string, unknown>;
  }[];
}

/** The path and query of the first link of a relation. */
export function linkTo(links: Items['links'], rel: string): string {
  const found = links.find((link) => link.rel === rel);
  if (!found) throw new Error(`no link ${rel}`);
  const { pathname, search } = new URL(found.href);
  return pathname + search;
}

/** Every page from the first on. */
export async function pagesOf(get: (path: string) => Promise<Response>, first: string): Promise<Items[]> {
  const pages: Items[] = [];
  for (let path: string | null = first; path !== null; ) {
    let answer = await get(path);
    // A service that has too much to do says so, and a client asks again.
    while (answer.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      answer = await get(path);
    }
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const page = (await answer.json()) as Items;
    pages.push(page);
    path = page.links.some(({ rel }) => rel === 'next') ? linkTo(page.links, 'next') : null;
  }
  return pages;
}

/** What the API's definition says of a path of a series: by its own name, or by that of its kind where there are many series. */
export const describedOf = <T>(paths: Readonly<Record<string, T>>, series: string, path: string): T | undefined =>
  paths[`/collections/${series}_${path}`] ?? paths[`/collections/{series}_${path}`];
