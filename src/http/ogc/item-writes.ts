import { type Request, type RequestHandler, type Response, type Router, text } from 'express';
import { propose } from '../../desk/desk.js';
import { editOf, removalOf, type SentFeature, type StandingArea } from '../../desk/feature-edit.js';
import { mapOn } from '../../desk/map-effect.js';
import { asCrs84 } from '../../desk/sent-crs.js';
import { standsIn } from '../../desk/shapes.sql.js';
import { SalientError } from '../../errors.js';
import { askFeature, type CollectionInfo, collectionNamed } from '../../features/ask.js';
import { parseCollectionId } from '../../features/collections.js';
import type { SeriesViews } from '../../features/series-views.js';
import { CRS84, crsNamed } from '../../geometry/crs.js';
import { parseJson } from '../../geometry/json-limits.js';
import { type IsoDate, parseDate } from '../../model/dates.js';
import { asMember } from '../../store/members-record.js';
import { asPrincipal } from '../../store/principal.js';
import { asReceived } from '../access/admitted.js';
import { principalOf } from '../access/principals.js';
import { baseOf, searchOf } from '../base.js';
import { demandMatch, tagKnown } from '../conditions.js';
import { newRouter } from '../new-router.js';
import { date, optional, readParameters, text as textParameter } from '../parameters.js';
import type { Service } from '../service.js';
import { featureTag, wholeShape } from './feature-tag.js';
import { demandType } from './filter-body.js';
import { FEATURE_TYPES } from './item-methods.js';
import { GEOJSON } from './negotiate.js';

export const WORDS = {
  date: optional(date('day from which it holds')),
  why: optional(textParameter('the reason; kept')),
  source: optional(textParameter('address of the source')),
  publisher: optional(textParameter('who publishes the source')),
};
/** For clients that have no other place for them (QGIS sends fields of the layer only): below property and parameter. */
const WORD_HEADERS = {
  date: 'Salient-Date',
  why: 'Salient-Why',
  source: 'Salient-Source',
  publisher: 'Salient-Publisher',
};
/** What a new area is called until it is decided on: the last part of its address. */
const PROPOSED_ID = /^proposal\.([1-9]\d{0,9})$/;
const ITEMS = '/ogc/collections/:collectionId/items';
const ITEM = `${ITEMS}/:featureId`;
const LONGEST = '5mb';

/**
 * What a GIS saves (OGC API – Features, Part 4): of the areas of a map, each create, replace, update and delete becomes a
 * proposal, 202 with its address. The map changes when somebody else approves it.
 */
export function itemWrites(service: Service, views: SeriesViews): Router {
  const router = newRouter();
  const { db, guard } = service;

  /** Before the body is read: a stranger who sends one slowly holds nothing. */
  const begin: RequestHandler = async (request, response, next) => {
    // A filter, which everybody may send.
    if (request.method === 'POST' && !request.is(GEOJSON)) return next('route');
    const id = String(request.params.collectionId);
    const principal = principalOf(response);
    await guard.demandIn(principal, parseCollectionId(id).series, 'write', 'contributor');
    const info = await collectionNamed(views, id, null);
    response.locals.collection = info;
    if (info.name === 'control') return next();
    throw new SalientError(
      'method_not_allowed',
      `${id}: what is saved is an area of a map: ${info.series}_control takes it`,
    );
  };
  const begun = ({ locals }: Response) => locals.collection as CollectionInfo;

  /** The area as the caller reads it: of a member, in the record of members. */
  async function standing(request: Request, response: Response, info: CollectionInfo): Promise<StandingArea> {
    const id = String(request.params.featureId);
    const ahead = await service.members.of(principalOf(response), { method: 'GET', path: request.path });
    const row = await asMember(ahead, async () => {
      const read = ahead ? await collectionNamed(views, info.id, null) : info;
      return askFeature(db, read, id, wholeShape(read));
    });
    const tag = featureTag(row, wholeShape(info), 'json');
    demandMatch(request.headers, tag);
    if (tagKnown(request.headers, tag) !== null)
      throw new SalientError('precondition_failed', `If-None-Match: ${id} stands already`);
    const { id: _, geometry, ...properties } = row;
    const { party, status } = properties as unknown as Pick<StandingArea, 'party' | 'status'>;
    const area = { date: parseDate(id.slice(0, 10)), geometry: geometry ?? '', party, status, properties };
    if (ahead && !(await isPublic(info.series, area.date, Number(properties.revision), Number(id.slice(11))))) {
      const how = 'release that change, or draw the ground that passes as an area of its own (POST)';
      throw new SalientError(
        'proposal_conflict',
        `${id} is so in the record of members alone, by a change that is approved and not public yet: ${how}`,
      );
    }
    return area;
  }

  /** A change is made to the public record: what is saved upon ground that is not public would publish it. */
  async function isPublic(series: string, date: IsoDate, revision: number, no: number): Promise<boolean> {
    const map = await mapOn(db, series, date);
    return map !== null && (map.id === revision || (await standsIn(db, revision, no, map.id)));
  }

  /** What was sent, its geometry in CRS84 whatever system `Content-Crs` names. */
  async function featureIn(request: Request, info: CollectionInfo): Promise<SentFeature> {
    const sent = featureOf(request);
    const { featureId } = request.params;
    if (featureId !== undefined && sent.id !== undefined && sent.id !== featureId) {
      const message = `the feature saved is ${featureId}, and the id of what was sent is ${JSON.stringify(sent.id)}`;
      throw new SalientError('invalid_proposal', message, [{ code: 'id', at: '/id', message }]);
    }
    const named = request.get('content-crs')?.replace(/^<(.*)>$/, '$1');
    const crs = named === undefined ? CRS84 : crsNamed(info.crs, named, 'Content-Crs');
    return sent.geometry ? { ...sent, geometry: await asCrs84(db, sent.geometry, crs) } : sent;
  }

  function wordsOf(request: Request) {
    const given = searchOf(request);
    for (const [name, header] of Object.entries(WORD_HEADERS)) {
      const value = request.get(header);
      if (value !== undefined && !given.has(name)) given.set(name, decodedHeader(value));
    }
    return readParameters(WORDS, given);
  }

  async function answer(
    request: Request,
    response: Response,
    info: CollectionInfo,
    make: () => ReturnType<typeof editOf>,
  ) {
    const principal = principalOf(response);
    const made = await asPrincipal(principal, async () => propose(db, info.series, await make(), principal.name));
    const root = baseOf(request, service.config);
    const proposal = `${root}${proposalPath(info.series, made.proposal)}`;
    const isNew = request.params.featureId === undefined;
    // QGIS takes the id of what it created from a Location below the items, which it finds by this spelling alone.
    const location = isNew ? `${root}/ogc/collections/${info.id}/items/proposal.${made.proposal}` : proposal;
    response
      .status(202)
      .set({ Location: location, Link: `<${proposal}>; rel="monitor"` })
      .json(made);
  }

  const create: RequestHandler = async (request, response) => {
    const info = begun(response);
    const sent = await featureIn(request, info);
    await answer(request, response, info, () => editOf(db, sent, null, wordsOf(request)));
  };
  const change =
    (whole: boolean): RequestHandler =>
    async (request, response) => {
      const info = begun(response);
      const area = await standing(request, response, info);
      const sent = await featureIn(request, info);
      if (whole && !sent.geometry)
        throw new SalientError('invalid_proposal', 'a replacement has a geometry: PATCH changes properties alone');
      await answer(request, response, info, () => editOf(db, sent, area, wordsOf(request)));
    };
  const remove: RequestHandler = async (request, response) => {
    const info = begun(response);
    const area = await standing(request, response, info);
    await answer(request, response, info, async () => removalOf(area, wordsOf(request)));
  };

  /** What is proposed is no feature yet: its address leads to the proposal, open or decided. */
  const proposed: RequestHandler = async (request, response, next) => {
    const [, number] = PROPOSED_ID.exec(String(request.params.featureId)) ?? [];
    if (number === undefined) return next();
    const { series, kind } = parseCollectionId(String(request.params.collectionId));
    if (kind !== 'control') return next();
    response.redirect(303, `${baseOf(request, service.config)}${proposalPath(series, Number(number))}`);
  };

  /** Who sends a body slowly holds no place meanwhile. */
  const received =
    (read: RequestHandler): RequestHandler =>
    (request, response, next) =>
      asReceived(
        service,
        response,
        () =>
          new Promise<void>((resolve, reject) =>
            read(request, response, (error) => (error ? reject(error) : resolve())),
          ),
        async () => next(),
      );
  const body = received(text({ type: FEATURE_TYPES, limit: LONGEST }));
  router.post(ITEMS, begin, received(text({ type: GEOJSON, limit: LONGEST })), create);
  router.get(ITEM, proposed);
  router.put(ITEM, begin, body, change(true));
  router.patch(ITEM, begin, body, change(false));
  router.delete(ITEM, begin, remove);
  return router;
}

const proposalPath = (series: string, proposal: number) =>
  `/series/${encodeURIComponent(series)}/proposals/${proposal}`;

/** Node reads headers as Latin-1, and clients send UTF-8: what is no UTF-8 stays as it is. */
function decodedHeader(value: string): string {
  const decoded = Buffer.from(value, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? value : decoded;
}

function featureOf(request: Request): SentFeature {
  demandType(request);
  if (typeof request.body !== 'string') {
    throw new SalientError('unsupported_media_type', `a feature is one of ${FEATURE_TYPES.join(', ')}`);
  }
  const sent = parseJson(Buffer.from(request.body)) as SentFeature | null;
  if (typeof sent === 'object' && sent !== null && !Array.isArray(sent)) return sent;
  throw new SalientError('invalid_proposal', 'one GeoJSON feature is expected');
}
