import { byId, h, letters } from '../dom.js';
import { addDays, type Day, daysBetween, inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { scaleOf } from './scale.js';
import { mapInWords, neighbour, type Span, within } from './span.js';

export interface Timeline {
  /** The day that the reader requests: the position of the slider. */
  want(day: Day): void;
  /** The displayed day, which the label names. */
  show(day: Day): void;
  /** The span of the series has become another. */
  respan(): void;
  /** Ticks of events, as their days. */
  markEvents(days: readonly Day[]): void;
  stop(): void;
}

export interface TimelineOptions {
  span: Span;
  calm: boolean;
  /** What is said of the map of a day beside it; left out: which map it is, and when the next one comes. */
  about?(day: Day): string;
  /** `settled`: the reader stopped here, so it belongs into the history. Resolves when the day is to be seen. */
  onDay(day: Day, settled: boolean): Promise<void>;
}

const QUIET_DAY_MS = 45;
const CHANGE_MS = 800;
const CALM_CHANGE_MS = 2000;

export function createTimeline({ span, calm, onDay, about: aboutDay }: TimelineOptions): Timeline {
  const slider = byId('slider') as HTMLInputElement;
  const [play, words, about, bubble] = [byId('play'), byId('when'), byId('when-about'), byId('bubble')];
  const [earlier, later] = [byId('earlier') as HTMLButtonElement, byId('later') as HTMLButtonElement];
  let day = span.last;
  let shown: Day | null = null;
  let playing = 0;

  function respan(): void {
    slider.dataset.first = span.first;
    slider.max = String(daysBetween(span.first, span.last));
    drawScale(span);
  }
  respan();
  addEventListener('resize', () => drawScale(span));

  function want(next: Day): void {
    day = next;
    const at = daysBetween(span.first, day);
    slider.value = String(at);
    const share = at / Math.max(1, Number(slider.max));
    slider.style.setProperty('--at', String(share));
    bubble.style.setProperty('--at', String(share));
    slider.setAttribute('aria-valuetext', inWords(day, { weekday: true }));
    earlier.disabled = neighbour(span, day, -1) === null;
    later.disabled = neighbour(span, day, 1) === null;
    hint();
  }

  function show(next: Day): void {
    shown = next;
    words.textContent = inWords(next);
    about.textContent = aboutDay?.(next) ?? mapInWords(span, next);
    hint();
  }

  /** The slider's knob names the day it points at while another one is displayed. */
  function hint(): void {
    const other = shown !== null && shown !== day;
    bubble.textContent = other ? inWords(day, { short: true }) : '';
    bubble.hidden = !other;
  }

  function go(next: Day, settled: boolean): void {
    stop();
    want(within(span, next));
    void onDay(day, settled);
  }

  function stop(): void {
    playing++;
    play.setAttribute('aria-pressed', 'false');
    play.setAttribute('aria-label', t.play);
    play.title = t.play;
  }

  async function run(): Promise<void> {
    const turn = ++playing;
    play.setAttribute('aria-pressed', 'true');
    play.setAttribute('aria-label', t.pause);
    play.title = t.pause;
    if (day >= span.last) want(span.first);
    while (turn === playing && day < span.last) {
      const next = calm ? (neighbour(span, day, 1) ?? span.last) : addDays(day, 1);
      const changes = span.changes.includes(next);
      const began = performance.now();
      want(next);
      await onDay(next, false);
      // The day could not be shown: the page says why, and playing on would only hide it.
      if (turn === playing && shown !== next) return stop();
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
      event.target instanceof Element &&
      event.target.closest('input, select, textarea, a, button, summary, canvas, [role="slider"]');
    if (own || event.altKey || event.ctrlKey || event.metaKey) return;
    // Time runs the way the language is written.
    const onward = document.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const direction = ['ArrowLeft', 'ArrowRight'].includes(event.key) ? (event.key === onward ? 1 : -1) : 0;
    if (event.key === ' ') play.click();
    else if (direction && event.shiftKey) step(direction);
    else if (direction) go(addDays(day, direction), true);
    else return;
    event.preventDefault();
  });
  return {
    want,
    show,
    stop,
    respan() {
      respan();
      want(day);
      if (shown !== null) show(shown);
    },
    markEvents: (days) => {
      byId('event-ticks').replaceChildren(
        ...days.filter((at) => at >= span.first && at <= span.last).map((at) => h('i', { style: share(span, at) })),
      );
    },
  };
}

const share = ({ first, last }: Span, day: Day): string =>
  `inset-inline-start:${((daysBetween(first, day) / Math.max(1, daysBetween(first, last))) * 100).toFixed(3)}%`;

function drawScale(span: Span): void {
  byId('ticks').replaceChildren(...span.changes.map((day) => h('i', { style: share(span, day) })));
  byId('months').replaceChildren(
    ...scaleOf(span.first, span.last, byId('months').clientWidth / letters()).map(({ day, month, year }) =>
      h('span', { style: share(span, day) }, month, year !== null && h('b', {}, year)),
    ),
  );
}
