import type { RouteControl } from '../api.js';
import { h } from '../dom.js';
import { wholeKilometres } from '../figures.js';
import { t } from '../text/language.js';
import { className, km } from '../text/words.js';
import { colourOf, type Frame, swatchClass } from './panel.js';

/** Who holds each kilometre of a route: one bar from its one end to its other. */
export function routeStrip(
  { series: { parties } }: Frame,
  { name, length_km, stretches, error_m, places = [] }: RouteControl,
): Node[] {
  const share = (km: number) => ((km / length_km) * 100).toFixed(2);
  const colour = (id: string) => colourOf(id, parties);
  const kilometres = Array.from({ length: Math.floor((length_km - 8) / 20) + 1 }, (_, i) => i * 20);
  const marks =
    places.length > 0
      ? namesThatFit(places, length_km)
      : kilometres.map((km) => ({ label: km === 0 ? '0 km' : String(km), km, ends: false }));
  return [
    h('h3', {}, name),
    h(
      'p',
      { class: 'lede' },
      wholeKilometres(holdersOfRoute(stretches))
        .map(({ id, km }) => `${className(id, parties)} ${km} km`)
        .join('; '),
      '.',
    ),
    h(
      'div',
      {
        class: 'strip',
        role: 'img',
        'aria-label': stretches
          .map(({ from_km, to_km, class: id }) =>
            t.kmOf(String(Math.round(from_km)), String(Math.round(to_km)), className(id, parties)),
          )
          .join('; '),
      },
      stretches.map(({ from_km, to_km, class: id }) =>
        h('span', {
          class: swatchClass(id, parties),
          style: `--colour:${colour(id)};inset-inline-start:${share(from_km)}%;width:${share(to_km - from_km)}%`,
          title: t.kmOf(from_km.toFixed(0), to_km.toFixed(0), className(id, parties)),
        }),
      ),
    ),
    h(
      'div',
      { class: places.length > 0 ? 'marks named' : 'marks', 'aria-hidden': 'true' },
      marks.map(({ label, km, ends }) =>
        h(
          'span',
          {
            class: ends ? 'ends' : '',
            style: ends ? `inset-inline-end:${share(length_km - km)}%` : `inset-inline-start:${share(km)}%`,
          },
          label,
        ),
      ),
    ),
    h('p', { class: 'fine' }, t.routeEnds(Math.round(length_km), km(error_m))),
  ];
}

/** Widest letter of a label as a share of the bar: 7 of the panel's 310 pixels. */
const LETTER = 7 / 310;

/**
 * The names to write under the bar: its two ends, then towns before villages, each where it overlaps none before it.
 * A name in the last third ends at its place (`ends`), so that none sticks out of the panel.
 */
export function namesThatFit(
  places: readonly { name: string; kind?: string; km: number }[],
  lengthKm: number,
): { label: string; km: number; ends: boolean }[] {
  const rank = (at: number) =>
    at === 0 || at === places.length - 1 ? 0 : ['city', 'town'].includes(places[at]?.kind ?? '') ? 1 : 2;
  const order = places.map((place, at) => ({ ...place, rank: rank(at) })).sort((a, b) => a.rank - b.rank);
  const taken: { from: number; to: number }[] = [];
  return order.flatMap(({ name: label, km }) => {
    const ends = km / lengthKm > 2 / 3;
    const width = (label.length + 2) * LETTER * lengthKm;
    const span = ends ? { from: km - width, to: km } : { from: km, to: km + width };
    if (taken.some(({ from, to }) => span.from < to && from < span.to)) return [];
    taken.push(span);
    return [{ label, km, ends }];
  });
}

/** Kilometres by class, most first. */
export function holdersOfRoute(stretches: RouteControl['stretches']): { id: string; km: number }[] {
  const sums = new Map<string, number>();
  for (const { class: id, from_km, to_km } of stretches) sums.set(id, (sums.get(id) ?? 0) + to_km - from_km);
  return [...sums].map(([id, km]) => ({ id, km })).sort((a, b) => b.km - a.km);
}
