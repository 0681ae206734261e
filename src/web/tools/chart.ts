import { area, stack } from 'd3-shape';
import type { History } from '../api.js';
import type { App } from '../app-view.js';
import { lastDayOf } from '../coverage.js';
import { byId, h, svg } from '../dom.js';
import { colourOf } from '../panel/panel.js';
import { addDays, type Day, daysBetween, inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { km2 as areaInWords } from '../text/words.js';
import { within } from '../timeline/span.js';
import type { Comparing } from './comparing.js';

const WIDTH = 1000;
const HEIGHT = 100;

/** Who held how much over time, under the slider's ticks; a span drawn over it is compared. */
export function openChart(app: App, comparing: Comparing) {
  const place = byId('chart');
  const { span, series } = app;
  const whole = () => Math.max(1, daysBetween(span.first, span.last));

  async function draw(): Promise<void> {
    if (span.changes.length < 2) return;
    const { maps } = await app.api.history(series.id);
    place.replaceChildren(
      h('figure', { class: 'chart', role: 'img', 'aria-label': inShort(maps) }, drawing(maps), brush),
    );
    refresh();
  }

  /** Each map holds until the next, or as long as it stands for its days: steps, not slopes. */
  function drawing(maps: History['maps']): Node {
    const classes = [
      ...series.parties.map(({ id }) => id),
      ...['contested', 'unknown', 'unassigned'].filter((id) => maps.some(({ km2 }) => (km2[id] ?? 0) > 0)),
    ];
    const points = maps.flatMap(({ date, km2 }, i) => {
      const next = maps[i + 1]?.date ?? addDays(span.last, 1);
      const end = addDays(lastDayOf(series, date), 1);
      const x = (day: Day) => Math.min(WIDTH, (daysBetween(span.first, day) / whole()) * WIDTH);
      const until = x(end < next ? end : next);
      // Nothing is known between the last day that a map stands for and the next map.
      return [
        { x: x(date), km2, known: true },
        { x: until, km2, known: true },
        { x: until, km2, known: end >= next },
      ];
    });
    const total = Math.max(...maps.map(({ km2 }) => Object.values(km2).reduce((sum, value) => sum + value, 0)), 1);
    const y = (km2: number) => HEIGHT - (km2 / total) * HEIGHT;
    const layers = stack<(typeof points)[number], string>()
      .keys(classes)
      .value(({ km2 }, id) => km2[id] ?? 0)(points);
    const shape = area<(typeof layers)[number][number]>()
      .defined(({ data }) => data.known)
      .x(({ data }) => data.x)
      .y0(([low]) => y(low))
      .y1(([, high]) => y(high));
    const paths = layers.map((layer) => {
      const party = series.parties.some(({ id }) => id === layer.key);
      const colour = colourOf(layer.key, series.parties);
      return `<path d="${shape(layer) ?? ''}" fill="${escaped(colour)}" fill-opacity="${party ? 0.6 : layer.key === 'contested' ? 0.3 : 0.12}"/>`;
    });
    return svg(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${paths.join('')}</svg>`,
    );
  }

  function inShort(maps: History['maps']): string {
    const [first, last] = [maps[0], maps.at(-1)];
    if (!first || !last) return t.chart;
    const held = (km2: Record<string, number>) =>
      series.parties
        .filter(({ id }) => (km2[id] ?? 0) > 0)
        .map(({ id, name }) => `${name} ${areaInWords(km2[id] ?? 0)}`)
        .join(', ');
    return `${t.chart}. ${inWords(first.date)}: ${held(first.km2)}. ${inWords(last.date)}: ${held(last.km2)}.`;
  }

  const brush = h('i', { class: 'brush' });
  let from: Day | null = null;
  const dayAt = (event: PointerEvent): Day => {
    const box = place.getBoundingClientRect();
    const along = (event.clientX - box.left) / Math.max(1, box.width);
    const share = document.dir === 'rtl' ? 1 - along : along;
    return addDays(span.first, Math.round(Math.min(1, Math.max(0, share)) * whole()));
  };
  place.title = t.chartHow;
  place.addEventListener('pointerdown', (event) => {
    from = dayAt(event);
    place.setPointerCapture(event.pointerId);
  });
  place.addEventListener('pointermove', (event) => {
    if (from !== null) show(from, dayAt(event));
  });
  place.addEventListener('pointerup', (event) => {
    const [one, two] = [from, dayAt(event)];
    from = null;
    if (one === null) return;
    // A click is a day; a drag is a span.
    if (Math.abs(daysBetween(one, two)) < Math.max(2, whole() / 100)) return void app.go(two);
    const [begin, end] = one < two ? [one, two] : [two, one];
    comparing.compare({ mode: 'difference', day: begin });
    void app.go(end);
  });

  function show(one: Day, two: Day): void {
    const [begin, end] = one < two ? [one, two] : [two, one];
    const share = (day: Day) => (daysBetween(span.first, within(span, day)) / whole()) * 100;
    brush.style.setProperty('inset-inline-start', `${share(begin)}%`);
    brush.style.setProperty('width', `${share(end) - share(begin)}%`);
  }

  function refresh(): void {
    const { compare } = app.state;
    const day = compare && 'day' in compare ? within(span, compare.day) : null;
    brush.hidden = day === null;
    if (day !== null) show(day, app.day());
  }

  app.onShow(refresh);
  app.onRenew(() => void draw().catch(() => {}));
  void app.stage.opened.then(draw).catch(() => {
    // Without it the slider has all days; it is requested again on the next visit.
  });
  return { refresh };
}

const escaped = (text: string): string => text.replace(/[^#\w(),.% ]/g, '');
