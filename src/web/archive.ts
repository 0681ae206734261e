import { addProtocol } from 'maplibre-gl';
import { PMTiles, Protocol } from 'pmtiles';
import type { Party } from './api.js';
import { addDays, type Day, dayNumber, inWords } from './calendar.js';
import { byId, h } from './dom.js';
import { createMap } from './map.js';
import { legendBody } from './notes.js';
import { type Span, within } from './span.js';
import { readState, writeState } from './state.js';
import { createTimeline } from './timeline.js';

/* The page on one file of tiles (`?archive=`): no service is asked, so the page and the file may lie on any web server. */

/** What `salient tiles export` writes into an archive, as far as the page reads it. */
interface Told {
  name?: string;
  description?: string;
  attribution?: string;
  date?: Day;
  from?: Day;
  to?: Day;
  dates?: Day[];
  parties?: Party[];
}

/** Shows an archive of a day, or of a span with a slider that filters what was loaded and asks for nothing more. */
export async function showArchive(url: string): Promise<void> {
  document.body.dataset.archive = 'true';
  const archive = new PMTiles(new URL(url, location.href).href);
  const protocol = new Protocol();
  protocol.add(archive);
  addProtocol('pmtiles', protocol.tile);
  const { minZoom, maxZoom, minLon, minLat, maxLon, maxLat } = await archive.getHeader();
  const told = (await archive.getMetadata()) as Told;
  const { name = 'An archive', attribution = '', description = '', parties = [] } = told;
  const span = spanOfArchive(told);
  const state = readState(location.hash);
  let day = span && within(span, state.date ?? span.last);
  document.title = `${name} — Salient`;
  byId('title').textContent = name;
  const host = new URL(url, location.href).host;
  byId('method').replaceChildren(
    h('h3', {}, 'An archive of map tiles'),
    h('p', {}, `${description}. ${attribution}.`),
    h('p', { class: 'fine' }, `One file, read from ${host}${told.date ? `: the map of ${inWords(told.date)}` : ''}.`),
  );
  byId('legend').replaceChildren(...legendBody(parties, new Set(parties.map(({ id }) => id))));

  const map = await createMap({
    container: byId('map'),
    parties,
    tiles: {
      tiles: [`pmtiles://${archive.source.getKey()}/{z}/{x}/{y}`],
      minzoom: minZoom,
      maxzoom: maxZoom,
      bounds: [minLon, minLat, maxLon, maxLat],
    },
    theatre: null,
    view: state.view,
    calm: matchMedia('(prefers-reduced-motion: reduce)').matches,
    attribution: escaped(`${attribution}. Borders: Natural Earth`),
    padding: { top: 24, right: 24, bottom: 32, left: 24 },
    onSelect: () => {},
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
      if (day === next) document.body.dataset.shown = next;
    };
    const timeline = createTimeline({ span, calm: true, onDay });
    timeline.set(day);
    await onDay(day);
  } else if (told.date) {
    byId('when').textContent = inWords(told.date);
    await map.settled();
    document.body.dataset.shown = told.date;
  }
  map.nameThePlaces(map.placesLoaded());
  document.body.dataset.ready = 'true';
}

/** The days of a span, from its first map on; null for an archive of one day. */
function spanOfArchive({ from, to, dates = [] }: Told): Span | null {
  if (from === undefined || to === undefined) return null;
  return { first: dates[0] ?? from, last: addDays(to, -1), changes: dates };
}

/** The map library takes attributions as HTML; a file from elsewhere says it in words. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
