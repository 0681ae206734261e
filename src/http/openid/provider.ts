import { readFileSync } from 'node:fs';
import * as openid from 'openid-client';
import type { Config } from '../../config.js';
import { SalientError } from '../../errors.js';
import { log } from '../../log.js';
import { whyUnreadable } from '../../store/make-folder.js';

/** No single request to the provider may take longer, seconds. */
const LONGEST_REQUEST_S = 5;
/** Clocks of the provider and of this machine may differ by so much, seconds. */
const CLOCK_TOLERANCE_S = 60;
/** The provider's metadata are read again after so long; after a failure the provider is left alone for so long, milliseconds. */
const METADATA_KEPT_MS = 3_600_000;
const FAILURE_KEPT_MS = 5000;

/** What one sign-in has to bring back: kept by the browser between its two halves. */
export interface SignInSecrets {
  state: string;
  nonce: string;
  verifier: string;
}

/** What the provider says of who signed in. */
export type Claims = Readonly<Record<string, unknown>>;

/** A provider of identities (OpenID Connect), spoken to by authorization code, PKCE, state and nonce. */
export interface IdentityProvider {
  /** Text of the link that signs in. */
  title: string;
  /** Where the browser goes to sign in. @throws SalientError `provider_unavailable` */
  authorizationUrl(redirectUri: string, secrets: SignInSecrets): Promise<URL>;
  /**
   * The claims of who came back from the provider: those of the ID token, and of its userinfo where `needed` are not all there.
   * @param returned the address at which the browser came back, query included
   * @throws SalientError `sign_in_failed`, `provider_unavailable`
   */
  claimsOf(returned: URL, secrets: SignInSecrets, needed: readonly string[]): Promise<Claims>;
  /**
   * Where the browser goes to sign out at the provider too (RP-Initiated Logout), which then leads to `back`; null where the
   * provider has no such page, or does not answer.
   */
  signOutUrl(back: string): Promise<URL | null>;
}

export const newSecrets = (): SignInSecrets => ({
  state: openid.randomState(),
  nonce: openid.randomNonce(),
  verifier: openid.randomPKCECodeVerifier(),
});

type ProviderConfig = Pick<
  Config,
  'openidIssuer' | 'openidClient' | 'openidSecret' | 'openidSecretFile' | 'openidScopes' | 'openidTitle'
>;

/** The provider that the settings name, not yet spoken to; null when they name none. @throws Error when its secret cannot be read */
export function openIdentityProvider(config: ProviderConfig): IdentityProvider | null {
  const { openidIssuer, openidClient, openidScopes, openidTitle } = config;
  if (openidIssuer === null || openidClient === null) return null;
  const issuer = new URL(openidIssuer);
  const secret = secretOf(config);
  let known: { until: number; client: Promise<openid.Configuration> } | null = null;

  function client(): Promise<openid.Configuration> {
    if (known && performance.now() < known.until) return known.client;
    const fresh = discover(issuer, openidClient as string, secret);
    const kept = { until: performance.now() + METADATA_KEPT_MS, client: fresh };
    known = kept;
    fresh.catch(() => {
      kept.until = performance.now() + FAILURE_KEPT_MS;
    });
    return fresh;
  }

  return {
    title: openidTitle || `Sign in with ${issuer.hostname}`,
    async authorizationUrl(redirectUri, { state, nonce, verifier }) {
      const configuration = await client().catch(refuse);
      return openid.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: openidScopes,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async claimsOf(returned, { state, nonce, verifier }, needed) {
      const configuration = await client().catch(refuse);
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await openid.authorizationCodeGrant(configuration, returned, checks).catch(refuse);
      const claims = tokens.claims();
      if (!claims) throw new SalientError('sign_in_failed', 'the provider sent no ID token');
      const isComplete = needed.every((name) => claims[name] !== undefined);
      if (isComplete || !configuration.serverMetadata().userinfo_endpoint) return claims;
      const more = await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub).catch(refuse);
      return { ...more, ...claims };
    },
    async signOutUrl(back) {
      const configuration = await client().catch(() => null);
      if (!configuration?.serverMetadata().end_session_endpoint) return null;
      // Without a hint the provider asks the person: no token of theirs is kept here.
      return openid.buildEndSessionUrl(configuration, { post_logout_redirect_uri: back });
    },
  };
}

function secretOf({ openidSecret, openidSecretFile }: ProviderConfig): string | null {
  if (openidSecretFile === null) return openidSecret;
  try {
    const text = readFileSync(openidSecretFile, 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    throw new Error(`SALIENT_OPENID_SECRET_FILE=${openidSecretFile}: ${whyUnreadable(error)}`);
  }
  throw new Error(`SALIENT_OPENID_SECRET_FILE=${openidSecretFile}: the file is empty`);
}

async function discover(issuer: URL, clientId: string, secret: string | null): Promise<openid.Configuration> {
  // The settings permit plain HTTP on this machine only.
  const execute = [openid.enableNonRepudiationChecks];
  if (issuer.protocol === 'http:') execute.push(openid.allowInsecureRequests);
  const found = await openid.discovery(issuer, clientId, undefined, openid.None(), {
    execute,
    timeout: LONGEST_REQUEST_S,
  });
  const server = found.serverMetadata();
  // What RFC 8414 assumes where nothing is stated is HTTP Basic.
  const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') ?? false;
  const proof =
    secret === null ? openid.None() : (takesPost ? openid.ClientSecretPost : openid.ClientSecretBasic)(secret);
  const configuration = new openid.Configuration(
    server,
    clientId,
    { [openid.clockTolerance]: CLOCK_TOLERANCE_S },
    proof,
  );
  for (const extend of execute) extend(configuration);
  configuration.timeout = LONGEST_REQUEST_S;
  return configuration;
}

/** An error of the conversation with the provider, in words; neither a code nor a token gets into them, or into the log. */
function refuse(error: unknown): never {
  if (error instanceof openid.AuthorizationResponseError) {
    throw new SalientError('sign_in_failed', `the provider did not sign you in: ${shortened(error.error)}`);
  }
  const code = error instanceof openid.ResponseBodyError ? error.error : (error as { code?: unknown }).code;
  const status = error instanceof openid.ResponseBodyError ? error.status : null;
  const words = typeof code === 'string' ? shortened(code) : (error as Error).name;
  if (isSilence(error) || (status !== null && status >= 500)) {
    log.warn({ code: words, status }, 'the provider of identities does not answer');
    throw new SalientError(
      'provider_unavailable',
      'the provider of identities does not answer just now: sign in with a token, or try again later',
    );
  }
  log.warn({ code: words, status }, 'a sign-in by the provider of identities failed');
  throw new SalientError(
    'sign_in_failed',
    `${REASONS[words] ?? 'the answer of the provider cannot be taken'} (${words})`,
  );
}

/** No connection, no answer in time, or a page of a proxy where an answer was expected. */
function isSilence(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (error instanceof openid.ClientError) {
    if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return !(cause instanceof Response) || cause.status >= 500;
    return (
      code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT' || (code === undefined && !(cause instanceof SalientError))
    );
  }
  return error instanceof TypeError && code === undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  invalid_grant: 'the provider no longer takes this sign-in: begin again',
  invalid_client: 'the provider does not accept the id or the secret of this service: the operator has to look at them',
  unauthorized_client: 'the provider does not let this service sign people in: the operator has to look at it',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED:
    'the provider’s word has expired, or its clock and this machine’s differ by more than a minute',
};

const shortened = (text: string) => text.replace(/[^\w.-]/g, ' ').slice(0, 60);
