import { type Html, html } from '../../reports/render/html.js';
import { document, scrollable } from './shell.js';

const home = (base: string) => ({ href: `${base}/ogc?f=html`, title: 'Salient' });

/** Every series, with the way to its maps. */
export function seriesPage(
  base: string,
  series: readonly { id: string; title: string; publisher: string; licence: string; href: string }[],
): Html {
  const main = html`<ul>${series.map(
    ({ title, publisher, licence, href }) =>
      html`<li><a href="${href}?f=html">${title}</a> <span class="quiet">${publisher}, ${licence}</span></li>`,
  )}</ul>`;
  return document({ title: 'Files of every map', crumbs: [home(base)], main });
}

export interface SnapshotList {
  series: string;
  title: string;
  publisher: string;
  licence: string;
  complete_until: string | null;
  snapshots: readonly { date: string; files: Record<string, string> }[];
}

/** The maps of a series, each with its files and its features. */
export function snapshotsPage(
  base: string,
  { series, title, publisher, licence, complete_until, snapshots }: SnapshotList,
): Html {
  const main = html`<p>${publisher}, ${licence}${complete_until ? html`; complete until ${complete_until}` : null}. A file's address stays; its ETag changes only when the map is corrected.</p>
${scrollable('Maps and their files')}<table><thead><tr><th scope="col">day</th><th scope="col">files</th><th scope="col">page</th></tr></thead><tbody>${snapshots.map(
    ({ date, files }) =>
      html`<tr><th scope="row">${date}</th><td>${Object.entries(files).map(
        ([name, href]) => html`<a href="${href}">${name}</a> `,
      )}</td><td><a href="${base}/ogc/collections/${series}_control/items?f=html&datetime=${date}">areas</a></td></tr>`,
  )}</tbody></table></div>`;
  return document({
    title: `${title}: every map`,
    crumbs: [home(base), { href: `${base}/snapshots?f=html`, title: 'Files' }],
    main,
  });
}
