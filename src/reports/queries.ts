import type { Region } from '../change/region.js';
import type { Instant, IsoDate } from '../model/dates.js';

/** The requests to our API that yield the figures of a report, as relative URLs that anyone can repeat. */
export interface Queries {
  change(from: IsoDate, to: IsoDate): string;
  patches(from: IsoDate, to: IsoDate): string;
  control(date: IsoDate): string;
  compare(other: string, date: IsoDate): string;
  places(date: IsoDate): string;
  route(id: string, date: IsoDate): string;
  post(number: number, operator: string, date: IsoDate): string;
  front(date: IsoDate): string;
  movement(from: IsoDate, to: IsoDate): string;
  claims(place: string): string;
  events(from: IsoDate, to: IsoDate): string;
  dates(): string;
}

export function queriesOf(series: string, knownAt: Instant, region: Region): Queries {
  const ask = (path: string, parameters: Record<string, string>) =>
    `${path}?${new URLSearchParams({ ...parameters, 'known-at': knownAt }).toString()}`;
  const between = (from: IsoDate, to: IsoDate) => ({ series, from, to, ...regionParameters(region) });
  const id = encodeURIComponent;
  return {
    change: (from, to) => ask('/change', between(from, to)),
    patches: (from, to) => ask('/change', { ...between(from, to), f: 'geojson' }),
    control: (date) => ask('/control', { series, date }),
    compare: (other, date) => ask('/compare', { series, with: other, date }),
    places: (date) => ask('/places', { series, date }),
    route: (route, date) => ask(`/routes/${id(route)}`, { series, date }),
    post: (number, operator, date) => ask(`/posts/${number}/evidence`, { series, date, operator }),
    front: (date) => ask('/front', { series, date }),
    movement: (from, to) => ask('/front/movement', { series, from, to }),
    claims: (place) => ask('/claims', { place, series }),
    events: (from, to) => ask('/events', { from, to, series }),
    dates: () => ask(`/series/${id(series)}/dates`, {}),
  };
}

/** A region as parameters of `/change`. */
function regionParameters(region: Region): Record<string, string> {
  if (region.kind === 'theatre') return {};
  if (region.kind === 'route') return { 'near-route': region.route, within: String(region.within_m) };
  return { polygon: JSON.stringify(region.polygons) };
}
