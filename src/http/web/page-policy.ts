import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';

const STYLE_BLOCK = /<style[^>]*>([\s\S]*?)<\/style>/g;
/** The policy before the page is known. */
const NO_STYLE = "style-src 'none'";

const hashed = (bytes: Buffer | string) => `'sha256-${createHash('sha256').update(bytes).digest('base64')}'`;

/** The policy of a page that has this style and no other code of its own. */
export const policyWithStyle = (policy: string, style: string) =>
  policy.replace(NO_STYLE, `style-src ${hashed(style)}`);

/**
 * Permits exactly the style that a page brings, by its digest: a policy with `style-src 'none'` names the digest of each
 * style element of the page that is sent, so that none that somebody slips in applies.
 */
export const permitOwnStyles: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  response.send = (body) => {
    const policy = response.get('content-security-policy') ?? '';
    const type = response.get('content-type') ?? 'text/html';
    if (policy.includes(NO_STYLE) && /html|svg/.test(type) && (typeof body === 'string' || Buffer.isBuffer(body))) {
      // As bytes: the digest is one of bytes.
      const markup = (typeof body === 'string' ? Buffer.from(body) : body).toString('latin1');
      const digests = [...markup.matchAll(STYLE_BLOCK)].map(([, style = '']) => hashed(Buffer.from(style, 'latin1')));
      if (digests.length > 0) {
        const named = [...new Set(digests)].join(' ');
        response.set('content-security-policy', policy.replace(NO_STYLE, `style-src ${named}`));
      }
    }
    return send(body);
  };
  next();
};
