import type { Config } from '../config.js';
import type { Membership } from '../desk/membership.js';
import type { Importer } from '../maps/import.js';
import type { Db } from '../store/pool.js';
import type { TileService } from '../tiles/service.js';
import type { Admission } from './access/admission.js';
import type { Arrivals } from './access/arrivals.js';
import type { Guard } from './access/guard.js';
import type { MembersRecord } from './access/members.js';
import type { Metrics } from './metrics.js';
import type { SignIn } from './openid/sign-in.js';
import type { Probe } from './readiness.js';
import type { LiveUpdates } from './web/live-updates.js';

/** What the routes work with. */
export interface Service {
  db: Db;
  tiles: TileService;
  importer: Importer;
  config: Config;
  guard: Guard;
  membership: Membership;
  members: MembersRecord;
  admission: Admission;
  /** Bodies that arrive. */
  arrivals: Arrivals;
  metrics: Metrics;
  probe: Probe;
  updates: LiveUpdates;
  /** How people sign in by a provider of identities; null where none is set. */
  signIn: SignIn | null;
}

/** What a service is made of from outside; `listen` adds the rest. */
export type ServiceParts = Omit<
  Service,
  'guard' | 'membership' | 'members' | 'admission' | 'arrivals' | 'metrics' | 'probe' | 'updates' | 'signIn'
>;
