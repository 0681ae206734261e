import type pg from 'pg';
import { theatresAhead } from './members-record.js';
import { principalName } from './principal.js';

/* What a connection of the pool keeps from one caller to the next, set anew where the next caller's is another. */

const named = new WeakMap<pg.ClientBase, string>();

/** Tells the connection in whose name rows are recorded from now on, where it is another than before. */
async function namePrincipal(connected: pg.ClientBase): Promise<void> {
  const name = principalName();
  if ((named.get(connected) ?? '') === name) return;
  await connected.query("select set_config('salient.principal', $1, false)", [name]);
  named.set(connected, name);
}

const reading = new WeakMap<pg.ClientBase, string>();

/** Has the connection read the record of the members that the caller is one of, or the public one, where it read another before. */
async function chooseRecord(connected: pg.ClientBase): Promise<void> {
  const theatres = theatresAhead();
  if ((reading.get(connected) ?? '') === theatres) return;
  if (theatres === '') await connected.query('reset search_path; reset salient.ahead');
  else {
    await connected.query(
      "select set_config('search_path', 'ahead, public', false), set_config('salient.ahead', $1, false)",
      [theatres],
    );
  }
  reading.set(connected, theatres);
}

/** Sets both as the caller's are. */
export async function fitSession(connected: pg.ClientBase): Promise<void> {
  await namePrincipal(connected);
  await chooseRecord(connected);
}
