import type { Request } from 'express';
import { SalientError } from '../../errors.js';
import { WRITTEN_FORMATS, type WrittenFormat } from '../../formats/registry.js';
import { searchOf } from '../base.js';
import { optional, type Parameter } from '../parameters.js';

export type Form = 'json' | 'html';

/** What a resource is as JSON: GeoJSON, JSON Schema and OpenAPI have types of their own. */
export const JSON_TYPE = 'application/json';
export const GEOJSON = 'application/geo+json';
export const SCHEMA = 'application/schema+json';
export const OPENAPI = 'application/vnd.oai.openapi+json;version=3.0';
export const HTML = 'text/html';
/** As answers have it. */
export const HTML_TYPE = `${HTML}; charset=utf-8`;

const FORMS: ReadonlyMap<string, Form> = new Map([
  ['json', 'json'],
  ['geojson', 'json'],
  ['html', 'html'],
]);

/** `f` of a resource that has these forms: for links and for people; without it the Accept header decides. */
function formAmong<T>(forms: ReadonlyMap<string, T>, description: string): Parameter<T | null> {
  return optional<T>({
    read(text, name) {
      const found = forms.get(text);
      if (found !== undefined) return found;
      const message = `${name}: ${JSON.stringify(text)} is none of ${[...forms.keys()].join(', ')}`;
      throw new SalientError('invalid_parameter', message);
    },
    required: false,
    schema: { type: 'string', enum: [...forms.keys()] },
    description: `form of the answer; without it the Accept header decides${description}`,
  });
}

/** `f` of what has no files. */
export const form: Parameter<Form | null> = formAmong(FORMS, '');

/** The forms of features that are files: of all that match, not of a page. */
const FILES = new Map([...WRITTEN_FORMATS].filter(([id]) => id !== 'geojson'));
export const FILE_FORMS = [...FILES.keys()];

/** The files that features with or without a place can be written to. */
export const filesOf = (arePlaced: boolean): WrittenFormat[] =>
  [...FILES.values()].filter(({ writer }) => arePlaced || !writer.onlyPlaced);

/** `f` of features: also the files that they can be written to. */
export const itemsForm: Parameter<Form | WrittenFormat | null> = formAmong<Form | WrittenFormat>(
  new Map<string, Form | WrittenFormat>([...FORMS, ...FILES]),
  `. ${FILE_FORMS.join(', ')}: a file of all features that match, coordinates lon and lat`,
);

/** The file that an Accept header asks for before JSON and HTML; null: none. */
export function fileAccepted(request: Request): WrittenFormat | null {
  const types = [...FILES.values()].map((format) => [format, format.mediaTypes[0]?.split(';')[0] ?? ''] as const);
  const wanted = request.accepts([GEOJSON, JSON_TYPE, HTML, ...types.map(([, type]) => type)]);
  return types.find(([, type]) => type === wanted)?.[0] ?? null;
}

/** Whether a request for features, by its `f` or its Accept header, is for a file. */
export function asksForFile(request: Request): boolean {
  const given = searchOf(request).getAll('f');
  return given.length > 0 ? given.some((name) => FILES.has(name)) : fileAccepted(request) !== null;
}

/** JSON unless the client prefers HTML, as browsers do. */
export function formOf(request: Request, requested: Form | null, type: string): Form {
  return requested ?? (request.accepts([type, JSON_TYPE, GEOJSON, HTML]) === HTML ? 'html' : 'json');
}
