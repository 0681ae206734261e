import type { Api } from './api.js';
import { askDay, askParts, type DayAnswer, PART_NAMES } from './day-answer.js';
import type { Day } from './text/calendar.js';
import type { Span } from './timeline/span.js';

/** How many answers about days are cached: as many as a reader goes back and forth between. */
const MOST = 40;

/** The answers about days, each requested once for all the days that it holds for. */
export interface Answers {
  of(day: Day): Promise<DayAnswer>;
  /** Ends the request about a day that the reader has left: the service has others to answer. */
  leave(day: Day): void;
  /** Ends every request but those about these days: whoever plays or drags never has more under way than the service takes at once. */
  only(days: readonly Day[]): void;
  /** Requests a day before it is wanted, unless the reader saves data. */
  ahead(day: Day): void;
  /** Keeps no answer, nor one that is on its way: the series shows something else now. */
  forget(): void;
}

interface Request {
  left: AbortController;
  answer: DayAnswer | null;
}

/** `view` names the tiles on the screen, so that they come along. */
export function createAnswers(api: Api, series: string, span: Span, view: () => readonly string[]): Answers {
  const waiting = new Map<Day, Promise<DayAnswer>>();
  const requests = new Map<Day, Request>();
  const known: DayAnswer[] = [];
  let turn = 0;

  async function request(day: Day): Promise<DayAnswer> {
    const left = new AbortController();
    const own = turn;
    const running: Request = { left, answer: null };
    requests.set(day, running);
    const answer = await askDay(api, series, day, view(), left.signal).catch((error: unknown) => {
      if (left.signal.aborted) throw error;
      // Not in one go: then part by part, so that each can come or fail by itself.
      return askParts(api, series, span, day);
    });
    running.answer = answer;
    if (own === turn && !left.signal.aborted) known.push(answer);
    if (known.length > MOST) known.shift();
    for (const name of PART_NAMES) answer.parts[name].catch(() => drop(answer));
    void Promise.allSettled(Object.values(answer.parts)).then(
      () => requests.get(day) === running && requests.delete(day),
    );
    return answer;
  }

  /** What failed is no answer: it is requested again next time. */
  function drop(answer: DayAnswer): void {
    const at = known.indexOf(answer);
    if (at >= 0) known.splice(at, 1);
  }

  const holdsOn = ({ holds }: DayAnswer, day: Day) => holds.from <= day && (holds.to === null || day < holds.to);

  function of(day: Day): Promise<DayAnswer> {
    const holding = known.find((answer) => holdsOn(answer, day));
    if (holding) return Promise.resolve(holding);
    const coming = waiting.get(day);
    if (coming) return coming;
    const requested = request(day);
    waiting.set(day, requested);
    void requested.finally(() => waiting.get(day) === requested && waiting.delete(day)).catch(() => {});
    return requested;
  }

  function leave(day: Day): void {
    const running = requests.get(day);
    if (!running) return;
    requests.delete(day);
    waiting.delete(day);
    if (running.answer) drop(running.answer);
    running.left.abort();
  }

  return {
    of,
    leave,
    only(days) {
      const isWanted = (day: Day, { answer }: Request) =>
        days.some((one) => one === day || (answer !== null && holdsOn(answer, one)));
      for (const [day, running] of [...requests]) if (!isWanted(day, running)) leave(day);
    },
    ahead(day) {
      const { saveData } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {};
      if (saveData || document.hidden) return;
      void of(day).catch(() => {});
    },
    forget() {
      turn++;
      waiting.clear();
      known.length = 0;
    },
  };
}
