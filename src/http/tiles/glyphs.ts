import type { Response, Router } from 'express';
import { SalientError } from '../../errors.js';
import { FAMILY, Glyphs, WEIGHTS } from '../../tiles/glyphs/glyphs.js';
import { baseOf, searchOf } from '../base.js';
import { newRouter } from '../new-router.js';
import { type Parameters, readParameters, text } from '../parameters.js';
import type { Service } from '../service.js';
import { webBundle } from '../web/web-bundle.js';

interface GlyphRoute {
  path: string;
  summary: string;
  inPath: Parameters;
  types: readonly string[];
}

const TYPEFACE = { family: text('family of the typeface'), weight: text('weight of the typeface') };

/** What the styles are written with. */
export const GLYPH_ROUTES: readonly GlyphRoute[] = [
  {
    path: '/styles/fonts/{fontstack}/{range}.pbf',
    summary: 'Letters of the styles as distance fields, 256 a file: the `glyphs` of a MapLibre style',
    inPath: { fontstack: text('names of typefaces, separated by commas'), range: text('0-255, 256-511, …') },
    types: ['application/x-protobuf'],
  },
  {
    path: '/styles/webfonts/{family}/{weight}.css',
    summary: 'A typeface of the styles for pages that draw letters by the browser (OpenLayers)',
    inPath: TYPEFACE,
    types: ['text/css'],
  },
  {
    path: '/styles/webfonts/{family}/{weight}.ttf',
    summary: 'The same as a file',
    inPath: TYPEFACE,
    types: ['font/ttf'],
  },
  {
    path: '/styles/sprites/{sprite}',
    summary: 'Marks of posts and events: `marks.json`, `marks.png` and with `@2x`, the `sprite` of a MapLibre style',
    inPath: { sprite: text('marks.json, marks.png, marks@2x.json or marks@2x.png') },
    types: ['application/json', 'image/png'],
  },
];

/** A day: letters change with a version of the service only. */
const KEPT = 'public, max-age=86400';

export function glyphRouter({ config }: Service): Router {
  const router = newRouter();
  const glyphs = new Glyphs();
  const send = (response: Response, type: string, body: Uint8Array | string) => {
    response.set({ 'cache-control': KEPT, 'access-control-allow-origin': '*', 'content-type': type });
    response.send(Buffer.from(body as Uint8Array));
  };
  router.get('/styles/fonts/:fontstack/:range.pbf', async (request, response) => {
    readParameters({}, searchOf(request));
    const { fontstack, range } = request.params;
    send(response, 'application/x-protobuf', await glyphs.range(fontstack, range));
  });
  router.get('/styles/sprites/:sprite', async (request, response) => {
    readParameters({}, searchOf(request));
    const { sprite } = await webBundle();
    const file = sprite.get(request.params.sprite);
    if (!file) throw new SalientError('not_found', `${request.path}: there are ${[...sprite.keys()].join(', ')}`);
    send(response, request.params.sprite.endsWith('.png') ? 'image/png' : 'application/json', file);
  });
  router.get('/styles/webfonts/:family/:weight.:form', (request, response) => {
    readParameters({}, searchOf(request));
    const { family, weight, form } = request.params;
    const file = family === FAMILY && /^\d{3}$/.test(weight) ? Glyphs.file(Number(weight)) : null;
    if (!file || (form !== 'css' && form !== 'ttf')) {
      const there = WEIGHTS.map((one) => `/styles/webfonts/${FAMILY}/${one}.css`).join(', ');
      throw new SalientError('not_found', `${request.path}: the typefaces are ${there}`);
    }
    if (form === 'ttf') return send(response, 'font/ttf', file);
    const address = `${baseOf(request, config)}/styles/webfonts/${FAMILY}/${weight}.ttf`;
    const css = `@font-face{font-family:"Source Sans 3";font-weight:${weight};src:url("${address}") format("truetype")}\n`;
    send(response, 'text/css; charset=utf-8', css);
  });
  return router;
}
