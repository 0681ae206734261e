import type { Request, Response, Router } from 'express';
import { askVerdicts } from '../encirclement/ask.js';
import { SalientError } from '../errors.js';
import { asPng } from '../reports/render/pictures/as-png.js';
import { type DayMap, dayMapSvg } from '../reports/render/pictures/day-map.js';
import type { Bbox } from '../reports/render/pictures/mercator-view.js';
import { type AsOf, envelope, resolveDays } from '../series/as-of.js';
import { askControl, askPlaces } from '../series/control.js';
import { dayDrawn, unknownOn } from '../series/coverage.js';
import { partiesShown } from '../series/series.sql.js';
import { atWork, workUnderWay } from '../store/cancellation.js';
import { openMemo } from '../store/memo.js';
import { parseTileAddress, tileBounds } from '../tiles/address.js';
import { MAX_TILE_ZOOM } from '../tiles/tilejson.js';
import { searchOf } from './base.js';
import { newRouter } from './new-router.js';
import { date, knownAt, oneOf, optional, readParameters, series, text, wholeNumber } from './parameters.js';
import type { Service } from './service.js';
import { dayHeaders, OPEN, tileHeaders } from './tiles/tile-answer.js';
import { untilGone } from './until-gone.js';

const QUERY = {
  date: optional(date()),
  'known-at': knownAt,
  bbox: optional(
    text(
      'west,south,east,north, degrees; across 180° east may be beyond 180, or less than west; the whole theatre when absent',
    ),
  ),
  width: optional(wholeNumber('pixels; 1200 when absent', 2400, 200)),
  height: optional(wholeNumber('pixels of the map; six tenths of the width when absent', 2400, 100)),
  frame: optional(oneOf(['none'], 'none: the map by itself on a transparent ground, the bbox from edge to edge')),
};
const WIDTH = 1200;
const FORMS = { png: 'image/png', svg: 'image/svg+xml' } as const;

/** Units of a cell of the grid: its picture has twice as many pixels. */
const CELL = 256;
const PICTURES = 48 << 20;
/** Days whose ground, places and posts are at hand, bytes of their JSON, roughly. */
const DRAWN_DAYS = 64 << 20;
/** Nothing lies there: an empty picture, because a client of pictures takes no answer for a fault. */
const EMPTY = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CELL} ${CELL}" width="${CELL}" height="${CELL}"/>`;

const IN_PATH = { series, form: oneOf(Object.keys(FORMS), 'form of the picture') };

const CELL_QUERY = { date: optional(date()), 'known-at': knownAt };

/** As the definition of the API and the tables list it. */
export const DAY_MAPS = [
  {
    path: '/maps/{series}.{form}',
    summary: 'The map of a day (`date`; the last complete one) as a picture: PNG or SVG',
    inPath: IN_PATH,
    query: QUERY,
    types: Object.values(FORMS),
  },
  {
    path: '/maps/{series}/{z}/{x}/{y}.png',
    summary:
      'The same as tiles of pictures, for clients that take no vector tiles: XYZ, Web Mercator, 512 by 512 pixels on a transparent ground',
    inPath: { series, z: text('zoom, 0 to 14'), x: text('column'), y: text('row') },
    query: CELL_QUERY,
    types: ['image/png'],
  },
] as const;

/** `/maps/{series}.svg` and `.png`: the map of a day as the service draws it, for browsers that cannot and for previews. */
export function dayMaps(service: Service): Router {
  const router = newRouter();
  router.get('/maps/:series.:form', async (request: Request, response: Response) => {
    const requested = readParameters(QUERY, searchOf(request));
    const given = request.params as Record<string, string>;
    const [id, form] = [IN_PATH.series.read(given.series ?? '', 'series'), IN_PATH.form.read(given.form ?? '', 'form')];
    const width = requested.width ?? WIDTH;
    const { height } = requested;
    const shape = {
      ...{ bbox: bboxOf(requested.bbox), width, framed: requested.frame === null },
      ...(height !== null && { height }),
    };
    const { drawn, headers } = await untilGone(response, () =>
      drawDay(service, { series: id, date: requested.date, knownAt: requested['known-at'] }, shape),
    );
    response.set({ ...OPEN, ...headers, 'cache-control': 'public, max-age=300' });
    if (form === 'svg') response.type('image/svg+xml').send(drawn);
    else response.type('image/png').send(Buffer.from(await asPng(drawn, shape.framed ? '#ffffff' : null)));
  });

  const pictures = openMemo<Uint8Array>({ maxBytes: PICTURES, bytesOf: ({ length }) => length });
  const days = openMemo<{ map: DayContent; bytes: number }>({ maxBytes: DRAWN_DAYS, bytesOf: ({ bytes }) => bytes });
  router.get('/maps/:series/:z/:x/:y.png', async (request: Request, response: Response) => {
    const { tiles } = service;
    const requested = readParameters(CELL_QUERY, searchOf(request));
    const given = request.params as Record<string, string>;
    const address = parseTileAddress(given.z ?? '', given.x ?? '', given.y ?? '', MAX_TILE_ZOOM);
    const day = { series: IN_PATH.series.read(given.series ?? '', 'series'), date: requested.date };
    const subject = await tiles.onDay({ ...day, knownAt: requested['known-at'] }, tiles.tilesets);
    const etag = tiles.etag(subject, address).replace(/"$/, '.png"');
    response.set(tileHeaders(etag, subject));
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const png = await pictures.once(etag, async () => {
      const { map } = await days.once(subject.key, async () => {
        // One answer for all cells of the day: it may take longer than a tile does.
        const work = { ...workUnderWay(), lane: 'answer' } as const;
        const content = await atWork(work, async () => {
          const dayAsked = { ...day, knownAt: requested['known-at'] };
          return contentOf(service, dayAsked, await dayOf(service, dayAsked));
        });
        return { map: content, bytes: JSON.stringify(content).length };
      });
      const { x, y, z: zoom } = address;
      const shape = { bbox: tileBounds(address), width: CELL, height: CELL, cell: { zoom, x, y } };
      const drawn = dayMapSvg({ ...map, ...shape });
      return asPng(/<(path|circle) [cd]/.test(drawn.replace(/<defs>.*<\/defs>/s, '')) ? drawn : EMPTY, null);
    });
    response.type('image/png').send(Buffer.from(png));
  });
  return router;
}

type DayContent = Omit<DayMap, 'bbox' | 'width' | 'height' | 'framed' | 'cell'>;
interface DayAsked {
  series: string;
  date: Parameters<typeof resolveDays>[2][number];
  knownAt: Parameters<typeof resolveDays>[3];
}

async function drawDay(
  service: Service,
  requested: DayAsked,
  shape: Pick<DayMap, 'bbox' | 'width' | 'height' | 'framed'>,
): Promise<{ drawn: string; headers: Record<string, string> }> {
  const asOf = await dayOf(service, requested);
  const drawn = dayMapSvg({ ...(await contentOf(service, requested, asOf)), ...shape });
  return { drawn, headers: dayHeaders({ stale: asOf.stale, unknown: unknownOn(asOf) }) };
}

async function dayOf({ db }: Service, requested: DayAsked): Promise<AsOf> {
  const [asOf] = await resolveDays(db, requested.series, [requested.date], requested.knownAt);
  if (!asOf) throw new SalientError('unknown_series', `there is no series ${JSON.stringify(requested.series)}`);
  return asOf;
}

/** What is on the map of a day. */
async function contentOf({ db }: Service, requested: DayAsked, asOf: AsOf): Promise<DayContent> {
  const day = { ...requested, date: asOf.date };
  const [control, places, posts] = [
    await askControl(db, day, { cells: false }),
    await askPlaces(db, day),
    await askVerdicts(db, day),
  ];
  const { title, publisher, licence } = asOf.statement;
  const parties = await partiesShown(db, requested.series, asOf, requested.knownAt);
  const position = (coordinates: readonly number[]) => [coordinates[0] ?? 0, coordinates[1] ?? 0] as const;
  return {
    title,
    day: dayDrawn({ ...asOf, unknown: unknownOn(asOf) }),
    source: `${publisher}, ${licence}; ${envelope(asOf).method}; map of ${asOf.valid_from}.`,
    parties,
    control: control.features.map(({ geometry, properties: { party, status } }) => ({ party, status, geometry })),
    places: places.features.map(({ geometry, properties: { name, kind } }) => ({
      name,
      kind,
      at: position(geometry.coordinates),
    })),
    posts: posts.map(({ number, verdict, grade, position: at }) => ({ number, verdict, grade, at: position(at) })),
  };
}

/** The box that a parameter names; across 180° both `177,49,185,53` and `177,49,-175,53`, as RFC 7946 (5.2) writes it, are one. */
function bboxOf(given: string | null): Bbox | null {
  if (given === null) return null;
  const sides = given.split(',').map((side) => (side.trim() === '' ? Number.NaN : Number(side)));
  const [west = Number.NaN, south = Number.NaN, to = Number.NaN, north = Number.NaN] = sides;
  const isAcross = west > to && west <= 180 && to >= -180;
  const east = isAcross ? to + 360 : to;
  const isBox = sides.length === 4 && sides.every(Number.isFinite) && west < east && south < north;
  if (isBox && Math.abs(south) <= 90 && Math.abs(north) <= 90) {
    // A map that was moved round the world counts on.
    const turned = 360 * Math.round((west + east) / 720);
    return [west - turned, south, east - turned, north];
  }
  throw new SalientError('invalid_parameter', `bbox=${given}: expected west,south,east,north in degrees`);
}
