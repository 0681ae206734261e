import { SalientError } from '../../errors.js';

/** Bytes of bodies that were received and are not yet worked off, of all senders; one sender has at most half of them. */
const MOST_BYTES = 512 << 20;

/** What one body takes of that memory. */
export interface Arrival {
  /** @throws SalientError `overloaded` where the bodies of all, or of this sender, take as much as they may */
  take(bytes: number): void;
  /** Its memory is free again; once. */
  end(): void;
}

/** Bodies that arrive, or wait for a place among the writes. */
export interface Arrivals {
  begin(sender: string): Arrival;
}

/** @param largest the largest body that is accepted, bytes: there is always room for one of two senders */
export function openArrivals(largest: number, most = Math.max(MOST_BYTES, 2 * largest)): Arrivals {
  const held = new Map<string, number>();
  let all = 0;
  const add = (sender: string, bytes: number) => {
    all += bytes;
    const now = (held.get(sender) ?? 0) + bytes;
    if (now === 0) held.delete(sender);
    else held.set(sender, now);
  };
  return {
    begin(sender) {
      let own = 0;
      return {
        take(bytes) {
          if (all + bytes > most || (held.get(sender) ?? 0) + bytes > most / 2) {
            const message = 'the service holds as many bytes of bodies as it takes on: send fewer at a time';
            throw new SalientError('overloaded', message, [], { retryAfterS: 30 });
          }
          own += bytes;
          add(sender, bytes);
        },
        end() {
          add(sender, -own);
          own = 0;
        },
      };
    },
  };
}
