import { type PageState, writeState } from './state.js';

/** How long the address waits for a map that is still being moved, milliseconds. */
const SOON_MS = 250;

/**
 * Writes what is on the screen into the address, which names its series always: what it means does not change when another series comes.
 * @returns `settled`: as a step that one can go back to
 */
export function createAddressBar(series: string, state: PageState): (settled: boolean) => void {
  let replacing: ReturnType<typeof setTimeout> | undefined;
  const address = () => `${location.pathname}${searchWith(series)}${writeState(state)}`;
  return (settled) => {
    const before = location.hash;
    if (settled && writeState(state) !== before && before !== '') return history.pushState(null, '', address());
    clearTimeout(replacing);
    replacing = setTimeout(() => history.replaceState(null, '', address()), SOON_MS);
  };
}

function searchWith(series: string): string {
  const search = new URLSearchParams(location.search);
  search.set('series', series);
  // The day stands after the `#` from now on.
  search.delete('date');
  return `?${search}`;
}
