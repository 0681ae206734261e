import type { Post, Series } from './api.js';
import type { Arrived } from './conductor.js';
import { byId } from './dom.js';
import { groundOn, legendOf, type OnMap, onMap } from './panel/notes.js';
import type { openStage } from './stage.js';
import type { PageState } from './state.js';
import { creditsOf } from './text/words.js';
import { type Span, within } from './timeline/span.js';

/** What a comparison adds to the first map: another one beside or over it, or marks where two series differ. */
export interface Seen {
  beside: { series: Series; classes: ReadonlySet<string>; posts: readonly Post[] } | null;
  differences: boolean;
}

/** The other series of a comparison; null where two days of one are compared, or there is none such. */
export function otherSeries({ compare }: PageState, own: Series, all: readonly Series[]): Series | null {
  if (compare === null || !('series' in compare) || compare.series === own.id) return null;
  return all.find(({ id }) => id === compare.series) ?? null;
}

interface Shown {
  series: Series;
  all: readonly Series[];
  state: PageState;
  span: Span;
  stage: ReturnType<typeof openStage>;
  current(): Arrived | null;
}

/** The legend of all that is seen, and whom it is credited to. */
export function createLegend({ series, all, state, span, stage, current }: Shown) {
  let seen: Seen = { beside: null, differences: false };

  /** What the first map shows; null before there is a day. */
  function there(): OnMap | null {
    const shown = current();
    if (!shown) return null;
    const { change, posts, day } = shown;
    const known = posts === null || posts instanceof Error ? null : posts.after.posts;
    const own = onMap(change instanceof Error ? null : change, known, series.parties);
    const { compare } = state;
    // Where two days are compared, the marks are of what changed between them.
    if (compare?.mode === 'difference' && 'day' in compare) {
      const other = within(span, compare.day);
      own.changedSince = other === day ? null : other < day ? other : day;
    }
    // The service's drawing has neither such marks nor the line of the front.
    if (stage.drawnByService()) Object.assign(own, { changedSince: null, front: false });
    return { ...own, differences: seen.differences };
  }

  return {
    there,
    /** Writes it anew; `now` is what a comparison shows from now on, left out: what it showed before. */
    write(now: Seen = seen): void {
      seen = now;
      // Another series is credited while something of it is seen.
      const also = now.beside || now.differences ? otherSeries(state, series, all) : null;
      stage.credit(creditsOf(also ? [series, also] : [series]));
      const own = there();
      if (own === null) return;
      const { beside } = seen;
      const second = beside && { ...beside, there: groundOn(beside.classes, beside.posts, beside.series.parties) };
      if (second && stage.drawnByService()) second.there.front = false;
      byId('legend').replaceChildren(...legendOf(series, own, second));
    },
  };
}
