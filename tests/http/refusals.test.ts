import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/** `path`, the status it is refused with, the code, and what the message names. */
const REFUSED: [path: string, status: number, code: string, names: RegExp][] = [
  ['/control?series=m5', 400, 'missing_parameter', /^date/],
  ['/control?date=2020-01-28', 400, 'missing_parameter', /^series/],
  ['/control?series=m5&date=2020-01-28&colour=red', 400, 'unknown_parameter', /^colour/],
  ['/control?series=m5&date=2020-01-28&Date=2020-01-28', 400, 'unknown_parameter', /^Date/],
  ['/control?series=m5&date=2020-01-28&date=2020-01-29', 400, 'invalid_parameter', /^date: given more than once/],
  ['/control?series=m5&date=2020-01-28&date=2020-01-28', 400, 'invalid_parameter', /^date: given more than once/],
  ['/control?series=m5&date[]=2020-01-28', 400, 'unknown_parameter', /^date\[\]/],
  ['/control?series=m5&date=2020-02-30', 400, 'invalid_date', /2020-02-30/],
  ['/control?series=m5&date=2020-1-28', 400, 'invalid_date', /2020-1-28/],
  ['/control?series=m5&date=28.01.2020', 400, 'invalid_date', /28\.01\.2020/],
  ['/control?series=m5&date=', 400, 'invalid_date', /^date/],
  ['/control?series=m5&date=2020-01-28T00:00:00Z', 400, 'invalid_date', /^date/],
  ['/control?series=m5&date=2020-01-28&cells=yes', 400, 'invalid_parameter', /^cells/],
  ['/control?series=m5&date=2020-01-28&known-at=2020-01-28', 400, 'invalid_instant', /^known-at/],
  ['/control?series=m5&date=2020-01-28&known-at=2020-01-28T12:00:00', 400, 'invalid_instant', /^known-at/],
  ['/control?series=m5&date=2020-01-28&known-at=2020-01-28T12:00:00%2B24:00', 400, 'invalid_instant', /^known-at/],
  ['/control?series=m6&date=2020-01-28', 404, 'unknown_series', /m6/],
  ['/control?series=M5&date=2020-01-28', 404, 'unknown_series', /M5/],
  ['/control?series=%27%20or%201%3D1&date=2020-01-28', 404, 'unknown_series', /or 1=1/],
  ['/control?series=m5%00&date=2020-01-28', 400, 'invalid_parameter', /^series/],
  [`/control?series=${'m'.repeat(5000)}&date=2020-01-28`, 400, 'invalid_parameter', /^series/],
  ['/control?series=m5&date=2019-03-31', 404, 'before_first_snapshot', /2019-04-01/],
  ['/control?series=m5&date=0001-01-01', 404, 'before_first_snapshot', /2019-04-01/],
  ['/places?series=m6&date=2020-01-28', 404, 'unknown_series', /m6/],
  ['/change?series=m5&from=2019-08-01', 400, 'missing_parameter', /^to/],
  ['/change?series=m5&from=2020-13-01&to=zzz', 400, 'invalid_date', /^from: .*; to: /],
  ['/change?series=m5&from=2019-08-01&to=2020-02-30', 400, 'invalid_date', /^to/],
  ['/change?series=m5&from=2019-01-01&to=2020-02-15', 404, 'before_first_snapshot', /2019-01-01/],
  ['/change?series=m5&from=2019-08-01&to=2020-02-15&f=shapefile', 400, 'invalid_parameter', /^f: .*json, geojson/],
  ['/encirclement?series=m5', 400, 'missing_parameter', /^date/],
  ['/posts/13/encirclement?series=m5', 404, 'unknown_post', /13/],
  ['/posts/9/encirclement?series=m5&operator=russia', 404, 'unknown_post', /russia/],
  ['/posts/nine/encirclement?series=m5', 400, 'invalid_parameter', /^number/],
  ['/posts/-9/encirclement?series=m5', 400, 'invalid_parameter', /^number/],
  ['/posts/9999999999/encirclement?series=m5', 400, 'invalid_parameter', /^number/],
  ['/posts/9/encirclement', 400, 'missing_parameter', /^series/],
  ['/routes/M4?series=m5&date=2020-02-11', 404, 'unknown_route', /M4.*M5/],
  ['/routes/%00?series=m5&date=2020-02-11', 400, 'invalid_parameter', /^id/],
  ['/routes/%FF?series=m5&date=2020-02-11', 400, 'invalid_parameter', /./],
  ['/claims?place=atlantis', 404, 'unknown_place', /atlantis/],
  ['/claims?series=m6', 404, 'unknown_series', /m6/],
  ['/events?kind=party', 400, 'invalid_parameter', /^kind/],
  ['/events?from=2019-12-18&to=2019-12-17', 400, 'invalid_parameter', /^to/],
  ['/series?page=2', 400, 'unknown_parameter', /^page: this route takes withdrawn/],
  ['/health?verbose=true', 400, 'unknown_parameter', /^verbose: this route takes no parameters/],
  ['/openapi.json?f=yaml', 400, 'unknown_parameter', /^f/],
  ['/series/m6/dates', 404, 'unknown_series', /m6/],
  ['/tiles/m6.json', 404, 'unknown_series', /m6/],
  ['/tiles/m5.json?date=2019-02-29', 400, 'invalid_date', /2019-02-29/],
  ['/nowhere', 404, 'not_found', /nowhere/],
  ['/control/', 400, 'missing_parameter', /^series/],
  ['/tilings', 404, 'not_found', /tilings/],
  ['/web/../package.json', 404, 'not_found', /./],
  ['/web/%2e%2e/%2e%2e/package.json', 404, 'not_found', /./],
];

/** Every answer that depends on what was known. */
const KNOWN = [
  '/control?series=m5&date=2020-01-28',
  '/places?series=m5&date=2020-01-28',
  '/change?series=m5&from=2019-08-01&to=2020-02-15',
  '/change?series=m5&from=2019-08-01&to=2020-02-15&f=geojson',
  '/encirclement?series=m5&date=2020-01-28',
  '/posts/9/encirclement?series=m5',
  '/routes/M5?series=m5&date=2020-01-28',
  '/claims?series=m5',
  '/claims?place=morek&series=m5',
  '/events?series=m5',
  '/series/m5/dates?',
  '/tiles/m5.json?date=2020-01-28',
  '/tiles/m5/8/154/100.mvt?date=2020-01-28',
];

onEachDatabase('what cannot be answered', (db) => {
  const { get } = serviceOn(async () => m5(await db()));

  async function refusal(path: string, init?: RequestInit) {
    const response = await get(path, init);
    const body = (await response.json()) as { code: string; message: string; problems: { message: string }[] };
    expect(Object.keys(body)).toEqual(['code', 'message', 'problems']);
    // One fault stands in the message alone; of several each is also a problem by itself.
    expect(body.problems).not.toHaveLength(1);
    for (const problem of body.problems) expect(body.message).toContain(problem.message);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('no-store');
    return { status: response.status, code: body.code, message: body.message, headers: response.headers };
  }

  it.each(REFUSED)('%s is %i %s', async (path, status, code, names) => {
    const { message, ...rest } = await refusal(path);
    expect(rest).toMatchObject({ status, code });
    expect(message).toMatch(names);
    expect(message.length).toBeLessThan(6000);
  });

  it('all faults of a question are listed at once', async () => {
    const response = await get('/change?series=m5&from=2020-13-01&to=zzz&colour=red&sigma=1&sigma=2');
    const { code, problems } = (await response.json()) as { code: string; problems: { code: string; at: string }[] };
    expect([code, problems.map((one) => [one.code, one.at])]).toEqual([
      'unknown_parameter',
      [
        ['unknown_parameter', 'colour'],
        ['unknown_parameter', 'sigma'],
        ['invalid_date', 'from'],
        ['invalid_date', 'to'],
      ],
    ]);
    const many = Array.from({ length: 500 }, (_, n) => `x${n}=1`).join('&');
    const { message, problems: listed } = (await (await get(`/series?${many}`)).json()) as {
      message: string;
      problems: unknown[];
    };
    expect(listed).toHaveLength(20);
    expect(message).toMatch(/and 480 more$/);
  });

  it.each(KNOWN)('%s was not yet known before anything was recorded', async (path) => {
    const answer = await refusal(`${path}&known-at=2001-01-01T00:00:00Z`.replace('?&', '?'));
    expect(answer).toMatchObject({ status: 404, code: 'not_yet_known' });
  });

  it.each([
    ['POST', '/control?series=m5&date=2020-01-28', 'GET'],
    ['DELETE', '/series', 'GET'],
    ['PUT', '/series/m5/snapshots', 'POST'],
    ['GET', '/series/m5/derive', 'POST'],
    ['PATCH', '/posts/9/encirclement?series=m5', 'GET'],
    ['POST', '/tiles/m5.json', 'GET'],
    ['POST', '/tiles/m5/8/154/100.mvt?date=2020-01-28', 'GET'],
    ['DELETE', '/tiles/m5/@r1.e1.s1.2020-01-28/8/154/100.mvt', 'GET'],
    ['POST', '/openapi.json', 'GET'],
    ['POST', '/', 'GET'],
  ])('%s %s is not a method of that page, which takes %s', async (method, path, allowed) => {
    const { status, code, headers } = await refusal(path, { method });
    expect({ status, code, allow: headers.get('allow') }).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(headers.get('allow')?.split(', ')).toContain(allowed);
  });

  it('a refusal to HEAD has the status and no body', async () => {
    const response = await get('/control?series=m6&date=2020-01-28', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([404, '']);
  });
});
