import { createHmac } from 'node:crypto';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { judgedAddress } from '../outbound/public-address.js';

/** How messages to other machines are sent. */
export interface WebhookSettings {
  /** Key of the signature (HMAC-SHA-256); null: no webhook is sent. */
  secret: string | null;
  /** Host names, with or without a port, that may be called although their address is private. */
  allowPrivate: readonly string[];
  /** How long a receiver may take to answer, milliseconds. */
  timeoutMs?: number;
}

export interface WebhookMessage {
  url: string;
  /** Tells the receiver that a repeated message is the same one. */
  key: string;
  body: string;
}

const TIMEOUT_MS = 10_000;

/** The signature of a body: receivers compute the same over the bytes they got. */
function signature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/**
 * Sends a message once. The name is resolved here and the connection goes to the address that was judged, so that a name
 * that resolves differently a moment later gains nothing; redirects are not followed.
 * @returns the status, 200 to 299
 * @throws Error saying why it did not arrive, in words for the run log
 */
export async function sendWebhook(
  { secret, allowPrivate, timeoutMs = TIMEOUT_MS }: WebhookSettings,
  message: WebhookMessage,
): Promise<number> {
  if (secret === null) throw new Error('SALIENT_WEBHOOK_SECRET is not set: nothing is sent unsigned');
  const url = new URL(message.url);
  const lookup = await judgedAddress(url, { allowed: allowPrivate, setting: 'SALIENT_WEBHOOK_PRIVATE' });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(message.body),
    'user-agent': 'Salient',
    'idempotency-key': message.key,
    'salient-signature': signature(secret, message.body),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? secure : plain)(url, {
      method: 'POST',
      headers,
      agent: false,
      signal,
      lookup,
    });
    sent.on('error', (error) =>
      reject(new Error(signal.aborted ? `no answer within ${timeoutMs / 1000} s` : error.message)),
    );
    sent.on('response', (response) => {
      response.destroy();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve(status);
      else if (status >= 300 && status < 400) reject(new Error(`status ${status}: redirects are not followed`));
      else reject(new Error(`status ${status}`));
    });
    sent.end(message.body);
  });
}
