import type { Config } from '../../config.js';
import { type Membership, stateRolesByClaims } from '../../desk/membership.js';
import { SalientError } from '../../errors.js';
import { openBrowserSession } from '../../store/browser-sessions.sql.js';
import type { Db } from '../../store/pool.js';
import { type Claims, openIdentityProvider, type SignInSecrets } from './provider.js';
import { readRoleMapping, rolesByClaims } from './role-mapping.js';

/** How a person signs in by the provider of identities. */
export interface SignIn {
  title: string;
  /** Where the browser goes. @throws SalientError `provider_unavailable` */
  begin(redirectUri: string, secrets: SignInSecrets): Promise<URL>;
  /**
   * Signs in who came back from the provider: states the roles that the claims give, and opens a session.
   * @throws SalientError `sign_in_failed`, `provider_unavailable`
   */
  finish(returned: URL, secrets: SignInSecrets): Promise<{ person: string; cookie: string; expires_at: string }>;
  /** Where the browser goes to sign out at the provider too; null: there is no such page. */
  end(back: string): Promise<URL | null>;
}

const LONGEST_NAME = 190;

/** The settings of a sign-in. */
export type SignInConfig = Parameters<typeof openIdentityProvider>[0] & Pick<Config, 'openidClaim' | 'openidRoles'>;

/** Whether a sign-in can be opened by these settings, without a database. @throws Error naming one that cannot be used */
export function checkSignIn(config: SignInConfig): void {
  readRoleMapping(config.openidRoles);
  openIdentityProvider(config);
}

/** @returns null where no provider is set @throws Error naming a setting that cannot be used */
export function openSignIn(db: Db, config: SignInConfig, membership: Pick<Membership, 'forget'>): SignIn | null {
  const { openidClaim } = config;
  const mapping = readRoleMapping(config.openidRoles);
  const provider = openIdentityProvider(config);
  if (!provider) return null;
  const needed = [...new Set([...claimsThatName(openidClaim), ...mapping.map(({ claim }) => claim)])];
  return {
    title: provider.title,
    begin: provider.authorizationUrl,
    end: provider.signOutUrl,
    async finish(returned, secrets) {
      const claims = await provider.claimsOf(returned, secrets, needed);
      const person = personOf(claims, openidClaim);
      const roles = rolesByClaims(mapping, claims);
      if (await stateRolesByClaims(db, `person:${person}`, roles)) membership.forget();
      return { person, ...(await openBrowserSession(db, { person })) };
    },
  };
}

const claimsThatName = (claim: string) => (claim === 'email' ? ['email', 'email_verified'] : [claim]);

/**
 * The name of a person, under which roles are given. Somebody can state an address of another's at many providers: only one
 * that the provider has verified names anybody. Addresses are compared without case.
 */
function personOf(claims: Claims, claim: string): string {
  const value = claims[claim];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new SalientError('sign_in_failed', `the provider says nothing under ${claim} (SALIENT_OPENID_CLAIM)`);
  }
  if (claim === 'email' && claims.email_verified !== true) {
    throw new SalientError('sign_in_failed', 'the provider does not say that it has verified your e-mail address');
  }
  const name = (claim === 'email' ? value.toLowerCase() : value).normalize('NFC').trim();
  if (name.length <= LONGEST_NAME && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(name)) return name;
  const form = `${LONGEST_NAME} characters at most, none of them a control character`;
  throw new SalientError('sign_in_failed', `the provider says under ${claim} what cannot be a name: ${form}`);
}
