import type { DayAnswer, Parts, TilesPart } from './day-answer.js';
import type { Day } from './text/calendar.js';

/*
 * One day on the screen: label, map and panel change together, when the map of the day is loaded and the panel's first
 * sentence is there. Until then the former day stays, whole, and the page says what it waits for.
 */

/** Longest that the rest of a day's answer is waited for once map and headline are there. */
const GRACE_MS = 120;
/** A day that the reader has left meanwhile is waited for no longer than this. */
const PATIENCE_MS = 400;

/** How a day came: with the parts that are there, and the failures of those that are not. */
export interface Arrived {
  day: Day;
  answer: DayAnswer;
  change: Parts['change'] | Error;
  routes: Parts['routes'] | Error | null;
  posts: Parts['posts'] | Error | null;
  /** Tiles that failed; an error: no map at all. */
  map: { failed: number } | Error;
}

/** Whether no part of a day failed: what failed stands for that day alone, and is requested again with the next one. */
export const isWhole = ({ change, routes, posts, map }: Arrived): boolean =>
  ![change, routes, posts, map].some((part) => part instanceof Error) && !('failed' in map && map.failed > 0);

export interface Score {
  answer(day: Day): Promise<DayAnswer>;
  /** Ends what was requested about a day that is not wanted any more. */
  leave(day: Day): void;
  /** Loads the map of a day in the background; null when another was requested meanwhile. */
  load(tiles: TilesPart): Promise<{ failed: number } | null>;
  /** Whether a map is on the screen, which has to show the day that is reported beside it. */
  mapped(): boolean;
  /** Resolves when the first day can be reported without its words moving afterwards. */
  lettered(): Promise<unknown>;
  /** The map of the displayed day, whose figures came before any map, failed to load. */
  unmapped(day: Day, error: Error): void;
  /** Everything of the day at once, in one frame. `quiet`: the same state as before on another day. */
  show(arrived: Arrived, quiet: boolean): void;
  /** Parts that arrive after their day is displayed. */
  late<Name extends 'routes' | 'posts'>(name: Name, value: Parts[Name] | Error): void;
  /** A day other than the displayed one is requested and loads; null: no longer. */
  waiting(day: Day | null): void;
  /** Nothing at all of the day could be had. */
  failed(day: Day, error: Error): void;
}

export interface Conductor {
  /** Displays a day as soon as all of it is loaded; resolves when it (or a later request) is displayed or has failed. */
  go(day: Day): Promise<void>;
  /** Loads a day (null: the one that is wanted) anew and shows it in one frame; false: it failed, and the former state stays. */
  renew(day: Day | null): Promise<boolean>;
  readonly shown: Arrived | null;
  /** The day that is on its way. */
  readonly loading: Day | null;
}

export function createConductor(score: Score): Conductor {
  let shown: Arrived | null = null;
  let wanted: Day | null = null;
  let loading: Day | null = null;
  /** The displayed answer, which is out of date. */
  let outdated: DayAnswer | null = null;
  let running: Promise<void> | null = null;

  const holds = (day: Day) =>
    shown !== null &&
    isWhole(shown) &&
    shown.answer !== outdated &&
    shown.answer.holds.from <= day &&
    (shown.answer.holds.to === null || day < shown.answer.holds.to);

  function put(arrived: Arrived, quiet: boolean): void {
    shown = arrived;
    score.show(arrived, quiet);
    if (quiet) return;
    for (const name of ['routes', 'posts'] as const) {
      if (arrived[name] !== null) continue;
      void settled<Parts[typeof name]>(arrived.answer.parts[name]).then((value) => {
        if (shown?.answer !== arrived.answer) return;
        Object.assign(shown, { [name]: value });
        score.late(name, value);
      });
    }
  }

  async function run(): Promise<void> {
    while (wanted !== null && (wanted !== shown?.day || shown.answer === outdated)) {
      const day = wanted;
      if (shown && holds(day)) {
        put({ ...shown, day }, true);
        break;
      }
      score.waiting(day);
      loading = day;
      const arriving = arrive(day);
      // A day that nobody wants any more is dropped, unless it is as good as there.
      const superseded = new Promise<'left'>((resolve) => {
        const look = setInterval(() => {
          if (wanted !== day) resolve('left');
        }, PATIENCE_MS);
        void arriving.finally(() => clearInterval(look)).catch(() => {});
      });
      const arrived = await Promise.race([arriving, superseded]).catch((error: unknown) => asError(error));
      if (arrived === 'left') score.leave(day);
      if (arrived === 'left' || arrived === null) continue;
      if (arrived instanceof Error) {
        if (wanted !== day) continue;
        wanted = null;
        // The displayed day stays, and is loaded again with the next step.
        if (day === shown?.day) break;
        score.failed(day, arrived);
        return;
      }
      put(arrived, false);
    }
    score.waiting(null);
  }

  async function arrive(day: Day): Promise<Arrived | null> {
    const answer = await score.answer(day);
    const { parts } = answer;
    const loading = loaded(parts.tiles);
    const change = await settled(parts.change);
    // Until there is a map, the headline does not wait for it.
    const first = !score.mapped() && !(change instanceof Error);
    if (first) void loading.then((map) => map instanceof Error && shown?.answer === answer && score.unmapped(day, map));
    const map = first ? { failed: 0 } : await loading;
    if (first) await score.lettered();
    if (map === null) return null;
    if (map instanceof Error && change instanceof Error) throw map;
    const soon = async <Value>(part: Promise<Value>) => Promise.race([settled(part), pause(GRACE_MS)]);
    const [routes, posts] = await Promise.all([soon(parts.routes), soon(parts.posts)]);
    return { day, answer, map, change, routes, posts };
  }

  async function loaded(part: Promise<TilesPart>): Promise<{ failed: number } | Error | null> {
    const tiles = await settled(part);
    return tiles instanceof Error ? tiles : score.load(tiles);
  }

  function go(day: Day): Promise<void> {
    wanted = day;
    // The same state on another day is a matter of words: no frame between the slider and the label.
    if (!running && shown && holds(day)) {
      if (shown.day !== day) put({ ...shown, day }, true);
      return Promise.resolve();
    }
    running ??= run().finally(() => {
      running = null;
      loading = null;
    });
    return running;
  }

  return {
    get shown() {
      return shown;
    },
    get loading() {
      return loading;
    },
    go,
    async renew(day) {
      // What is on its way may be older than the change.
      await running?.catch(() => {});
      if (shown === null) return false;
      outdated = shown.answer;
      await go(day ?? wanted ?? shown.day);
      return shown.answer !== outdated;
    },
  };
}

const settled = <Value>(promise: Promise<Value>): Promise<Value | Error> => promise.catch(asError);
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
const pause = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(resolve, ms, null));
