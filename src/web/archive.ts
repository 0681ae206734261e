import { addProtocol } from 'maplibre-gl';
import { PMTiles, Protocol } from 'pmtiles';
import type { Boot, Party, Post } from './api.js';
import { byId, h } from './dom.js';
import { loadAhead, ownBasemap } from './map/assets.js';
import { createMap, type FrontMap } from './map/map.js';
import { boundsIn } from './map/view.js';
import { legendBody, type OnMap } from './panel/notes.js';
import { readState, writeState } from './state.js';
import { addDays, type Day, dayNumber, inWords } from './text/calendar.js';
import { t } from './text/language.js';
import { claimedBy } from './text/words.js';
import { currentPalette } from './theme.js';
import { type Span, within } from './timeline/span.js';
import { createTimeline } from './timeline/timeline.js';

/* The page on one file of tiles (`?archive=`): it calls no service, so the page and the file may be on any web server. */

/** What `salient tiles export` writes into an archive, as far as the page reads it. */
interface Reported {
  name?: string;
  description?: string;
  attribution?: string;
  date?: Day;
  from?: Day;
  to?: Day;
  dates?: Day[];
  parties?: Party[];
  extent?: [number, number, number, number];
}

/** Shows an archive of a day, or of a span with a slider that filters what was loaded and requests nothing more. */
export async function showArchive(url: string, boot: Boot): Promise<void> {
  document.body.dataset.archive = 'true';
  await loadAhead(boot.assets);
  const archive = new PMTiles(new URL(url, location.href).href);
  const protocol = new Protocol();
  protocol.add(archive);
  addProtocol('pmtiles', protocol.tile);
  const { minZoom, maxZoom, minLon, minLat, maxLon, maxLat } = await archive.getHeader();
  const reported = (await archive.getMetadata()) as Reported;
  const { name = 'An archive', attribution = '', description = '', parties = [] } = reported;
  const span = spanOfArchive(reported);
  const state = readState(location.hash);
  let day = span && within(span, state.date ?? span.last);
  document.title = `${name} — Salient`;
  byId('title').textContent = name;
  const host = new URL(url, location.href).host;
  byId('method').replaceChildren(
    h('h3', {}, t.archive),
    h('p', {}, `${description}. ${attribution}.`),
    h('p', { class: 'fine' }, t.archiveFrom(host, reported.date ? inWords(reported.date) : '')),
  );
  const map = await createMap({
    container: byId('map'),
    assets: boot.assets,
    parties,
    palette: currentPalette(),
    tiles: `pmtiles://${archive.source.getKey()}/{z}/{x}/{y}`,
    reach: { minzoom: minZoom, maxzoom: maxZoom, bounds: [minLon, minLat, maxLon, maxLat] },
    theatre: null,
    opensOn: reported.extent ? boundsIn(reported.extent) : [minLon, minLat, maxLon, maxLat],
    view: state.view,
    calm: matchMedia('(prefers-reduced-motion: reduce)').matches,
    attribution: `${attribution}. Borders: Natural Earth`,
    title: t.map,
    basemap: await ownBasemap(boot.assets),
    cooperative: window.self !== window.top,
    controls: true,
    padding: { top: 24, right: 24, bottom: 32, left: 24 },
    onSelect: () => {},
    onError: () => {},
    onMove: (view) => {
      state.view = view;
      history.replaceState(null, '', writeState(state));
    },
  });
  document.body.toggleAttribute('data-span', span !== null);
  if (span && day) {
    const onDay = async (next: Day): Promise<void> => {
      day = next;
      state.date = next;
      map.filterTo(dayNumber(next));
      history.replaceState(null, '', writeState(state));
      await map.settled();
      if (day !== next) return;
      document.body.dataset.shown = next;
      timeline.show(next);
    };
    const timeline = createTimeline({ span, calm: true, onDay });
    timeline.want(day);
    await onDay(day);
  } else if (reported.date) {
    byId('when').textContent = inWords(reported.date);
    await map.settled();
    document.body.dataset.shown = reported.date;
  }
  map.nameThePlaces(map.placesLoaded());
  byId('legend-box').setAttribute('open', '');
  byId('legend').replaceChildren(...legendBody(parties, inArchive(map, parties)));
  document.body.dataset.ready = 'true';
}

/** The days of a span, from its first map on; null for an archive of one day. */
function spanOfArchive({ from, to, dates = [] }: Reported): Span | null {
  if (from === undefined || to === undefined) return null;
  return { first: dates[0] ?? from, last: addDays(to, -1), changes: dates };
}

/** What the tiles that are loaded show: the file itself does not list it. */
function inArchive({ gl }: FrontMap, parties: readonly Party[]): OnMap {
  const of = (layer: string) => gl.querySourceFeatures('dated-a', { sourceLayer: layer }).map((row) => row.properties);
  const ground = of('control').map(({ party, status }) =>
    status === 'controlled' ? String(party) : status === 'claimed' ? claimedBy(String(party)) : String(status),
  );
  const posts = of('post').map(
    ({ verdict, grade }) => ({ verdict, grade: grade ?? null }) as Pick<Post, 'verdict' | 'grade'>,
  );
  const classes = new Set(ground);
  return { classes, posts, front: parties.filter(({ id }) => classes.has(id)).length > 1, changedSince: null };
}
