/**
 * The closed set of what can go wrong. Domain errors know no HTTP: `http/errors.ts` maps a code to a status,
 * `cli.ts` maps it to an exit code, and `tests/docs.test.ts` keeps the README's table equal to this one.
 */
export const ERROR_CODES = {
  invalid_date: 'a date is not a calendar day written YYYY-MM-DD',
  invalid_instant: 'an instant is not RFC 3339 with an offset',
  invalid_parameter: 'a parameter has a value it cannot have',
  unknown_parameter: 'a parameter that this route does not have',
  missing_parameter: 'a parameter that this route needs is missing',
  invalid_filter: 'a filter is not CQL2, or does not fit the collection',
  invalid_tile: 'a tile address outside the grid, or a zoom that is not served',
  unknown_layer: 'a tile layer that does not exist',
  unknown_series: 'no series of that id',
  unknown_place: 'no place of that id',
  unknown_post: 'no post of that number',
  unknown_route: 'no route of that id',
  unknown_collection: 'no collection of that id',
  unknown_feature: 'the collection has no feature of that id',
  unknown_report: 'no report of that id',
  unknown_edition: 'no edition of that period has been made',
  unknown_state: 'no tile state of that id: take a fresh URL from the TileJSON',
  not_found: 'no such page',
  method_not_allowed: 'the route exists, but not with that method',
  not_yet_known: 'nothing of the series was recorded at that instant',
  before_first_snapshot: 'the date is before the first snapshot of the series',
  no_data: 'the series has no snapshot',
  invalid_body: 'the body or file cannot be read as a map of any known format',
  invalid_snapshot: 'the file was read, and what it says cannot be accepted; every problem is listed',
  invalid_mapping: 'a mapping file breaks its schema; every problem is listed',
  invalid_geodata: 'a geodata folder breaks its contract; every problem is listed',
  invalid_report: 'a report definition breaks its contract; every problem is listed',
  invalid_alert: 'an alert rule breaks its contract; every problem is listed',
  unknown_alert: 'there is no alert rule of that id',
  too_large: 'the body is larger than this service accepts',
  precondition_failed: 'what was read has changed since (If-Match)',
  unsupported_media_type: 'the body is of a type this route does not read',
  series_exists: 'a series of that id exists already',
  withdrawn: 'the series, or the map of that day, has been withdrawn',
  purged: 'the map of that day was removed for good: it is not answered, not as known before either',
  not_withdrawn: 'only what was withdrawn can be removed for good',
  held: 'the snapshot changes far more than the series ever did: it waits for a person, who accepts or refuses it',
  invalid_backup: 'the file is no backup, is cut off, or was changed',
  not_empty: 'a backup is restored into an empty store only',
  unknown_held: 'no held map of that number in the series',
  decided: 'a person has decided that already',
  invalid_proposal: 'a proposed change breaks its contract, or would change nothing; every problem is listed',
  unknown_proposal: 'the series has no proposal of that number',
  own_proposal: 'a change is approved by somebody other than its author',
  proposal_conflict: 'the map under a proposal has changed since: look at what it would do now, then decide again',
  invalid_subscription: 'a subscription breaks its contract; every problem is listed',
  unknown_source: 'no claim or event of the theatre cites a source of that id',
  unknown_subscription: 'the series has no subscription of that number',
  not_pulled: 'the file of another publisher could not be fetched or brought in; why is stated and kept',
  partisan_source: 'a change stands by partisan sources of the side that gains alone: a reviewer says why they hold',
  unauthenticated: 'the route needs a token, and none was sent, or one that is unknown, expired or revoked',
  sign_in_failed: 'the provider of identities did not sign the person in, or what it said cannot be trusted',
  provider_unavailable: 'the provider of identities does not answer: sign in with a token, or later',
  not_allowed: 'the credential does not permit this',
  rate_limited: 'too many requests, or too many wrong tokens, from one address: try again after the stated time',
  token_exists: 'a token of that name is in use',
  unknown_token: 'no token of that name is in use',
  database_unfit: 'the database lacks what the service needs',
  database_ahead: 'the database was migrated by a newer version of the service',
  migration_changed: 'a migration that was applied has since been edited',
  folder_locked: 'another process uses the data folder',
  unavailable: 'the database does not answer just now',
  overloaded: 'the service has as much of this kind of work as it takes on: try again after the stated time',
  timed_out: 'the work took longer than the service allows',
  storage_full: 'the disk of the database is full: nothing of the work is stored',
  invalid_input: 'the input breaks a rule of the store',
  beyond_embedded: 'the embedded engine cannot compute with this geometry: a PostgreSQL server can',
  imbalance: 'areas do not add up: a defect or damaged geometry; the figure is withheld',
  cancelled: 'the work was cancelled between two steps: nothing of it is half stored',
  internal: 'a defect of the service',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing wrong with an input: where in the document (JSON pointer), where on the ground (lon, lat). */
export interface Problem {
  code: string;
  /** JSON pointer into the input, or `file:line` for text tables. */
  at: string;
  /** `[lon, lat]` in CRS84, when the problem has a place. */
  where?: [number, number];
  message: string;
  /** The feature by the name its author knows: placemark and folder, layer and fid. */
  feature?: string;
  /** Of a map that is held: its day, its number, and where it can be looked at. */
  date?: string;
  held?: number;
  href?: string;
}

/** What an error carries beside its message. */
export interface ErrorDetails extends ErrorOptions {
  /** Told only to a principal that may read what is editorial: the reason of a withdrawal. Of a fault, to the log and the command line alone. */
  editorial?: string;
  /** After how many seconds the same request may succeed. */
  retryAfterS?: number;
  /** The scope that the credential lacks. */
  scope?: string;
  /** The content codings that a body may have. */
  codings?: string;
}

/** The only error the rooms throw on purpose. `message` states what, where and what to do. */
export class SalientError extends Error {
  readonly code: ErrorCode;
  readonly problems: Problem[];
  readonly editorial: string | undefined;
  readonly retryAfterS: number | undefined;
  readonly scope: string | undefined;
  readonly codings: string | undefined;

  constructor(code: ErrorCode, message: string, problems: Problem[] = [], details: ErrorDetails = {}) {
    super(message, details);
    this.name = 'SalientError';
    this.code = code;
    this.problems = problems.map(placed);
    this.editorial = details.editorial;
    this.retryAfterS = details.retryAfterS;
    this.scope = details.scope;
    this.codings = details.codings;
  }

  /** The message with what the public does not see. */
  get whole(): string {
    return this.editorial ? `${this.message}: ${this.editorial}` : this.message;
  }
}

/** A problem whose place has seven decimals: a centimetre, the noding grid, and not all the digits of a double. */
function placed(problem: Problem): Problem {
  if (problem.where === undefined) return problem;
  const [lon, lat] = problem.where;
  return { ...problem, where: [Number(lon.toFixed(7)), Number(lat.toFixed(7))] };
}
