import type { Document, Element } from '@xmldom/xmldom';
import { pointer, quote } from '../../model/problem-list.js';
import type { MapReader } from '../map-reader.js';
import { childrenOf } from './inherited.js';

/**
 * Makes placemarks of the elements that a Schema of KML 2.0 and 2.1 names after itself (`<Schema name="Zone" parent="Placemark">`, then
 * `<Zone>`): their fields become data, as KML 2.2 writes them, and what is left is the placemark.
 */
export function untyped(document: Document): void {
  const types = new Map<string, Set<string>>();
  const schemas = Array.from(document.getElementsByTagName('Schema'));
  // A type may be of another type, which stands anywhere.
  for (let known = -1; known < types.size; ) {
    known = types.size;
    for (const schema of schemas) {
      const name = schema.getAttribute('name') ?? '';
      const parent = parentOf(schema);
      const inherited = parent === 'Placemark' ? new Set<string>() : types.get(parent);
      if (!inherited || name === '' || name === 'Placemark' || types.has(name)) continue;
      types.set(name, new Set([...inherited, ...fieldsOf(schema)]));
    }
  }
  for (const [type, fields] of types)
    for (const element of Array.from(document.getElementsByTagName(type))) replace(element, fields);
}

/** An attribute, or as KML 2.0 has it an element. */
const parentOf = (schema: Element) =>
  schema.getAttribute('parent') ??
  childrenOf(schema)
    .find(({ localName }) => localName === 'parent')
    ?.textContent?.trim() ??
  '';

/** Fields of text, numbers and truth; those of an array or an object have no value of their own. */
const fieldsOf = (schema: Element) =>
  childrenOf(schema)
    .filter(({ localName }) => localName === 'SimpleField')
    .map((field) => field.getAttribute('name') ?? '');

function replace(element: Element, fields: ReadonlySet<string>): void {
  const document = element.ownerDocument as Document;
  const make = (name: string) => document.createElementNS(element.namespaceURI, name);
  const placemark = make('Placemark');
  const data = make('ExtendedData');
  for (const { name, value } of Array.from(element.attributes)) placemark.setAttribute(name, value);
  for (const child of childrenOf(element)) {
    const name = child.localName ?? '';
    if (!fields.has(name)) {
      placemark.appendChild(child);
      continue;
    }
    const field = make('Data');
    field.setAttribute('name', name);
    const value = make('value');
    value.textContent = child.textContent ?? '';
    field.appendChild(value);
    data.appendChild(field);
  }
  if (data.childNodes.length > 0) placemark.appendChild(data);
  element.parentNode?.replaceChild(placemark, element);
}

/**
 * Puts the data of a placemark into one element, of which alone togeojson reads, and refuses those that are there twice with different
 * values: only one of them would be read.
 */
export function gatherData(placemark: Element, at: string, reader: MapReader): void {
  const values = new Map<string, string>();
  const [first, ...others] = childrenOf(placemark).filter(({ localName }) => localName === 'ExtendedData');
  for (const child of others.flatMap(childrenOf)) first?.appendChild(child);
  if (first) {
    for (const [name, value] of dataOf(first)) {
      const other = values.get(name);
      values.set(name, value);
      if (other === undefined || other === value) continue;
      const message = `the placemark has the data ${quote(name)} twice, as ${quote(other)} and as ${quote(value)}, and only one of them would be read: correct it at its source`;
      reader.problems.add('repeated_member', pointer(`${at}/properties`, name), message);
    }
  }
}

function dataOf(extended: Element): [string, string][] {
  return childrenOf(extended).flatMap((child): [string, string][] => {
    const name = child.getAttribute('name') ?? '';
    if (child.localName === 'SchemaData') return dataOf(child);
    if (child.localName === 'SimpleData') return [[name, child.textContent?.trim() ?? '']];
    const value = childrenOf(child).find(({ localName }) => localName === 'value');
    return child.localName === 'Data' ? [[name, value?.textContent?.trim() ?? '']] : [];
  });
}
