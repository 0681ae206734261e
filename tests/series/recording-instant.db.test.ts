import { expect, it } from 'vitest';
import { recordingInstant } from '../../src/series/reference/editions.sql.js';
import { database, onEachDatabase, onServer } from '../setup/databases.js';

/** Since 1970: an instant drops the zeros at the end of its fraction, so that two of them do not compare as text. */
const microseconds = (instant: string) =>
  Date.parse(`${instant.slice(0, 19)}Z`) * 1000 + Number(instant.slice(20, -1).padEnd(6, '0'));

onEachDatabase('recording instants', (db) => {
  it('never go back, though the clock does', async () => {
    const store = await db();
    const before = await store.transaction((tx) => recordingInstant(tx));
    const [ahead] = await store.query<{ at: string }>(
      `select setval('recording_clock', (1e6 * extract(epoch from clock_timestamp()))::bigint + 2000000) as at`,
    );
    expect(ahead).toBeDefined();
    const instants = [before];
    for (let n = 0; n < 3; n++) instants.push(await store.transaction((tx) => recordingInstant(tx, `s${n}`)));
    // The sequence is two seconds ahead of the clock: each is a microsecond after the one before.
    expect(instants.map(microseconds).toSorted((a, b) => a - b)).toEqual(instants.map(microseconds));
    expect(new Set(instants).size).toBe(instants.length);
    const [now] = await store.query<{ now: string }>('select clock_timestamp() as now');
    expect(Date.parse(instants[3] as string)).toBeGreaterThan(Date.parse(now?.now ?? ''));
    // Other tests on this store ask for what is known by now: the clock comes after what is recorded again.
    await store.query('select pg_sleep(2.1)');
  });
});

onServer('writers', () => {
  it('of different series do not wait for each other; of one series, and of a theatre, they do', async () => {
    const store = await database('server');
    let end = () => {};
    const until = new Promise<void>((resolve) => {
      end = resolve;
    });
    let began = () => {};
    const under = new Promise<void>((resolve) => {
      began = resolve;
    });
    const first = store.transaction(async (tx) => {
      await recordingInstant(tx, 'one');
      began();
      await until;
    });
    await under;
    await store.transaction((tx) => recordingInstant(tx, 'other'));
    const done: string[] = [];
    const same = store.transaction((tx) => recordingInstant(tx, 'one')).then(() => done.push('same'));
    const whole = store.transaction((tx) => recordingInstant(tx)).then(() => done.push('whole'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(done).toEqual([]);
    end();
    await Promise.all([first, same, whole]);
    expect(done.sort()).toEqual(['same', 'whole']);
  });
});
