import { AsyncLocalStorage } from 'node:async_hooks';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** The people whom the provider knows, and what it says of them. */
export type People = Record<string, Record<string, unknown>>;

export const CLIENT = { id: 'salient', secret: 'the-secret-of-this-service-is-long' };

/** What a browser keeps of the provider: cookies by name. */
export type CookieJar = Map<string, string>;

/** A real provider of identities (node-oidc-provider) on loopback. */
export interface TestProvider {
  issuer: string;
  /** Lets the provider send browsers back to these addresses. */
  admit(redirectUris: readonly string[], people: People): void;
  /** Sets the provider's clock so many seconds ahead of this machine's, or (negative) behind it. */
  shiftClock(seconds: number): void;
  /** Answers as a proxy does whose provider has gone; null: the provider again. */
  breakWith(status: number | null): void;
  /** Signs a person in as a browser would: follows the provider's pages from this address until it leads back. */
  signIn(address: string, login: string, isRefused?: boolean, jar?: CookieJar): Promise<URL>;
  /** Signs out as a browser would: agrees on the provider's page at this address, and follows it until it leads back. */
  signOut(address: string, jar: CookieJar): Promise<URL>;
  close(): Promise<void>;
}

export const ID_TOKEN_SECONDS = 3600;

/** The provider runs in this process, and has a clock of its own. */
const otherTime = new AsyncLocalStorage<number>();
const now = Date.now;
Date.now = () => now() + (otherTime.getStore() ?? 0);

export async function startIdentityProvider(): Promise<TestProvider> {
  let answer: RequestListener = (_request, response) => response.writeHead(503).end();
  let shift = 0;
  let broken: number | null = null;
  const server = createServer((request, response) => {
    if (broken === null) otherTime.run(shift, answer, request, response);
    else response.writeHead(broken, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return {
    issuer,
    admit(redirectUris, people) {
      const provider = new Provider(issuer, {
        clients: [
          {
            ...{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: redirectUris },
            post_logout_redirect_uris: redirectUris.map((uri) => new URL('/desk', uri).href),
          },
        ],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
        findAccount: (_context, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
        cookies: { keys: ['a key of the tests'] },
        jwks: { keys: [{ ...key, kid: 'one', alg: 'RS256', use: 'sig' }] },
        pkce: { required: () => true },
        ttl: { IdToken: ID_TOKEN_SECONDS, Interaction: 600, Session: 600, Grant: 600, AccessToken: 600 },
        features: { devInteractions: { enabled: true } },
      });
      answer = provider.callback();
    },
    shiftClock(seconds) {
      shift = seconds * 1000;
    },
    breakWith(status) {
      broken = status;
    },
    signIn: (address, login, isRefused = false, jar = new Map()) => followPages(issuer, address, login, isRefused, jar),
    signOut: (address, jar) => followPages(issuer, address, '', false, jar),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function followPages(
  issuer: string,
  address: string,
  login: string,
  isRefused: boolean,
  jar: CookieJar,
): Promise<URL> {
  let next: { url: URL; body?: string } = { url: new URL(address) };
  for (let pages = 0; pages < 12; pages++) {
    if (next.url.origin !== issuer) return next.url;
    const response = await fetch(next.url, {
      method: next.body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(next.body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(next.body !== undefined && { body: next.body }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
      jar.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    const form = /<form[^>]*action="([^"]+)"[\s\S]*?name="prompt" value="(\w+)"/.exec(text);
    const leave = /<form[^>]*action="([^"]+)"[\s\S]*?name="xsrf" value="(\w+)"/.exec(text);
    const abort = /href="([^"]*\/abort)"/.exec(text)?.[1];
    if (location) next = { url: new URL(location, next.url) };
    else if (isRefused && abort) next = { url: new URL(abort, next.url) };
    else if (form) {
      const body = new URLSearchParams({ prompt: form[2] as string, login, password: 'any' }).toString();
      next = { url: new URL(form[1] as string, next.url), body };
    } else if (leave) {
      const body = new URLSearchParams({ xsrf: leave[2] as string, logout: 'yes' }).toString();
      next = { url: new URL(leave[1] as string, next.url), body };
    } else throw new Error(`${next.url}: ${response.status} ${text.slice(0, 300)}`);
  }
  throw new Error('the provider never leads back');
}
