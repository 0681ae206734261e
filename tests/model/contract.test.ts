import { Type } from '@sinclair/typebox';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { choice, closed, defineFormat, line, published, readBy } from '../../src/model/contract.js';
import { ProblemList } from '../../src/model/problem-list.js';

const shape = closed({
  name: line(10),
  size: Type.Integer({ minimum: 1, maximum: 9, default: 3 }),
  mark: Type.Union(
    [
      closed({ kind: Type.Literal('dot') }),
      closed({
        kind: Type.Literal('line'),
        width: Type.Number({ exclusiveMinimum: 0 }),
        dash: choice(['no', 'yes'], { default: 'no' }),
      }),
    ],
    { default: { kind: 'dot' } },
  ),
});

function read(value: unknown) {
  const problems = new ProblemList();
  const result = readBy(shape, value, problems);
  return { result, problems: problems.all.map(({ code, at, message }) => `${code} ${at}: ${message}`) };
}

describe('a contract', () => {
  it('fills in defaults, inside the variant that was meant as well, and leaves the value given alone', () => {
    const given = { name: 'a', mark: { kind: 'line', width: 2 } };
    expect(read(given).result).toEqual({ name: 'a', size: 3, mark: { kind: 'line', width: 2, dash: 'no' } });
    expect(given).toEqual({ name: 'a', mark: { kind: 'line', width: 2 } });
    expect(read({ name: 'a' }).result).toEqual({ name: 'a', size: 3, mark: { kind: 'dot' } });
  });

  it('says each problem once, at its place, in words, for the variant that was meant', () => {
    expect(read({ size: 12, mark: { kind: 'line', width: 0, colour: 1 }, extra: true })).toEqual({
      result: null,
      problems: [
        'missing /name: text on one line of 1 to 10 characters is needed here',
        'unknown_field /extra: there is no such field; there are name, size, mark',
        'range /size: a whole number of 1 to 9, not 12',
        'unknown_field /mark/colour: there is no such field; there are kind, width, dash',
        'range /mark/width: a number above 0, not 0',
      ],
    });
    expect(read({ name: 'a\nb', mark: { kind: 'cross' } }).problems).toEqual([
      'line /name: text on one line of 1 to 10 characters, not "a\\nb"',
      'choice /mark/kind: one of dot, line, not "cross"',
    ]);
    expect(read({ name: 'a', mark: 7 }).problems).toEqual(['type /mark: an object, not 7']);
    const numbered = new ProblemList();
    readBy(Type.String({ format: defineFormat('test-code', 'a code, such as "7",', (text) => text === '7') }), '8', numbered); // biome-ignore format: one line
    expect(numbered.all).toEqual([{ code: 'test-code', at: '', message: 'a code, such as "7", not "8"' }]);
    expect(read([]).problems).toEqual(['type : an object, not an array of 0']);
    expect(read({ name: 'a', size: null }).problems).toEqual(['type /size: a whole number of 1 to 9, not null']);
  });

  it('refuses what no text of the store can hold, wherever it stands, names of members among it, once', () => {
    const open = Type.Object({ name: line(), any: Type.Unknown() });
    const problems = new ProblemList();
    readBy(open, { name: 'a\ud800', any: [{ '\udc00': 'b\0', whole: '\ud83d\ude00' }] }, problems, '/x');
    expect(problems.all.map(({ code, at }) => [code, at])).toEqual([
      ['line', '/x/name'],
      ['character', '/x/any/0/\udc00'],
      ['character', '/x/any/0/\udc00'],
    ]);
  });

  it('is published as a schema that another validator reads: what has a default may be left out', () => {
    const valid = new Ajv2020({ strict: true }).compile(published(shape));
    expect(valid({ name: 'a' })).toBe(true);
    expect(valid({ size: 1 })).toBe(false);
    expect(valid({ name: 'a', mark: { kind: 'line' } })).toBe(false);
  });
});
