declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Account {
    accountId: string;
    claims(): Record<string, unknown>;
  }
  interface Settings {
    clients: Record<string, unknown>[];
    claims: Record<string, string[]>;
    findAccount(context: unknown, id: string): Account | undefined;
    cookies: { keys: string[] };
    jwks: { keys: unknown[] };
    pkce: { required(): boolean };
    ttl: Record<string, number>;
    features: Record<string, { enabled: boolean }>;
  }
  export class Provider {
    constructor(issuer: string, settings: Settings);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
  }
}
