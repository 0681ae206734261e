import { askChange } from '../../change/ask.js';
import { claimedAreasOver } from '../../change/region.sql.js';
import { askEncirclement } from '../../encirclement/ask.js';
import type { IsoDate } from '../../model/dates.js';
import { askRoute } from '../../routes/ask.js';
import { type AsOf, resolve } from '../../series/as-of.js';
import { breakpoints } from '../../series/as-of.sql.js';
import { claimsOf, knowsPlaces } from '../../series/claims-and-events.sql.js';
import { snapshotDates } from '../../series/series.sql.js';
import { atLast } from '../../store/cancellation.js';
import { parseTileAddress, type TileAddress } from '../../tiles/address.js';
import type { TileSubject } from '../../tiles/service.js';
import { MAX_TILE_ZOOM } from '../../tiles/tilejson.js';
import { errorAnswer } from '../errors.js';
import type { Service } from '../service.js';

const EVERYWHERE = { place: null, knownAt: null };
/** More than any screen shows; a longer list is cut, the rest is requested tile by tile. */
const MOST_TILES = 64;
/** The layers that the page draws of tiles; events it knows all of. */
const PAGE_LAYERS = 'control,front,label,place,pocket,post,route';

/**
 * Everything that the page shows of a day, one line a part as soon as it is there, so that a step costs one request and
 * a part that fails takes nothing else with it. The first line states for which days all of it holds.
 * @throws SalientError when the day itself has no answer
 */
export async function dayParts(
  service: Service,
  base: string,
  requested: { series: string; date: IsoDate; tiles: string | null },
  send: (line: object) => void,
): Promise<void> {
  const { db, tiles } = service;
  const { series, date } = requested;
  const day = { series, date, knownAt: null };
  const asOf = await resolve(db, day);
  const dates = await snapshotDates(db, series, null);
  const to = asOf.valid_from;
  const from = dates.findLast((other) => other < to) ?? to;
  send({ part: 'frame', answer: { date, from, to, holds: await holding(service, asOf) } });

  const part = async (name: string, answer: () => Promise<unknown>): Promise<void> => {
    try {
      send({ part: name, answer: await answer() });
    } catch (error) {
      send({ part: name, error: errorAnswer(error).body });
    }
  };
  const change = { series, from, to, knownAt: null };
  const addresses = addressesIn(requested.tiles);
  const drawn = async (subject: TileSubject, known: readonly TileAddress[]) =>
    Object.fromEntries(
      await Promise.all(
        known.map(async (address) => {
          const { identity } = await tiles.draw(subject, address);
          return [`${address.z}/${address.x}/${address.y}`, Buffer.from(identity).toString('base64')] as const;
        }),
      ),
    );
  // The headline first, then the map: the embedded database answers one question after the other.
  await part('change', async () => {
    const answer = await askChange(db, change);
    const ids = (answer.places ?? []).flatMap(({ claims }) => claims);
    const { edition, statement } = asOf;
    const cited = ids.length > 0 ? await claimsOf(db, statement.theatre, edition, { ...EVERYWHERE, ids }) : [];
    const claims = await claimedAreasOver(db, [asOf.revision]);
    const claimed = Object.fromEntries(claims.map(({ party, m2 }) => [party, m2 / 1e6]));
    return { ...answer, cited, claimed, knows_places: await knowsPlaces(db, edition) };
  });
  await part('tiles', async () => {
    const json = await tiles.dayJson(day, base);
    const subject = await tiles.onDay(day, tiles.layersNamed(PAGE_LAYERS));
    return { json, data: await drawn(subject, addresses) };
  });
  await part('routes', async () => {
    const { route } = await askChange(db, change);
    return Promise.all([...new Set(route.map((row) => row.route))].map((id) => askRoute(db, day, id)));
  });
  await part('changes', async () => {
    if (from === to) return null;
    return { json: await tiles.changeJson(change, base), data: await drawn(await tiles.between(change), addresses) };
  });
  // Verdicts take seconds where they are not at hand; a reader who has stepped on wants the next headline and map before them.
  await part('posts', () =>
    atLast(async () => {
      const before = from === to ? { posts: [] } : await askEncirclement(db, { ...day, date: from });
      // Between the map's day and this one a post may have been closed: that is no doing of the map.
      const on_map = asOf.since === to ? null : await askEncirclement(db, { ...day, date: to });
      return { before, on_map, after: await askEncirclement(db, day) };
    }),
  );
}

/** The days, `[from, to)`, on which nothing that the page shows is different. */
async function holding({ db }: Service, { edition, since, valid_to }: AsOf) {
  const next = (await breakpoints(db, edition)).find((day) => day > since);
  const [to = null] = [valid_to, next].filter((day) => day !== null && day !== undefined).sort();
  return { from: since, to };
}

function addressesIn(list: string | null): TileAddress[] {
  return (list ?? '')
    .split(',')
    .filter((entry) => entry !== '')
    .slice(0, MOST_TILES)
    .map((entry) => {
      const [z = '', x = '', y = ''] = entry.split('/');
      return parseTileAddress(z, x, y, MAX_TILE_ZOOM);
    });
}
