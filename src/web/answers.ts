import type { Api } from './api.js';
import { askDay, askParts, type DayAnswer, PART_NAMES, type PartName } from './day-answer.js';
import type { Day } from './text/calendar.js';
import type { Span } from './timeline/span.js';

/** Days whose answers are kept. */
const MOST = 40;

/** The answers about days, each asked once for all the days that it holds for. */
export interface Answers {
  of(day: Day): Promise<DayAnswer>;
  /** Asks ahead, unless the reader saves data. */
  ahead(day: Day): void;
}

/** `view` names the tiles on the screen, so that they come along. */
export function createAnswers(api: Api, series: string, span: Span, view: () => readonly string[]): Answers {
  const kept = new Map<Day, Promise<DayAnswer>>();
  const known: DayAnswer[] = [];

  async function ask(day: Day): Promise<DayAnswer> {
    const answer = await askDay(api, series, day, view()).catch(() => {
      // Not in one go: then part by part, so that each can come or fail by itself.
      return askParts(api, series, span, day);
    });
    known.push(answer);
    if (known.length > MOST) known.shift();
    for (const name of PART_NAMES) answer.parts[name].catch(() => forget(answer, name));
    return answer;
  }

  /** What failed is no answer: it is asked for again next time. */
  function forget(answer: DayAnswer, _failed: PartName): void {
    const at = known.indexOf(answer);
    if (at >= 0) known.splice(at, 1);
  }

  function of(day: Day): Promise<DayAnswer> {
    const holding = known.find(({ holds }) => holds.from <= day && (holds.to === null || day < holds.to));
    if (holding) return Promise.resolve(holding);
    const waiting = kept.get(day);
    if (waiting) return waiting;
    const requested = ask(day);
    kept.set(day, requested);
    void requested.finally(() => kept.delete(day)).catch(() => {});
    return requested;
  }

  return {
    of,
    ahead(day) {
      const { saveData } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {};
      if (saveData || document.hidden) return;
      void of(day).catch(() => {});
    },
  };
}
