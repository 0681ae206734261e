import { expect, it } from 'vitest';
import { openRequestLines } from '../../src/http/request-lines.js';

const LIMITS = { ofKind: 3, inAll: 8, periodMs: 20 };
const over = () => new Promise((resolve) => setTimeout(resolve, 60));

function written() {
  const lines: object[] = [];
  const line = openRequestLines((level, fields, message) => lines.push({ level, ...fields, message }), LIMITS);
  return { lines, line };
}

it('writes the first lines of a kind whole, and how many more there were when the period is over', async () => {
  const { lines, line } = written();
  for (let n = 0; n < 500; n++) line('error', { status: 503, from: '192.0.2.1' }, 'request');
  for (let n = 0; n < 2; n++) line('warn', { status: 403, from: '192.0.2.1' }, 'refused');
  expect(lines).toHaveLength(5);
  await over();
  const more = { level: 'error', status: 503, from: '192.0.2.1', more: 497, seconds: 0.02 };
  expect(lines.slice(5)).toEqual([{ ...more, message: 'more requests like these' }]);
  line('error', { status: 503, from: '192.0.2.1' }, 'request');
  expect(lines).toHaveLength(7);
  await over();
  expect(lines).toHaveLength(7);
});

it('counts those of very many addresses together', async () => {
  const { lines, line } = written();
  for (let n = 0; n < 500; n++) line('error', { status: 503, from: `192.0.2.${n}` }, 'request');
  expect(lines).toHaveLength(8);
  await over();
  expect(lines).toHaveLength(9);
  expect(lines[8]).toMatchObject({ status: 503, from: undefined, more: 492 });
});
