import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asOwnWork, atLast, atWork, type Turn, turnOf } from '../../src/store/cancellation.js';
import { openTurns } from '../../src/store/embedded/turns.js';
import { openFlights } from '../../src/store/single-flight.js';

/** A connection on which each statement takes so long, milliseconds; what had its turn is a line. */
function connection(statementMs: number) {
  const turns = openTurns();
  const had: string[] = [];
  const statement = async (who: string, lane?: Turn) => {
    const leave = await turns.take(lane);
    had.push(who);
    await pause(statementMs);
    leave();
  };
  return { turns, had, statement };
}

test("the service's own work has no turn between the statements of an answer, but one of them before it", async () => {
  const { had, statement } = connection(4);
  const own = async () => {
    for (let i = 0; i < 40; i++) await statement('own');
  };
  const working = own();
  await pause(10);
  const from = had.length;
  for (let i = 0; i < 12; i++) await statement('answer', 'answer');
  const meanwhile = had.slice(from);
  expect(meanwhile.filter((who) => who === 'answer')).toHaveLength(12);
  expect(meanwhile.slice(0, meanwhile.lastIndexOf('answer')).filter((who) => who === 'own').length).toBeLessThan(2);
  // When nobody asks any more, it goes on.
  await working;
  expect(had.filter((who) => who === 'own')).toHaveLength(40);
});

test('small questions go before answers, and both before own work that came earlier', async () => {
  const { turns, had, statement } = connection(2);
  const leave = await turns.take('write');
  const all = [statement('own'), statement('answer', 'answer'), statement('light', 'light')];
  expect([turns.isAwaited(undefined), turns.isAwaited('answer'), turns.waiting()]).toEqual([true, true, 3]);
  leave();
  await Promise.all(all);
  expect(had).toEqual(['light', 'answer', 'own']);
});

test('the last of an answer lets the first of another go before it, and gives way within a transaction', async () => {
  const { turns, had, statement } = connection(4);
  const verdicts = async () => {
    for (let i = 0; i < 30; i++) await statement('late', 'late');
  };
  const working = verdicts();
  await pause(10);
  const from = had.length;
  for (let i = 0; i < 12; i++) await statement('answer', 'answer');
  const meanwhile = had.slice(from);
  expect(meanwhile.slice(0, meanwhile.lastIndexOf('answer')).filter((who) => who === 'late').length).toBeLessThan(2);
  await working;
  const leave = await turns.take('late');
  const waiting = statement('answer', 'answer');
  expect([turns.isAwaited('late'), turns.isAwaited('answer')]).toEqual([true, false]);
  leave();
  await waiting;
  // What is late goes before the service's own work, and shared work in the turns of the one who is in more of a hurry.
  const [held, all] = [await turns.take('write'), [statement('own'), statement('late', 'late')]];
  held();
  await Promise.all(all);
  expect(had.slice(-2)).toEqual(['late', 'own']);
  const flights = openFlights();
  const seen: (Turn | undefined)[] = [];
  const compute = async () => {
    seen.push(turnOf());
    await pause(5);
    seen.push(turnOf());
  };
  const first = atWork({ lane: 'answer' }, () => atLast(() => flights.join('verdicts', compute)));
  await pause(1);
  await Promise.all([first, atWork({ lane: 'answer' }, () => flights.join('verdicts', compute))]);
  expect(seen).toEqual(['late', 'answer']);
});

test('a flood of questions delays own work by seconds, and does not stop it', async () => {
  const { had, statement } = connection(5);
  let over = false;
  const flood = async () => {
    while (!over) await statement('answer', 'answer');
  };
  const flooding = [flood(), flood()];
  const begun = performance.now();
  await statement('own');
  expect(performance.now() - begun).toBeGreaterThan(2900);
  over = true;
  await Promise.all(flooding);
  expect(had.filter((who) => who === 'own')).toHaveLength(1);
});

test('who waits and is cancelled leaves the queue', async () => {
  const { turns, statement } = connection(2);
  const leave = await turns.take('answer');
  const stop = new AbortController();
  const waiting = atWork({ signal: stop.signal }, () => turns.take(undefined));
  waiting.catch(() => {});
  await pause(1);
  stop.abort();
  await expect(waiting).rejects.toThrow('cancelled');
  expect(turns.waiting()).toBe(0);
  leave();
  await statement('own');
});

test("the service's own work takes the turns of a request from when that waits for the same result", async () => {
  const { had, statement } = connection(5);
  const flights = openFlights();
  let over = false;
  const flood = async () => {
    while (!over) await statement('answer', 'answer');
  };
  const flooding = [flood(), flood()];
  const compute = async () => {
    for (let i = 0; i < 20; i++) await statement('shared', turnOf());
    return 'computed';
  };
  const own = asOwnWork(() => flights.join('verdicts', compute));
  const requested = atWork({ lane: 'answer' }, () => flights.join('verdicts', compute));
  expect(await Promise.all([own, requested])).toEqual(['computed', 'computed']);
  over = true;
  await Promise.all(flooding);
  // The first turn was asked for as own work; of the others each waits for no more than those who came before it.
  const turns = had.flatMap((who, at) => (who === 'shared' ? [at] : [])).slice(1);
  expect(Math.max(...turns.slice(1).map((at, n) => at - (turns[n] ?? 0)))).toBeLessThan(6);
}, 90_000);
