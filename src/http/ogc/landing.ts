import { html } from '../../reports/render/html.js';
import { jsonPage } from '../pages/json-page.js';
import { document, linkList } from '../pages/shell.js';
import { crumbsTo } from './collections.js';
import { CONFORMANCE } from './conformance.js';
import type { Link } from './links.js';
import { HTML, JSON_TYPE, OPENAPI } from './negotiate.js';
import type { OgcRequest, OgcRoute } from './route.js';

const TITLE = 'Salient: OGC API';
const ABOUT =
  'Dated maps of who controls which ground: areas, fronts, posts, places, routes, claims and events of every series, as features and vector tiles, as of a day and as known at an instant.';

async function answerLanding({ to, base, links: own }: OgcRequest) {
  const link = (path: string, rel: string, title: string, json: string): Link[] => [
    { href: to(path, { f: 'json' }), rel, type: json, title },
    { href: to(path, { f: 'html' }), rel, type: HTML, title: `${title} (page)` },
  ];
  const links: Link[] = [
    ...own,
    { href: to('/api', { f: 'json' }), rel: 'service-desc', type: OPENAPI, title: 'API definition, OpenAPI 3.0' },
    { href: to('/api', { f: 'html' }), rel: 'service-doc', type: HTML, title: 'API definition (page)' },
    ...link('/conformance', 'conformance', 'Conformance', JSON_TYPE),
    {
      href: to('/conformance', { f: 'json' }),
      rel: 'http://www.opengis.net/def/rel/ogc/1.0/conformance',
      type: JSON_TYPE,
      title: 'Conformance',
    },
    ...link('/collections', 'data', 'Collections', JSON_TYPE),
    ...link('/collections', 'http://www.opengis.net/def/rel/ogc/1.0/data', 'Collections', JSON_TYPE),
    ...link('/tiles', 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector', 'Vector tiles', JSON_TYPE),
    ...link('/tileMatrixSets', 'http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes', 'Tiling schemes', JSON_TYPE),
    { href: `${base}/snapshots?f=html`, rel: 'related', type: HTML, title: 'Files of every map' },
    { href: `${base}/`, rel: 'related', type: HTML, title: 'The map page' },
  ];
  const first = ({ href }: Link, index: number) => links.findIndex((link) => link.href === href) === index;
  const pages = links.filter((link, index) => link.type === HTML && link.rel !== 'self' && first(link, index));
  const main = html`<p>${ABOUT}</p>${linkList(pages)}${linkList(own.filter(({ rel }) => rel === 'alternate'))}
<p>For QGIS, ogr2ogr and others: <code>OAPIF:${to('')}</code></p>`;
  return {
    json: { title: TITLE, description: ABOUT, links },
    html: () => document({ title: TITLE, crumbs: crumbsTo(to), main }),
  };
}

async function answerConformance({ to, links }: OgcRequest) {
  const json = { links, conformsTo: CONFORMANCE };
  return { json, html: () => jsonPage('Conformance', crumbsTo(to), json) };
}

export const LANDING_ROUTES: readonly OgcRoute[] = [
  {
    path: '',
    operationId: 'getLandingPage',
    summary: 'Where everything is',
    type: JSON_TYPE,
    schema: 'LandingPage',
    query: () => ({}),
    answer: answerLanding,
  },
  {
    path: '/conformance',
    operationId: 'getConformance',
    summary: 'What the API conforms to',
    type: JSON_TYPE,
    schema: 'Conformance',
    query: () => ({}),
    answer: answerConformance,
  },
];
