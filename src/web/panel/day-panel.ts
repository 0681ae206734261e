import type { Change, CitedChange, Post } from '../api.js';
import type { Arrived } from '../conductor.js';
import type { Parts } from '../day-answer.js';
import { byId } from '../dom.js';
import { type Day, inWords } from '../text/calendar.js';
import { t } from '../text/language.js';
import { firstMap } from './notes.js';
import { balanceSection, changedSection, type Frame, postsSection, turnedPosts } from './panel.js';
import { createPart } from './part.js';
import { routeStrip } from './strip.js';

/** What the panel rests on. */
interface DayPanelOf {
  frame: Frame;
  /** What is on the screen. */
  current(): Arrived | null;
  /** The map that is displayed for a day of which nothing is known; null: the day is known. */
  lastMap(): Day | null;
  /** The posts of the displayed day; none while their verdicts are computed. */
  posts(): readonly Post[];
  /** Asks for a part of the displayed day again. */
  ask<Name extends 'change' | 'routes' | 'posts'>(name: Name): Promise<Parts[Name]>;
  /** Called after each part: what the legend explains may be something else now. */
  changed(name: 'routes' | 'posts', isKnown: boolean): void;
}

/** What the panel says of the displayed day: a section for each part of the answer, which fails and is tried again by itself. */
export interface DayPanel {
  /** All that has arrived of a day. The same once more leaves the panel, and the focus in it, as it stands. */
  show(arrived: Arrived): void;
  /** Writes it anew: names are called something else now. */
  rewrite(arrived: Arrived): void;
  /** A part that came after the rest. */
  fill(name: 'routes' | 'posts', value: Parts['routes'] | Parts['posts'] | Error | null): void;
  /** There is no day at all. */
  fail(error: Error): void;
}

export function createDayPanel(of: DayPanelOf): DayPanel {
  const { frame, current } = of;
  const parts = {
    change: createPart<CitedChange>('changed', changed, () => of.ask('change')),
    balance: createPart<Change>(
      'balance',
      (change) => balanceSection(frame, change, headed(t.holds)),
      () => of.ask('change'),
    ),
    routes: createPart<Parts['routes']>(
      'routes',
      (routes) => routes.flatMap((route) => routeStrip(frame, { ...route, name: headed(route.name) })),
      () => of.ask('routes'),
    ),
    posts: createPart<Parts['posts']>('posts', posts, () => of.ask('posts')),
  };
  /** Of a day that is not known, figures are headed with the map that they are of. */
  function headed(words: string): string {
    const map = of.lastMap();
    return map === null ? words : `${words}. ${t.mapOf(inWords(map))}`;
  }

  /** The answer beside whose change the posts that turned were reported. */
  let reportedWith: Arrived['answer'] | null = null;
  /** What the panel says, as the answers of its day. */
  let stands = '';

  function changed(change: CitedChange): Node[] {
    if (change.from === change.to) return firstMap(change.to);
    const { posts = null, answer = null } = current() ?? {};
    const known = posts !== null && !(posts instanceof Error);
    reportedWith = known ? answer : null;
    return changedSection(frame, change, known ? turnedPosts(posts) : []);
  }

  function posts(known: Parts['posts']): Node[] {
    const { answer = null } = current() ?? {};
    const reported = reportedWith === answer || known.before.posts.length === 0;
    return postsSection(
      frame,
      known.after.posts,
      reported ? [] : turnedPosts(known),
      answer,
      headed(t.observationPosts),
    );
  }

  const rewrite: DayPanel['rewrite'] = ({ change, routes, posts }) => {
    for (const name of ['change', 'balance'] as const) {
      if (change instanceof Error) parts[name].fail(change);
      else parts[name].show(change);
    }
    if (change instanceof Error) parts.balance.clear();
    fill('routes', routes);
    fill('posts', posts);
  };

  const fill: DayPanel['fill'] = (name, value) => {
    const part = parts[name] as ReturnType<typeof createPart<unknown>>;
    if (value === null) part.wait(name === 'posts' && of.posts().length > 0 ? t.computing : '');
    else if (value instanceof Error) part.fail(value);
    else part.show(value);
    const shown = current();
    of.changed(name, value !== null);
    const busy = shown === null || shown.routes === null || shown.posts === null;
    byId('panel').setAttribute('aria-busy', String(busy));
  };

  return {
    show(arrived) {
      const { day, change, routes, posts } = arrived;
      const former = stands;
      stands = JSON.stringify([day, frame.series.parties, change, routes, posts]);
      if (stands !== former || posts === null || routes === null) rewrite(arrived);
    },
    rewrite,
    fill,
    fail(error) {
      parts.change.fail(error);
      byId('panel').setAttribute('aria-busy', 'false');
    },
  };
}
