import { randomBytes } from 'node:crypto';
import { contentHash } from '../store/content-hash.js';
import type { Delivery } from './deliveries.sql.js';

/**
 * The name of a delivery for ever, made once and stored with it: Idempotency-Key of a webhook, Message-ID of a message (RFC 5322, 3.6.4).
 * Its end is drawn by lot: another service, or this one begun anew, counts its editions and messages from one as well.
 * @param of the edition or message of alerts: `weekly/2020-W06/1`
 * @param target named by a hash: the address of a webhook is a secret, which whoever logs the key must not learn
 */
export function deliveryKey(of: string, kind: Delivery['kind'], target: string): string {
  return `${of}/${kind}/${contentHash(target).slice(0, 16)}/${randomBytes(12).toString('hex')}`;
}
