import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';

const WEB = fileURLToPath(new URL('../web', import.meta.url));
const installed = createRequire(import.meta.url);
/** Libraries of the page, from the project's own packages. */
const VENDOR = {
  maplibre: dirname(installed.resolve('maplibre-gl/dist/maplibre-gl.css')),
  pmtiles: join(dirname(installed.resolve('pmtiles/package.json')), 'dist/esm'),
  fflate: join(dirname(installed.resolve('fflate')), '../esm'),
};

/** The page at `/`, its files under `/web`, and its libraries under `/web/vendor`. */
export function webFiles(): Router {
  const router = Router();
  for (const [name, folder] of Object.entries(VENDOR)) {
    router.use(`/web/vendor/${name}`, express.static(folder, { index: false, maxAge: '1d' }));
  }
  router.use('/web', fromSource(), express.static(WEB, { index: false }));
  router.get('/', (request, response) => {
    response.set('content-security-policy', policy(request.originalUrl)).sendFile(join(WEB, 'index.html'));
  });
  return router;
}

/**
 * Nothing is fetched from elsewhere, and the browser is told so; MapLibre's worker is one of our own files. But for the
 * web server of an archive that the reader asked for (`?archive=https://…`).
 */
function policy(url: string): string {
  const archive = new URL(url, 'http://localhost').searchParams.get('archive') ?? '';
  const other = URL.canParse(archive) ? new URL(archive) : null;
  const from = other && ['http:', 'https:'].includes(other.protocol) ? ` ${other.origin}` : '';
  return `default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self'${from}; object-src 'none'; base-uri 'none'; frame-ancestors *`;
}

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
