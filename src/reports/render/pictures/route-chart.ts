import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import { addDays, dateOfDayNumber, dayNumber, type IsoDate } from '../../../model/dates.js';
import { type Html, html } from '../html.js';

/** A route at every map of a series, as the route's history returns it. */
export interface RouteHistory {
  route: string;
  name: string;
  series: string;
  method: string;
  length_km: number;
  complete_until: IsoDate | null;
  places: readonly { name: string; kind: string; km: number }[];
  states: readonly {
    from: IsoDate;
    stretches: readonly { from_km: number; to_km: number; class: string }[];
    km: readonly { class: string; km: number }[];
  }[];
}

export interface ChartParty {
  id: string;
  name: string;
  colour: string;
}

const WIDTH = 960;
const LEFT = 132;
const RIGHT = 20;
const TOP = { y: 64, height: 200 };
const BELOW = { y: 310, height: 300 };
const HEIGHT = BELOW.y + BELOW.height + 74;
const INK = '#222222';
const NOBODY: Readonly<Record<string, { name: string; colour: string }>> = {
  contested: { name: 'Contested', colour: '#c9a227' },
  front: { name: 'Along a border', colour: '#444444' },
  unknown: { name: 'Unknown', colour: '#bbbbbb' },
  unassigned: { name: 'In no area', colour: '#dddddd' },
  unmapped: { name: 'Outside the map', colour: '#eeeeee' },
};
/** Lines over the colour, one kind per class in turn, so that classes are distinguished without colour. */
const HATCHES = ['', 'M0 8L8 0', 'M0 0L8 8', 'M4 0V8', 'M0 4H8', 'M0 8L8 0M0 0L8 8'];

/**
 * A route over the days of a series as SVG: above, its kilometres by class; below, who held each kilometre. Classes have
 * a colour and a pattern each. Drawn to the
 * last complete day, or a week beyond the last map when none is stated.
 */
export function routeChart(history: RouteHistory, parties: readonly ChartParty[]): string {
  const classes = classesOf(history, parties);
  const first = history.states[0]?.from ?? ('1970-01-01' as IsoDate);
  const last = history.states.at(-1)?.from ?? first;
  const until =
    history.complete_until !== null && history.complete_until >= last
      ? addDays(history.complete_until, 1)
      : addDays(last, 7);
  const x = scaleLinear([dayNumber(first), dayNumber(until)], [LEFT, WIDTH - RIGHT]);
  const title = `${history.route}: kilometres by party, ${first} to ${until}`;
  const final = history.states
    .at(-1)
    ?.km.map(({ class: of, km }) => `${nameOf(of, parties)} ${km.toFixed(1)} km`)
    .join(', ');
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">
<title id="title">${title}</title>
<desc id="desc">Above: kilometres of ${history.name} by who held them on each day. Below: who held each kilometre. On the last map: ${final}. ${history.series}, ${history.method}.</desc>
<defs>${classes.map(({ key }, index) => pattern(key, parties, index))}</defs>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
<text x="${LEFT}" y="26" font-size="17" font-weight="600">${history.name} (${history.route}) by who held it</text>
<text x="${LEFT}" y="46" fill="#555555">${history.series}: ${history.method}. Maps on ${history.states.length} days.</text>
${kilometres(history, classes, x, until)}
${positions(history, x, until)}
${months(first, until, x)}
${legend(classes, parties)}
</svg>
`.markup;
}

type Scale = (day: number) => number;
interface ChartClass {
  key: string;
}

/** The first party, what nobody surely holds, then the other parties: contested ground lies between those who contest it. */
function classesOf({ states }: RouteHistory, parties: readonly ChartParty[]): ChartClass[] {
  const there = new Set(states.flatMap(({ km }) => km.map((row) => row.class)));
  const ids = parties.map(({ id }) => id);
  const order = [...ids.slice(0, 1), ...Object.keys(NOBODY), ...ids.slice(1)];
  return [...there].sort((a, b) => order.indexOf(a) - order.indexOf(b)).map((key) => ({ key }));
}

const nameOf = (key: string, parties: readonly ChartParty[]) =>
  parties.find(({ id }) => id === key)?.name ?? NOBODY[key]?.name ?? key;
const colourOf = (key: string, parties: readonly ChartParty[]) =>
  parties.find(({ id }) => id === key)?.colour ?? NOBODY[key]?.colour ?? '#999999';
const fillOf = (key: string) => `url(#fill-${key})`;
const at = (value: number) => Number(value.toFixed(2));

function pattern(key: string, parties: readonly ChartParty[], index: number): Html {
  const lines = HATCHES[index % HATCHES.length];
  return html`<pattern id="fill-${key}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${colourOf(key, parties)}"/>${lines && html`<path d="${lines}" stroke="#ffffff" stroke-opacity="0.75" stroke-width="1.6" fill="none"/>`}</pattern>`;
}

/** The kilometres of each class, one upon the other. */
function kilometres(
  { states, length_km }: RouteHistory,
  classes: readonly ChartClass[],
  x: Scale,
  until: IsoDate,
): Html {
  const y = scaleLinear([0, length_km], [TOP.y + TOP.height, TOP.y]);
  const days = [...states, ...states.slice(-1).map((state) => ({ ...state, from: until }))];
  const below = days.map(() => 0);
  const layers = classes.map(({ key }) => {
    const bands = days.map(({ from, km }, index) => {
      const base = below[index] as number;
      const top = base + (km.find((row) => row.class === key)?.km ?? 0);
      below[index] = top;
      return { day: dayNumber(from), base, top };
    });
    const path = area<(typeof bands)[number]>(
      ({ day }) => at(x(day)),
      ({ base }) => at(y(base)),
      ({ top }) => at(y(top)),
    ).curve(curveStepAfter);
    return html`<path d="${path(bands)}" fill="${fillOf(key)}" stroke="#ffffff" stroke-width="0.5"/>`;
  });
  const ticks = y
    .ticks(5)
    .map((km) => html`<text x="${LEFT - 8}" y="${at(y(km)) + 4}" text-anchor="end">${km} km</text>`);
  return html`<g>${layers}${ticks}</g>`;
}

/** Who held each kilometre: a rectangle per stretch and map. */
function positions({ states, length_km, places }: RouteHistory, x: Scale, until: IsoDate): Html {
  const y = scaleLinear([0, length_km], [BELOW.y, BELOW.y + BELOW.height]);
  // Maps on which the road is the same are one: no seam is drawn where nothing changed.
  const drawn = states.filter(
    ({ stretches }, i) => JSON.stringify(stretches) !== JSON.stringify(states[i - 1]?.stretches),
  );
  const cells = drawn.flatMap(({ from, stretches }, index) => {
    const left = x(dayNumber(from));
    const right = x(dayNumber(drawn[index + 1]?.from ?? until));
    return stretches.map(
      ({ from_km, to_km, class: key }) =>
        html`<rect x="${at(left)}" y="${at(y(from_km))}" width="${at(right - left)}" height="${at(y(to_km) - y(from_km))}" fill="${fillOf(key)}"/>`,
    );
  });
  return html`<text x="${LEFT}" y="${BELOW.y - 12}" font-weight="600">Where: each kilometre of the road</text>
<g shape-rendering="crispEdges">${cells}</g><g text-anchor="end">${labels(places, y).map(
    ({ name, km, spot }) =>
      html`<text x="${LEFT - 12}" y="${at(spot) + 4}">${name}</text><path d="M${LEFT - 9} ${at(spot)}L${LEFT - 3} ${at(y(km))}H${LEFT}" stroke="#888888" fill="none"/>`,
  )}</g>`;
}

/** Towns before villages, and none nearer to another than a line of text. */
function labels(places: RouteHistory['places'], y: Scale) {
  const rank = ({ kind }: { kind: string }) => Math.max(0, ['city', 'town'].indexOf(kind) + 1) || 3;
  const taken: { name: string; km: number; spot: number }[] = [];
  for (const place of [...places].sort((a, b) => rank(a) - rank(b) || a.km - b.km)) {
    const spot = y(place.km);
    if (taken.every((other) => Math.abs(other.spot - spot) >= 13)) taken.push({ name: place.name, km: place.km, spot });
  }
  return taken.sort((a, b) => a.km - b.km);
}

/** A line at the first of each month; a name at as many as have room. */
function months(first: IsoDate, until: IsoDate, x: Scale): Html {
  const starts: IsoDate[] = [];
  for (let day = dayNumber(first); day < dayNumber(until); day++) {
    const date = dateOfDayNumber(day);
    if (date.endsWith('-01')) starts.push(date);
  }
  const every = Math.ceil(starts.length / 13);
  const bottom = BELOW.y + BELOW.height;
  return html`<g>${starts.map((date, index) => {
    const left = at(x(dayNumber(date)));
    const fits = index % every === 0 && left + 52 < WIDTH;
    const name = fits && html`<text x="${left + 3}" y="${bottom + 16}">${date.slice(0, 7)}</text>`;
    return html`<path d="M${left} ${TOP.y}V${TOP.y + TOP.height}M${left} ${BELOW.y}V${bottom + 6}" stroke="#000000" stroke-opacity="0.18" fill="none"/>${name}`;
  })}</g>`;
}

function legend(classes: readonly ChartClass[], parties: readonly ChartParty[]): Html {
  const y = BELOW.y + BELOW.height + 38;
  let x = LEFT;
  return html`<g>${classes.map(({ key }) => {
    const name = nameOf(key, parties);
    const entry = html`<rect x="${x}" y="${y}" width="26" height="16" fill="${fillOf(key)}" stroke="#888888"/><text x="${x + 33}" y="${y + 12}">${name}</text>`;
    x += 60 + 7 * name.length;
    return entry;
  })}</g>`;
}
