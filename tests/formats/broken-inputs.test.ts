import { describe, expect, it } from 'vitest';
import { SalientError } from '../../src/errors.js';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { parseDate } from '../../src/model/dates.js';
import { brokenInputs } from '../setup/broken-inputs.js';
import { DATED_QUERY, GOOD_QUERY, goodFile } from '../setup/good-input.js';
import { parseSnapshotFile } from '../setup/parse-snapshot-file.js';

const inputs = brokenInputs();

function optionsOf(query = GOOD_QUERY): ImportOptions {
  const requested = new URLSearchParams(query);
  const date = requested.get('date');
  return {
    date: date === null ? undefined : parseDate(date),
    dateProperty: requested.get('date-property') ?? undefined,
    party: requested.get('party') ?? undefined,
    partyProperty: requested.get('party-property') ?? undefined,
    knownParties: ['government', 'opposition'],
  };
}

function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

describe('two hundred broken inputs', () => {
  it('are at least two hundred, and no two are the same', () => {
    expect(inputs.length).toBeGreaterThanOrEqual(200);
    expect(new Set(inputs.map((input) => input.name)).size).toBe(inputs.length);
    expect(new Set(inputs.map((input) => `${input.query}${Buffer.from(input.body).toString('latin1')}`)).size).toBe(
      inputs.length,
    );
  });

  it('come from a file that is accepted, by either query', () => {
    for (const query of [GOOD_QUERY, DATED_QUERY]) {
      expect(parseSnapshotFile(JSON.stringify(goodFile()), optionsOf(query)).snapshots).toMatchObject([
        { date: '2020-01-15' },
      ]);
    }
  });

  const formal = inputs.filter((input) => input.needs === undefined);
  it.each(formal.map((input) => [input.name, input] as const))(
    '%s is refused, for one reason, at its place',
    (_, input) => {
      const error = refusal(() => parseSnapshotFile(input.body, optionsOf(input.query)));
      if (!(error instanceof SalientError)) throw error instanceof Error ? error : new Error('it was accepted');
      expect(error.code).toBe(input.expectCode);
      expect([...new Set(error.problems.map((problem) => problem.code))]).toEqual([input.expectProblem.code]);
      expect(error.problems[0]?.at).toMatch(input.expectProblem.at ?? /./);
      expect(error.message.length).toBeLessThan(400);
    },
  );

  const grounded = inputs.filter((input) => input.needs === 'database');
  it.each(grounded.map((input) => [input.name, input] as const))(
    '%s is well-formed: PostGIS has to find it',
    (_, input) => {
      expect(parseSnapshotFile(input.body, optionsOf(input.query)).snapshots).toHaveLength(1);
    },
  );
});
