import { html } from '../../reports/render/html.js';
import { document } from './shell.js';

/** What a browser shows where a program gets JSON: what is wrong in the same words, and the ways on. */
export function errorPage(status: number, { code, message }: { code: string; message: string }): string {
  const title = status === 404 ? 'This page is not there' : 'This could not be answered';
  const links = [
    ['/', 'The map'],
    ['/reports', 'Reports'],
    ['/snapshots', 'Files of every map'],
    ['/ogc/', 'API for GIS'],
    ['/docs/', 'Documents'],
    ['/docs/api', 'API reference'],
  ] as const;
  return document({
    title,
    crumbs: [{ href: '/', title: 'Salient' }],
    main: html`<p>${message}</p><p class="quiet"><code>${code}</code>, ${status}</p><ul class="links">${links.map(
      ([href, name]) => html`<li><a href="${href}">${name}</a></li>`,
    )}</ul>`,
  }).markup;
}
