import type { Client, ClientOptions } from 'openapi-fetch';
import type { paths } from './api.js';

export type { components, paths } from './api.js';

/** One thing that is wrong with an input: where it stands (a JSON pointer), and where on earth (lon, lat). */
export interface Problem {
  code: string;
  at: string;
  where?: [number, number];
  message: string;
}

/** What a service refused, and why. */
export class SalientError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly Problem[];
}

/** Every route with the types of its parameters and answers. */
export type SalientClient = Client<paths>;

/** Client of the service at `baseUrl`; every refusal is thrown as a SalientError. A token is needed for writing only. */
export function createSalient(
  baseUrl: string,
  options?: Omit<ClientOptions, 'baseUrl'> & { token?: string },
): SalientClient;
