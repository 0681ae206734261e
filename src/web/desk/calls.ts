import { parsed } from '../api.js';
import type { Approval } from './approval.js';

/** Where the service is, ending in a slash. */
export const BASE = new URL('../', import.meta.url).href;

/** Who is signed in. */
export interface Session {
  signed_in: boolean;
  name?: string;
  scopes?: string[];
  roles?: Record<string, string>;
  openid?: { href: string; title: string } | null;
}

/** What a proposal would do. */
export interface Preview {
  change: { from: string; to: string; km2: number }[];
  parties: { party: string; gained_km2: number; lost_km2: number; net_km2: number }[];
  places: { id: string; name: string; from: string | null; to: string | null }[];
  routes: { route: string; class: string; before_km: number; after_km: number }[];
  posts: { operator: string; number: number; name: string; before: string | null; after: string | null }[];
  /** Issued reports that would get a corrected edition. */
  reports: { report: string; title: string; period: string | null; differences: number | null; first: string | null }[];
  later_maps: string[];
  notes: string[];
  /** The side by whose partisan sources alone it stands, although it gains. */
  partisan?: string | null;
  conflict?: string | null;
  refused?: { message: string };
}

export interface Proposal {
  id: number;
  kind: string;
  date: string | null;
  why: string;
  sources: {
    url: string;
    publisher: string;
    archive?: string;
    reliability?: string | null;
    copies?: { sha256: string; bytes: number; at: string }[];
  }[];
  proposed_by: string;
  /** Who stated the subscription that proposed it. */
  stated_by?: string | null;
  proposed_at: string;
  state: string;
  /** `embargo`: until when this approver holds it back, an instant or `release`. */
  approvals: (Approval & { embargo?: string | null })[];
  comments: { by: string; text: string; at: string }[];
  outcome: { outcome: string; by: string; why: string; at: string; release_at: string | null } | null;
  stop: { by: string; why: string; at: string } | null;
  content?: { polygons?: [number, number][][][]; also?: { polygons: [number, number][][][] }[] };
  approvals_needed?: number;
  preview?: Preview | null;
}

export class CallError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Record<string, string>;
  body?: unknown;
  token?: string;
}

/** Calls the service as the signed-in principal. @throws CallError with the message of the service */
export async function call<Answer>(
  path: string,
  { method = 'GET', query = {}, body, token }: Call = {},
): Promise<Answer> {
  const search = new URLSearchParams(query).toString();
  const response = await fetch(`${BASE}${path}${search && `?${search}`}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = parsed(await response.text()) as { code?: string; message?: string } | null;
  if (response.ok) return answer as Answer;
  throw new CallError(response.status, answer?.code ?? '', answer?.message ?? `${path}: ${response.status}`);
}
