import { createHash } from 'node:crypto';
import type { Config } from '../config.js';

const PLAIN_PAGE = "default-src 'none'; style-src 'none'; img-src 'self' data:; base-uri 'none'; form-action 'self'";

/** Every header of ours that scripts of another site may read: browsers hide what is not named here. Those of tiles are in `tiles/tile-answer.ts`. */
const EXPOSED = [
  ...['accept-patch', 'accept-post', 'accept-ranges', 'allow', 'content-crs', 'content-disposition', 'content-range'],
  ...['etag', 'link', 'location', 'ogcapi-datetime', 'retry-after', 'salient-record', 'salient-stale'],
  ...['salient-unknown', 'www-authenticate', 'x-request-id'],
].join(', ');

/** What the head of every answer but of tiles has, unless its route states otherwise. */
export const commonHeaders = ({ frameAncestors }: Pick<Config, 'frameAncestors'>) => ({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(), payment=(), usb=()',
  // Pages that show more than their own text have a policy of their own.
  'content-security-policy': `${PLAIN_PAGE}; frame-ancestors ${frameAncestors}`,
  'cache-control': 'no-cache',
  'access-control-expose-headers': EXPOSED,
});

/** Any page may read these. */
export const OPEN_JSON = { 'access-control-allow-origin': '*' };

/** The tag of a small answer, whatever coding it is sent in. */
export function tagOfBody(body: string | Buffer): string {
  return `"${Buffer.byteLength(body).toString(16)}-${createHash('sha1').update(body).digest('base64url')}"`;
}
