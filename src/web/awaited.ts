import { byId } from './dom.js';
import type { PageState } from './state.js';

/** So long the rest of the panel waits for what comes above it, milliseconds. */
const PATIENCE_MS = 10_000;

const PLACES = ['chosen', 'compared'] as const;

/**
 * Keeps the place of what the address says comes: the card of what is chosen and a comparison stand above the rest of the panel, and a
 * second map beside the first. What is read meanwhile would be pushed away.
 */
export function awaitCards({ selected, compare }: Pick<PageState, 'selected' | 'compare'>): void {
  if (selected) byId('chosen').dataset.awaited = '';
  if (compare) byId('compared').dataset.awaited = '';
  if (compare?.mode === 'side') document.body.dataset.half = '';
  if (!selected && !compare) return;
  setTimeout(() => {
    PLACES.forEach(hasCome);
    endHalf();
  }, PATIENCE_MS);
}

/** The second map is there and has its half, or does not come and leaves it to the first. */
export function endHalf(): void {
  delete document.body.dataset.half;
}

/** It is there, or does not come. */
export function hasCome(place: (typeof PLACES)[number]): void {
  delete byId(place).dataset.awaited;
}
