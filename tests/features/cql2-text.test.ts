import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCql2Text } from '../../src/features/cql2-text.js';

describe('CQL2 text', () => {
  it.each([
    [
      `a = 1 AND b <> 'x''y'`,
      {
        op: 'and',
        args: [
          { op: '=', args: [{ property: 'a' }, 1] },
          { op: '<>', args: [{ property: 'b' }, "x'y"] },
        ],
      },
    ],
    [
      `a=1 or b=2 and not c=3`,
      {
        op: 'or',
        args: [
          { op: '=', args: [{ property: 'a' }, 1] },
          {
            op: 'and',
            args: [
              { op: '=', args: [{ property: 'b' }, 2] },
              { op: 'not', args: [{ op: '=', args: [{ property: 'c' }, 3] }] },
            ],
          },
        ],
      },
    ],
    [`"a b" IS NOT NULL`, { op: 'not', args: [{ op: 'isNull', args: [{ property: 'a b' }] }] }],
    [`a NOT IN (1, -2.5e3)`, { op: 'not', args: [{ op: 'in', args: [{ property: 'a' }, [1, -2500]] }] }],
    [
      `-a * 2 < -(b + 1)`,
      {
        op: '<',
        args: [
          { op: '*', args: [{ op: '*', args: [-1, { property: 'a' }] }, 2] },
          { op: '*', args: [-1, { op: '+', args: [{ property: 'b' }, 1] }] },
        ],
      },
    ],
    [
      `a between 1 and 3 and b = true`,
      {
        op: 'and',
        args: [
          { op: 'between', args: [{ property: 'a' }, 1, 3] },
          { op: '=', args: [{ property: 'b' }, true] },
        ],
      },
    ],
    [
      `casei(a) like casei('B%')`,
      {
        op: 'like',
        args: [
          { op: 'casei', args: [{ property: 'a' }] },
          { op: 'casei', args: ['B%'] },
        ],
      },
    ],
    [
      `s_intersects(geometry, bbox(0,1,2,3))`,
      { op: 's_intersects', args: [{ property: 'geometry' }, { bbox: [0, 1, 2, 3] }] },
    ],
    [
      `S_WITHIN(geometry, POLYGON Z ((0 0 5,1 0 5,1 1 5,0 0 5)))`,
      {
        op: 's_within',
        args: [
          { property: 'geometry' },
          {
            type: 'Polygon',
            coordinates: [
              [
                [0, 0],
                [1, 0],
                [1, 1],
                [0, 0],
              ],
            ],
          },
        ],
      },
    ],
    [
      `T_FINISHEDBY(interval(a,'..'), date('2020-01-01'))`,
      { op: 't_finishedBy', args: [{ interval: [{ property: 'a' }, '..'] }, { date: '2020-01-01' }] },
    ],
    [`((true))`, true],
  ])('reads %s', (text, json) => {
    expect(parseCql2Text(text)).toEqual(json);
  });

  // A filter that is read in part answers another question than the one asked.
  it.each([
    '',
    'a',
    'a = = 1',
    '(a = 1)) garbage',
    `a = 'x' OR`,
    '(a=1) b',
    `a = 'x`,
    'a=1 -- x',
    'foo(a) = 1',
    '(a,b)=(1,2)',
    'a ≤ 3',
    'a = 1e999',
    'a IN ()',
    'a BETWEEN 1',
    'NOT',
    'AND = 1',
    'POINT(1 2)',
    `a = ;drop table area`,
  ])('refuses %s, whole', (text) => {
    expect(() => parseCql2Text(text)).toThrow(/^filter: /);
  });

  it('reads back any text and any property name', () => {
    const quoted = (quote: string) => (text: string) => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
    const plain = fc.string().filter((text) => !text.includes('\\'));
    fc.assert(
      fc.property(
        plain,
        plain.filter((text) => text !== ''),
        (value, name) => {
          const read = parseCql2Text(`${quoted('"')(name)} = ${quoted("'")(value)}`);
          expect(read).toEqual({ op: '=', args: [{ property: name }, value] });
        },
      ),
    );
  });

  it('ends quickly on deep or long nonsense', () => {
    expect(() => parseCql2Text('('.repeat(40_000))).toThrow(/nested deeper/);
    expect(() => parseCql2Text('NOT '.repeat(10_000))).toThrow(/nested deeper/);
    expect(() => parseCql2Text(`a = '${'x'.repeat(60_000)}'`)).toThrow(/longer than/);
  });
});
