import type { Api, Boot, Change, Claim, Place, Points, Post, Series } from './api.js';
import type { DayAnswer } from './day-answer.js';
import type { Seen } from './legend.js';
import type { OnMap } from './panel/notes.js';
import type { Frame } from './panel/panel.js';
import type { openStage } from './stage.js';
import type { PageState } from './state.js';
import type { Day } from './text/calendar.js';
import type { Span } from './timeline/span.js';
import type { Timeline } from './timeline/timeline.js';

/** The page on one series, as its tools see it. */
export interface App {
  readonly api: Api;
  readonly boot: Boot;
  readonly series: Series;
  readonly all: Series[];
  readonly span: Span;
  readonly state: PageState;
  readonly frame: Frame;
  readonly timeline: Timeline;
  readonly calm: boolean;
  readonly stage: ReturnType<typeof openStage>;
  /** The displayed day; before the first one, the requested day. */
  day(): Day;
  /** The map before the displayed one, and the displayed one. */
  step(): { from: Day; to: Day };
  change(): Change | null;
  /** The posts of the displayed day; none while their verdicts are computed. */
  posts(): readonly Post[];
  postsKnown(): boolean;
  places(): Promise<Points<Place>>;
  /** Every claim of the series. */
  claims(): Promise<readonly Claim[]>;
  answer(day: Day): Promise<DayAnswer>;
  go(day: Day, settled?: boolean): Promise<void>;
  /** Writes legend and credits anew: the map marks something else now. `seen` is what a comparison adds to it, if given. */
  explain(seen?: Seen): void;
  /** What there is on the map to be explained; null before there is a day. */
  onMap(): OnMap | null;
  select(selection: PageState['selected']): void;
  /** Writes the state into the address; `settled`: so that one can go back to it. */
  keep(settled: boolean): void;
  /** Called with each day that is displayed. */
  onShow(listener: (day: Day) => void): void;
  /** Called when the series has a new state: what was cached of it is requested again. */
  onRenew(listener: () => void): void;
  /** Called when the posts of the displayed day become known. */
  onPosts(listener: () => void): void;
}
