import { addDays, type Day, daysBetween, inWords, monthsIn } from './calendar.js';
import { byId, h } from './dom.js';
import { mapInWords, neighbour, type Span, within } from './span.js';

export interface Timeline {
  /** Shows a day, without telling anyone. */
  set(day: Day): void;
  stop(): void;
}

export interface TimelineOptions {
  span: Span;
  calm: boolean;
  /** `settled`: the reader stopped here, so it belongs into the history. Resolves when the day is to be seen. */
  onDay(day: Day, settled: boolean): Promise<void>;
}

/** Room that the name of a month takes. */
const MONTH_PX = 45;
const QUIET_DAY_MS = 45;
const CHANGE_MS = 800;
const CALM_CHANGE_MS = 2000;

export function createTimeline({ span, calm, onDay }: TimelineOptions): Timeline {
  const slider = byId('slider') as HTMLInputElement;
  const [play, words, about] = [byId('play'), byId('when'), byId('when-about')];
  const [earlier, later] = [byId('earlier') as HTMLButtonElement, byId('later') as HTMLButtonElement];
  let day = span.last;
  let playing = 0;

  slider.dataset.first = span.first;
  slider.max = String(daysBetween(span.first, span.last));
  drawTicks(span);
  addEventListener('resize', () => drawTicks(span));

  function show(next: Day): void {
    day = next;
    const at = daysBetween(span.first, day);
    slider.value = String(at);
    slider.style.setProperty('--at', String(at / Math.max(1, Number(slider.max))));
    slider.setAttribute('aria-valuetext', inWords(day, { weekday: true }));
    words.textContent = inWords(day);
    about.textContent = mapInWords(span, day);
    earlier.disabled = neighbour(span, day, -1) === null;
    later.disabled = neighbour(span, day, 1) === null;
  }

  function go(next: Day, settled: boolean): void {
    stop();
    show(within(span, next));
    void onDay(day, settled);
  }

  function stop(): void {
    playing++;
    play.setAttribute('aria-pressed', 'false');
    play.setAttribute('aria-label', 'Play');
    words.setAttribute('aria-live', 'polite');
  }

  async function run(): Promise<void> {
    const turn = ++playing;
    play.setAttribute('aria-pressed', 'true');
    play.setAttribute('aria-label', 'Pause');
    words.setAttribute('aria-live', 'off');
    if (day >= span.last) show(span.first);
    while (turn === playing && day < span.last) {
      const next = calm ? (neighbour(span, day, 1) ?? span.last) : addDays(day, 1);
      const changes = span.changes.includes(next);
      const began = performance.now();
      show(next);
      await onDay(next, false);
      const pace = calm ? CALM_CHANGE_MS : changes ? CHANGE_MS : QUIET_DAY_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(QUIET_DAY_MS, pace - (performance.now() - began))));
    }
    if (turn !== playing) return;
    stop();
    void onDay(day, true);
  }

  const dayAt = () => addDays(span.first, Number(slider.value));
  const step = (direction: -1 | 1) => {
    const next = neighbour(span, day, direction);
    if (next) go(next, true);
  };
  slider.addEventListener('input', () => go(dayAt(), false));
  slider.addEventListener('change', () => go(dayAt(), true));
  earlier.addEventListener('click', () => step(-1));
  later.addEventListener('click', () => step(1));
  play.addEventListener('click', () => {
    if (play.getAttribute('aria-pressed') !== 'true') void run();
    else go(day, true);
  });
  document.addEventListener('keydown', (event) => {
    // Fields, links and the map itself have their own use for these keys.
    const own =
      event.target instanceof Element && event.target.closest('input, select, textarea, a, button, summary, canvas');
    if (own || event.altKey || event.ctrlKey || event.metaKey) return;
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.key === ' ') play.click();
    else if (direction && event.shiftKey) step(direction);
    else if (direction) go(addDays(day, direction), true);
    else return;
    event.preventDefault();
  });
  return { set: show, stop };
}

function drawTicks({ first, last, changes }: Span): void {
  const share = (day: Day) =>
    `left:${((daysBetween(first, day) / Math.max(1, daysBetween(first, last))) * 100).toFixed(3)}%`;
  byId('ticks').replaceChildren(...changes.map((day) => h('i', { style: share(day) })));
  const months = monthsIn(first, last);
  const every = Math.max(1, Math.ceil((months.length * MONTH_PX) / Math.max(1, byId('months').clientWidth)));
  byId('months').replaceChildren(
    ...months
      .filter((_, i) => i % every === 0)
      .map((day, i) =>
        h(
          'span',
          { style: share(day) },
          inWords(day, { short: true }).split(' ')[1] ?? '',
          (i === 0 || day.slice(5, 7) === '01') && h('b', {}, `’${day.slice(2, 4)}`),
        ),
      ),
  );
}
