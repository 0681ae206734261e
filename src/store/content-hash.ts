import { createHash } from 'node:crypto';

/** SHA-256 (hex) of a value's JSON; keys keep their order, so build values in one fixed shape. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
