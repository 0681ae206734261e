import { beforeAll, expect, it } from 'vitest';
import { exampleRequests } from '../../src/http/openapi/openapi-requests.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/*
 * The reference at /docs/api has an example of every route, which a reader tries where it stands. Here each is asked as Swagger UI
 * asks it: every parameter that has an example with that value, and the body of the first media type.
 */

interface Operation {
  parameters: { name: string; in: string; required: boolean; example?: unknown }[];
  requestBody?: { required: boolean; content: Record<string, { example?: unknown }> };
  security?: object[];
}

/**
 * Refused for what is there, never for the form of the example: nothing waits for review, there is nobody else to approve, no period
 * was issued, no copy kept, no provider of identities named; and the state of a tile is what a TileJSON hands out.
 */
const REFUSED: Readonly<Record<string, string>> = {
  'GET /reports/{id}/{period}': 'unknown_edition',
  'GET /series/{id}/held/{held}': 'unknown_held',
  'GET /series/{id}/proposals/{proposal}/copies/{sha256}': 'no_data',
  'GET /series/{id}/sources/{source}/copies/{sha256}': 'unknown_source',
  'GET /session/openid': 'not_found',
  'GET /session/openid/callback': 'not_found',
  'GET /tiles/{series}/@{state}/{z}/{x}/{y}.mvt': 'unknown_state',
  'GET /tiles/{series}/change/@{state}/{z}/{x}/{y}.mvt': 'unknown_state',
  'GET /tiles/{series}/span/@{state}/{z}/{x}/{y}.mvt': 'unknown_state',
  'GET /unsubscribe': 'not_found',
  'POST /series/{id}/held/{held}/accept': 'unknown_held',
  'POST /series/{id}/held/{held}/refuse': 'unknown_held',
  'POST /series/{id}/proposals/{proposal}/approve': 'own_proposal',
  'POST /series/{id}/proposals/{proposal}/release': 'decided',
  'POST /series/{id}/proposals/{proposal}/retract': 'decided',
  'POST /series/{id}/proposals/{proposal}/stop': 'decided',
  'POST /series/{id}/sources/{source}/copy': 'unknown_source',
};
/** What takes long, or asks others. */
const NOT_TRIED = ['POST /backup', 'POST /series/{id}/derive', 'POST /series/{id}/subscriptions/{subscription}/pull'];
const ENDS = /withdraw|purge|remove|revoke|retract|reject/;

onEachDatabase('examples of the reference', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const operations = new Map<string, Operation>();
  /** Numbers that the service gave. */
  const given = { proposals: '1', subscriptions: '1' };

  beforeAll(async () => {
    const { paths } = await service.json<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json');
    for (const [path, methods] of Object.entries(paths))
      for (const [method, operation] of Object.entries(methods))
        operations.set(`${method.toUpperCase()} ${path}`, operation);
  });

  /** The request that the reference makes of an operation, filled in as it opens. */
  function tried(name: string) {
    const [method = '', path = ''] = name.split(' ');
    const { parameters, requestBody } = operations.get(name) as Operation;
    const query = new URLSearchParams();
    let address = path;
    for (const { name: parameter, in: where, example } of parameters) {
      if (example === undefined) continue;
      if (where === 'path') address = address.replace(`{${parameter}}`, encodeURIComponent(String(example)));
      else query.set(parameter, String(example));
    }
    for (const [kind, number] of Object.entries(given))
      address = address.replace(`/example/${kind}/1`, `/example/${kind}/${number}`);
    const [[type, { example }] = ['', {}]] = Object.entries(requestBody?.content ?? {});
    const body = typeof example === 'string' ? example : example && JSON.stringify(example);
    return {
      address: query.size > 0 ? `${address}?${query}` : address,
      method,
      type,
      body: body as string | undefined,
    };
  }

  async function ask(name: string, instead: (address: string) => string = (same) => same) {
    const { address, method, type, body } = tried(name);
    const over = new AbortController();
    const response = await fetch(service.base + instead(address), {
      method,
      headers: { ...CREDENTIAL, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal: over.signal,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    const text = isStream ? '' : await response.text();
    over.abort();
    const answer = /^\s*\{/.test(text)
      ? (JSON.parse(text) as { code?: string; message?: string; proposal?: number; id?: number })
      : {};
    return { name, status: response.status, answer };
  }
  const refused: Record<string, string> = {};
  async function tryIt(name: string) {
    const first = await ask(name);
    // On a slow machine all verdicts of a series may take longer than a measure has: what was computed stays.
    const { status, answer } = first.answer.code === 'timed_out' ? await ask(name) : first;
    if (![200, 201, 202, 204].includes(status)) refused[name] = answer.code ?? String(status);
    return answer;
  }

  it('every operation has one, with all that it needs, and no example is of nothing', () => {
    expect(Object.keys(exampleRequests()).sort()).toEqual([...operations.keys()].sort());
    for (const [name, { parameters, requestBody }] of operations) {
      const lacking = parameters.filter(({ required, example }) => required && example === undefined);
      expect([name, lacking.map(({ name: parameter }) => parameter)]).toEqual([name, []]);
      if (requestBody?.required) expect(Object.values(requestBody.content)[0], name).toHaveProperty('example');
    }
  });

  it('each is answered as it stands', { timeout: 600_000 }, async () => {
    const all = [...operations.keys()].filter((name) => !NOT_TRIED.includes(name));
    const writes = Object.keys(exampleRequests()).filter((name) => name.startsWith('POST ') && all.includes(name));
    for (const name of writes.filter((one) => !ENDS.test(one))) {
      const answer = await tryIt(name);
      if (name === 'POST /series/{id}/snapshots')
        await ask(name, (address) => address.replace('2024-05-01', '2024-05-02').replace(/&create=true/, ''));
      if (name === 'POST /series/{id}/proposals') given.proposals = String(answer.proposal);
      if (name === 'POST /series/{id}/subscriptions') given.subscriptions = String(answer.id);
    }
    for (const name of all.filter((one) => one.startsWith('GET '))) await tryIt(name);
    for (const name of writes.filter((one) => ENDS.test(one))) await tryIt(name);
    expect(refused).toEqual(REFUSED);
  });
});
