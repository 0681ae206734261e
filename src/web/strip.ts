import type { RouteHeld } from './api.js';
import { h } from './dom.js';
import { colourOf, type Frame } from './panel.js';
import { className } from './words.js';

/** Who holds each kilometre of a route: one bar from its one end to its other. */
export function routeStrip(
  { series: { parties } }: Frame,
  { name, length_km, stretches, error_m, places = [] }: RouteHeld,
): Node[] {
  const share = (km: number) => ((km / length_km) * 100).toFixed(2);
  const colour = (id: string) => colourOf(id, parties);
  const sure = (id: string) => parties.some((party) => party.id === id);
  const kilometres = Array.from({ length: Math.floor((length_km - 8) / 20) + 1 }, (_, i) => i * 20);
  const marks =
    places.length > 0
      ? places.map(({ name: label, km }) => ({ label, km }))
      : kilometres.map((km) => ({ label: km === 0 ? '0 km' : String(km), km }));
  return [
    h('h3', {}, name),
    h(
      'p',
      { class: 'lede' },
      holdersOfRoute(stretches)
        .map(({ id, km }) => `${className(id, parties)} ${Math.round(km)} km`)
        .join('; '),
      '.',
    ),
    h(
      'div',
      {
        class: 'strip',
        role: 'img',
        'aria-label': stretches
          .map(
            ({ from_km, to_km, class: id }) =>
              `km ${Math.round(from_km)} to ${Math.round(to_km)}: ${className(id, parties)}`,
          )
          .join('; '),
      },
      stretches.map(({ from_km, to_km, class: id }) =>
        h('span', {
          class: sure(id) ? '' : 'hatched',
          style: `--colour:${colour(id)};left:${share(from_km)}%;width:${share(to_km - from_km)}%`,
          title: `${className(id, parties)}, km ${from_km.toFixed(0)} to ${to_km.toFixed(0)}`,
        }),
      ),
    ),
    h(
      'div',
      { class: places.length > 0 ? 'marks named' : 'marks', 'aria-hidden': 'true' },
      marks.map(({ label, km }) => h('span', { style: `left:${share(km)}%` }, label)),
    ),
    h('p', { class: 'fine' }, `${Math.round(length_km)} km, drawn to within ${Math.round(error_m / 1000)} km.`),
  ];
}

/** Kilometres by class, most first. */
export function holdersOfRoute(stretches: RouteHeld['stretches']): { id: string; km: number }[] {
  const sums = new Map<string, number>();
  for (const { class: id, from_km, to_km } of stretches) sums.set(id, (sums.get(id) ?? 0) + to_km - from_km);
  return [...sums].map(([id, km]) => ({ id, km })).sort((a, b) => b.km - a.km);
}
