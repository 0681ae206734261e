import { isObject } from '../../geometry/geojson-geometry.js';
import { type Html, html } from '../../reports/render/html.js';
import { document, linkList, scrollable } from './shell.js';

/** A resource that is a JSON document, as a page: its members as a list of terms, lists of alike objects as tables. */
export function jsonPage(
  title: string,
  crumbs: readonly { href: string; title: string }[],
  json: Record<string, unknown>,
): Html {
  return document({ title, crumbs, main: html`${members(json)}` });
}

function members(of: Record<string, unknown>): Html {
  const shown = Object.entries(of).filter(([name]) => name !== 'links');
  const links = Array.isArray(of.links) ? linkList(of.links) : null;
  return html`<dl>${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${shownValue(value)}</dd>`)}</dl>${links}`;
}

function shownValue(value: unknown): Html {
  if (value === null) return html`<span class="quiet">none</span>`;
  if (Array.isArray(value)) return list(value);
  if (isObject(value)) return members(value);
  const text = String(value);
  return /^https?:\/\/[^\s{}]+$/.test(text) ? html`<a href="${text}">${text}</a>` : html`${text}`;
}

function list(values: readonly unknown[]): Html {
  if (values.every((value) => !isObject(value) && !Array.isArray(value)) && values.length <= 8) {
    return html`${values.map((value, index) => html`${index > 0 ? ', ' : null}${shownValue(value)}`)}`;
  }
  if (values.length > 1 && values.every(isRow)) return table(values);
  return html`<ul>${values.map((value) => html`<li>${shownValue(value)}</li>`)}</ul>`;
}

type Row = Record<string, unknown>;

/** An object whose members are all short: nothing in it would have to be a list of its own. */
function isRow(value: unknown): value is Row {
  return isObject(value) && Object.values(value).every((member) => !isObject(member) && !isLong(member));
}

const isLong = (member: unknown) =>
  Array.isArray(member) && (member.length > 4 || member.some((part) => isObject(part) || Array.isArray(part)));

function table(rows: readonly Row[]): Html {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return html`${scrollable('table')}<table><thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${names.map((name) => html`<td>${name in row ? shownValue(row[name]) : null}</td>`)}</tr>`)}</tbody></table></div>`;
}
