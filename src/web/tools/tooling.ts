import type { App } from '../app-view.js';

/** The tools of the page, as the rest of it sees them. */
export interface Tooling {
  /** A click on the map: true when a tool took it. */
  onMap(at: [number, number]): boolean;
  /** The address changed by going back: tools that stand in it follow. */
  refresh(): void;
}

export function openTooling(_app: App): Tooling {
  return { onMap: () => false, refresh: () => {} };
}
