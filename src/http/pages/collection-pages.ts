import type { CollectionInfo } from '../../features/ask.js';
import { queryablesOf } from '../../features/collections.js';
import { crossed } from '../../geometry/bounds.js';
import { type Html, html } from '../../reports/render/html.js';
import type { AddressOf, Link } from '../ogc/links.js';
import { type Drawn, featuresMap, mapPieces, outlineOf } from './features-map.js';
import { document, frame, linkList, scrollable } from './shell.js';

export interface Crumb {
  href: string;
  title: string;
}

/** All collections, by series. */
export function collectionsPage(
  to: AddressOf,
  crumbs: Crumb[],
  collections: readonly CollectionInfo[],
  links: Link[],
): Html {
  const series = [...new Set(collections.map((one) => one.series))];
  const sections = series.map((id) => {
    const own = collections.filter((one) => one.series === id);
    const [first] = own as [CollectionInfo];
    return html`<h2>${first.statement.title}</h2><p>${first.method}. ${first.statement.publisher}, ${first.statement.licence}.</p>
${scrollable(first.statement.title)}<table><thead><tr><th scope="col">collection</th><th scope="col">what it holds</th></tr></thead><tbody>${own.map(
      (one) =>
        html`<tr><th scope="row"><a href="${to(`/collections/${one.id}`)}">${one.id}</a></th><td>${one.description}</td></tr>`,
    )}</tbody></table></div>`;
  });
  return document({ title: 'Collections', crumbs, main: html`${sections}${linkList(links)}` });
}

/** One collection: what it is, where and when, and what its features have. */
export function collectionPage(crumbs: Crumb[], info: CollectionInfo, links: readonly Link[]): Html {
  const [west, south, east, north] = crossed(info.bounds);
  const box = {
    outline: outlineOf({
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    }),
    colour: null,
    name: info.title,
  };
  const main = html`<p>${info.description}.</p>
<dl><dt>method</dt><dd>${info.method}</dd><dt>publisher and licence</dt><dd>${info.statement.publisher}, ${info.statement.licence}</dd>
<dt>time</dt><dd>${info.interval[0] ?? 'open'} to ${info.interval[1] ?? 'open'}</dd>
<dt>bounds</dt><dd>${west.toFixed(4)}, ${south.toFixed(4)}, ${east.toFixed(4)}, ${north.toFixed(4)} (west, south, east, north)</dd></dl>
${featuresMap([box], `Bounds of ${info.title}`)}
<h2>Properties</h2>${scrollable('Properties')}<table><thead><tr><th scope="col">name</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead>
<tbody>${queryablesOf(info.kind).map(
    ([name, type, meaning]) => html`<tr><th scope="row">${name}</th><td>${type}</td><td>${meaning}</td></tr>`,
  )}</tbody></table></div><h2>Links</h2>${linkList(links)}`;
  return document({ title: info.title, crumbs, main });
}

/** Features as the page shows them. */
export interface ShownFeature {
  id: string;
  href: string;
  outline: Drawn['outline'];
  properties: Record<string, unknown>;
}

export interface ShownFeatures {
  title: string;
  caption: string;
  names: readonly string[];
  features: readonly ShownFeature[];
  links: readonly Link[];
  /** The map is left out where coordinates are not degrees. */
  drawable: boolean;
}

/** A page of features: a map, and a table with the same. Piece by piece: thousands of them at once would hold up all others for 50 ms. */
export function* featuresPage(crumbs: Crumb[], shown: ShownFeatures): Generator<string> {
  const { title, names, features, links, caption } = shown;
  const [before, after] = frame({ title, crumbs });
  yield before;
  if (shown.drawable) yield* mapPieces(features.map(drawn), title);
  const steps = links.filter(({ rel }) => rel !== 'self');
  const table = html`<p>${caption}</p>${linkList(steps)}
${scrollable(title)}<table><thead><tr><th scope="col">id</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>`;
  yield table.markup;
  for (const { id, href, properties } of features) {
    const cells = names.map((name) => cell(properties[name]));
    yield html`<tr><th scope="row"><a href="${href}">${id}</a></th>${cells}</tr>`.markup;
  }
  yield `</tbody></table></div>${after}`;
}

/** One feature: where it is and all its properties. */
export function featurePage(
  crumbs: Crumb[],
  title: string,
  feature: ShownFeature,
  drawable: boolean,
  links: readonly Link[],
): Html {
  const main = html`${drawable ? featuresMap([drawn(feature)], title) : null}
<dl>${Object.entries(feature.properties).map(
    ([name, value]) => html`<dt>${name}</dt><dd>${reported(value)}</dd>`,
  )}</dl>${linkList(links.filter(({ rel }) => rel !== 'self'))}`;
  return document({ title, crumbs, main });
}

const drawn = ({ id, outline, properties }: ShownFeature): Drawn => ({
  outline,
  colour: /^#[0-9a-f]{6}$/.test(String(properties.colour)) ? String(properties.colour) : null,
  name: String(properties.name ?? id),
});

const cell = (value: unknown): Html =>
  typeof value === 'number'
    ? html`<td class="number">${reported(value)}</td>`
    : html`<td${/^\d{4}-\d\d-\d\d$/.test(String(value)) ? html` class="day"` : null}>${reported(value)}</td>`;

function reported(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toPrecision(6).replace(/\.?0+$/, '');
  return Array.isArray(value) ? value.join('; ') : String(value);
}
