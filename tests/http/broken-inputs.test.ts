import { beforeAll, expect, it } from 'vitest';
import { brokenInputs } from '../setup/broken-inputs.js';
import { onEachDatabase } from '../setup/databases.js';
import { rowCounts, storeHash } from '../setup/fingerprint.js';
import { box, DATED_QUERY, GOOD_QUERY, goodFile } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

const THEATRE = { type: 'Polygon', coordinates: [box(36.5, 35, 37.3, 35.7)] };
const CREATE = 'create=true&title=Broken&publisher=Test&licence=CC0-1.0&accuracy=500&date=2020-01-01';

onEachDatabase('a broken file', (db) => {
  const { get, post } = serviceOn(db);
  const inputs = brokenInputs();
  let counts: Record<string, number> = {};
  let hash = '';

  beforeAll(async () => {
    const created = await post(`/series/broken/snapshots?${CREATE}`, { theatre: THEATRE, map: goodFile() });
    expect(created).toMatchObject({ status: 201, body: { snapshots: [{ result: 'stored' }] } });
    counts = await rowCounts(await db());
    hash = await storeHash(await db());
  });

  it.each(inputs.map((input) => [input.name, input] as const))('%s is refused, where it is wrong', async (_, input) => {
    const { body, query = GOOD_QUERY, contentType = 'application/geo+json', expectCode, expectProblem } = input;
    const answer = await post(`/series/broken/snapshots?${query}`, body, { 'content-type': contentType });
    expect(answer.body.code).toBe(expectCode);
    expect(answer.status).toBe(expectCode === 'invalid_body' ? 400 : 422);
    const named = answer.body.problems?.find(
      ({ code, at, where }) =>
        (expectProblem.code === undefined || code === expectProblem.code) &&
        (expectProblem.at ?? /^/).test(at) &&
        (!expectProblem.hasWhere || where?.length === 2),
    );
    expect(named ?? answer.body.problems).toHaveProperty('message');
    expect(await (await get('/health')).json()).toEqual({ status: 'ok' });
    expect(await rowCounts(await db())).toEqual(counts);
  });

  it('changed nothing, all of them together', async () => {
    expect(await storeHash(await db())).toBe(hash);
  });

  it.each([GOOD_QUERY, DATED_QUERY])('mended, it is taken (%s)', async (query) => {
    const answer = await post(`/series/broken/snapshots?${query}`, goodFile());
    expect(answer.body.snapshots).toMatchObject([{ date: '2020-01-15' }]);
  });
});
