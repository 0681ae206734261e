import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';

const WEB = fileURLToPath(new URL('../web', import.meta.url));
const MAPLIBRE = dirname(createRequire(import.meta.url).resolve('maplibre-gl/dist/maplibre-gl.css'));

/** The page at `/`, its files under `/web`, and the map library from the project's own packages. */
export function webFiles(): Router {
  const router = Router();
  router.use('/web/vendor/maplibre', express.static(MAPLIBRE, { index: false, maxAge: '1d' }));
  router.use('/web', fromSource(), express.static(WEB, { index: false }));
  router.get('/', (_request, response) => {
    response.set('content-security-policy', CSP).sendFile(join(WEB, 'index.html'));
  });
  return router;
}

// Nothing is fetched from elsewhere, and the browser is told so. MapLibre's worker is one of our own files.
const CSP =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors *";

/** Run from source, `/web/x.js` is `x.ts`, transpiled when asked for; compiled, the file is there. */
function fromSource(): RequestHandler {
  return async (request, response, next) => {
    const source = join(WEB, request.path.replace(/\.js$/, '.ts'));
    if (
      !request.path.endsWith('.js') ||
      request.path.includes('..') ||
      existsSync(join(WEB, request.path)) ||
      !existsSync(source)
    ) {
      next();
      return;
    }
    const { transform } = await import('esbuild');
    const { readFile } = await import('node:fs/promises');
    const { code } = await transform(await readFile(source, 'utf8'), { loader: 'ts', target: 'es2022' });
    response.type('text/javascript').send(code);
  };
}
