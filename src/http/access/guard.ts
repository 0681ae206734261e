import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../../config.js';
import type { Membership } from '../../desk/membership.js';
import { includes, type Role } from '../../desk/role.js';
import { SalientError } from '../../errors.js';
import { log } from '../../log.js';
import { type BrowserSession, browserSession, endBrowserSession } from '../../store/browser-sessions.sql.js';
import { localSecret } from '../../store/local-secret.js';
import type { Db } from '../../store/pool.js';
import { ANONYMOUS, ENVIRONMENT, LOCAL, may, type Principal, type Scope } from '../../store/principal.js';
import { hashOfToken, type TokenInUse, tokensInUse } from '../../store/tokens.sql.js';
import { ROLE_FOR } from '../route.js';
import { isFromOwnPage, sessionCookieOf } from './session-cookie.js';

/** Identifies the caller, by credential alone: neither the address nor a header of a proxy grants anything. */
export interface Guard {
  /**
   * The principal of a request, by its `Authorization` header, else by the cookie of its session; anonymous without, and when
   * the session is over.
   * @throws SalientError `unauthenticated` for a token that is unknown, expired or revoked, `rate_limited` after many such,
   * `not_allowed` for a write with a cookie that no page of the service sent
   */
  identify(request: IncomingMessage): Promise<Principal>;
  /** SHA-256 (hex) of the token in the `Authorization` header; null without one. */
  credentialOf(request: IncomingMessage): string | null;
  /** The session of the request's cookie; null when it has none, or it is over. */
  sessionOf(request: IncomingMessage): Promise<BrowserSession | null>;
  /** Ends the session of the request's cookie, if it has one. */
  endSession(request: IncomingMessage): Promise<void>;
  /**
   * @throws SalientError `not_allowed` when the principal lacks the scope, or no credential has been set up;
   * `unauthenticated` when it sent none although there are some
   */
  demand(principal: Principal, scope: Scope): Promise<void>;
  /**
   * As `demand`, for an act in a series: a role in it permits what its tokens need not. In a series for members only its roles
   * alone count; who may not know of it is treated as if there were no such series.
   */
  demandIn(principal: Principal, series: string, scope: Scope, role: Role): Promise<void>;
  /** Whether the principal may in each of some series (of none: anywhere) what a scope permits, or there its role. */
  permits(principal: Principal, scope: Scope, series: readonly string[]): boolean;
  /** As `demandIn`, for an act that concerns several series (none: as `demand`), in the role that holds the scope. */
  demandInEach(principal: Principal, series: readonly string[], scope: Scope): Promise<void>;
  /** As `demandIn`, while it is not known yet which series an act concerns: that there is one in which the principal may. */
  demandSomewhere(principal: Principal, scope: Scope): Promise<void>;
  /** As `demand` of `read`; but on the embedded engine a service without any token that listens on loopback shows its own figures to anybody. */
  demandFigures(principal: Principal): Promise<void>;
  /** Forgets what it knows of the tokens: they were changed here. */
  forget(): void;
}

/** Another process may have revoked a token: so long it is still taken, milliseconds. */
const TOKENS_KEPT_MS = 2000;
/** While the database does not answer, the tokens known before are taken for so long. */
const TOKENS_KEPT_WITHOUT_DATABASE_MS = 60_000;
/** Wrong tokens from one address: so many a minute, then only the answer that there were too many. */
const WRONG_TOKENS = { points: 10, duration: 60 };

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

export function openGuard(
  db: Db,
  config: Pick<Config, 'writeToken' | 'dataFolder' | 'host' | 'publicHosts'>,
  membership: Membership,
): Guard {
  const { writeToken, dataFolder, host } = config;
  const secret = localSecret(dataFolder);
  if (secret === null)
    log.warn(
      { folder: dataFolder },
      'no secret can be kept in the data folder: without a token nothing can be written over HTTP',
    );
  const wrong = new RateLimiterMemory(WRONG_TOKENS);
  let known: { at: number; tokens: Promise<Map<string, TokenInUse>> } | null = null;

  async function tokens(): Promise<Map<string, TokenInUse>> {
    const before = known;
    if (before && performance.now() - before.at < TOKENS_KEPT_MS) return before.tokens;
    const fresh = tokensInUse(db).then((rows) => new Map(rows.map((row) => [row.hash, row])));
    known = { at: performance.now(), tokens: fresh };
    try {
      return await fresh;
    } catch (error) {
      if (known?.tokens === fresh) known = before;
      if (before && performance.now() - before.at < TOKENS_KEPT_WITHOUT_DATABASE_MS) return before.tokens;
      throw error;
    }
  }

  /** @param credential SHA-256 of what was given, hex */
  async function holderOf(credential: string, request: IncomingMessage): Promise<Principal | string> {
    if (writeToken !== null && isOf(credential, writeToken)) return ENVIRONMENT;
    if (secret !== null && isOf(credential, secret)) {
      const { remoteAddress = '', localAddress = '' } = request.socket;
      return LOOPBACK.test(remoteAddress) && LOOPBACK.test(localAddress)
        ? LOCAL
        : 'the secret of the data folder is taken on this machine only: create a token (salient token create)';
    }
    const token = (await tokens()).get(credential);
    if (!token) return 'the token is not known, or was revoked';
    if (token.expires_at !== null && Date.parse(token.expires_at) <= Date.now()) {
      return `the token ${token.name} expired at ${token.expires_at}`;
    }
    return { name: `token:${token.name}`, scopes: token.scopes };
  }

  async function refuse(why: string, request: IncomingMessage): Promise<never> {
    try {
      await wrong.consume(request.socket.remoteAddress ?? '');
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new SalientError('rate_limited', 'too many wrong tokens from this address', [], {
        retryAfterS: Math.ceil(error.msBeforeNext / 1000),
      });
    }
    throw new SalientError('unauthenticated', why);
  }

  const sessions = new LRUCache<string, Promise<BrowserSession | null>>({ max: 10_000, ttl: TOKENS_KEPT_MS });
  function sessionOf(request: IncomingMessage): Promise<BrowserSession | null> {
    const cookie = sessionCookieOf(request, config);
    if (cookie === null) return Promise.resolve(null);
    const hash = hashOfToken(cookie);
    const kept = sessions.get(hash);
    if (kept) return kept;
    const found = browserSession(db, hash);
    sessions.set(hash, found);
    found.catch(() => sessions.delete(hash));
    return found;
  }

  async function identifyBySession(request: IncomingMessage): Promise<Principal> {
    const session = await sessionOf(request);
    if (!session || Date.parse(session.expires_at) <= Date.now()) return ANONYMOUS;
    const holder =
      session.person !== null
        ? { name: `person:${session.person}`, scopes: [] }
        : await holderOf(session.credential as string, request);
    if (typeof holder === 'string') return ANONYMOUS;
    // Same-site is not same-origin: another port of this machine, another host of the domain.
    if (!SAFE_METHODS.includes(request.method ?? '') && isFromOwnPage(request, config) !== true) {
      throw new SalientError('not_allowed', 'a session writes from the page of the service only: send a token instead');
    }
    return holder;
  }

  /** By a role in the series; by a scope too, unless it is for members only. */
  const mayIn = (principal: Principal, series: string, scope: Scope, role: Role): boolean =>
    may(principal, 'admin') ||
    includes(membership.roleIn(principal, series), role) ||
    (may(principal, scope) && !membership.isRestricted(series));

  const anyToken = async () => writeToken !== null || (await tokens()).size > 0;

  return {
    async identify(request) {
      if (request.headers.authorization === undefined) return identifyBySession(request);
      const credential = this.credentialOf(request);
      if (credential === null) return refuse('Authorization: Bearer and a token is expected', request);
      const holder = await holderOf(credential, request);
      return typeof holder === 'string' ? refuse(holder, request) : holder;
    },
    credentialOf({ headers }) {
      const given = /^bearer +(\S.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
      return given === undefined ? null : hashOfToken(given);
    },
    sessionOf,
    async endSession(request) {
      const cookie = sessionCookieOf(request, config);
      if (cookie === null) return;
      await endBrowserSession(db, hashOfToken(cookie));
      sessions.delete(hashOfToken(cookie));
    },
    async demand(principal, scope) {
      if (may(principal, scope)) return;
      if (principal !== ANONYMOUS) {
        throw new SalientError(
          'not_allowed',
          `this needs the scope ${scope}; ${principal.name} has ${principal.scopes.join(', ') || 'none'}`,
          [],
          { scope },
        );
      }
      if (await anyToken()) {
        throw new SalientError(
          'unauthenticated',
          `this needs Authorization: Bearer and a token with the scope ${scope}`,
        );
      }
      throw new SalientError(
        'not_allowed',
        'this needs a credential: the command line on this machine has one; for other callers salient token create makes one',
      );
    },
    async demandIn(principal, series, scope, role) {
      if (mayIn(principal, series, scope, role)) return;
      const has = membership.roleIn(principal, series);
      if (has === null || !membership.isRestricted(series)) return this.demand(principal, scope);
      const words = `this needs the role ${role} in series ${series}; ${principal.name} is ${has}`;
      throw new SalientError('not_allowed', words, [], { scope });
    },
    permits(principal, scope, series) {
      if (series.length === 0) return may(principal, scope);
      return series.every((id) => mayIn(principal, id, scope, ROLE_FOR[scope]));
    },
    async demandInEach(principal, series, scope) {
      if (series.length === 0) return this.demand(principal, scope);
      for (const id of series) await this.demandIn(principal, id, scope, ROLE_FOR[scope]);
    },
    async demandSomewhere(principal, scope) {
      const roles = Object.values(membership.rolesOf(principal));
      if (!roles.some((role) => includes(role, ROLE_FOR[scope]))) return this.demand(principal, scope);
    },
    async demandFigures(principal) {
      if (may(principal, 'read')) return;
      const isNewcomer = db.engine === 'embedded' && listensOnLoopback(host) && !(await anyToken());
      if (principal === ANONYMOUS && isNewcomer) return;
      return this.demand(principal, 'read');
    },
    forget() {
      known = null;
      sessions.clear();
    },
  };
}

const listensOnLoopback = (host: string) => host === 'localhost' || LOOPBACK.test(host);

/** Compares digests, so that neither the length nor a common beginning shows in the time. @param digest SHA-256, hex */
const isOf = (digest: string, secret: string) =>
  timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(hashOfToken(secret), 'hex'));
