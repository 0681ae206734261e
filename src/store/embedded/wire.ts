import { createServer, type Server, type Socket } from 'node:net';
import { ANSWER_LOST } from '../answer-lost.js';

/*
 * The PostgreSQL wire protocol in front of the embedded engine, for the one connection of our pool. It stands where
 * @electric-sql/pglite-socket 0.2.11 stood: that one passes each message on by itself, so that after an error in a
 * statement with parameters the engine answers ReadyForQuery twice and every later answer belongs to an earlier
 * question (measured: `select 1/$1`, then `select $1` came back empty and the third query ended the process). Nor does
 * it notice an exception of GEOS, which the engine cannot catch: the statement just has no answer at all.
 */

/** The engine as it is used here: one protocol message in, the answer's bytes out. */
export interface Engine {
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * What follows a statement without an answer. The exception unwound the engine's stack past its own error handling, so
 * nothing it says afterwards can be trusted (seen: not one further answer): it ends, and is started anew.
 */
export interface Loss {
  /** Resolves when it is known outside that the engine ends: whoever connects from now on waits for the next one. */
  announce(): Promise<void>;
  /** Called when the client has been told. */
  leave(): void;
}

const SYNC = 'S';
const ENDS_A_TURN = new Set([SYNC, 'Q']);
const READY = 'Z';
const ERROR = 'E';
const TERMINATE = 'X';
/** What ends the answer to each kind of message: Parse, Bind, Describe, Close, Execute and simple query. */
const ENDINGS: Readonly<Record<string, string>> = { P: '1', B: '2', D: 'Tnt', C: '3', E: 'CI', Q: 'CI' };
/** Ends the answer to an Execute that asked for so many rows and no more; else it is what is left of an exception. */
const SUSPENDED = 's';
const STARTUP_VERSION = 196608;
const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/** Listens on loopback. One connection is served at a time; the next waits until the one before has gone. */
export function listenForWire(engine: Engine, port: number, loss: Loss): Promise<Server> {
  let free = Promise.resolve();
  const server = createServer({ noDelay: true }, (socket) => {
    const mine = free;
    free = mine.then(() => serve(engine, socket, loss));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Resolves when the connection has gone and left nothing open. */
function serve(engine: Engine, socket: Socket, loss: Loss): Promise<void> {
  let pending = Buffer.alloc(0);
  let turn: Buffer[] = [];
  let work = Promise.resolve();
  const answer = (messages: Buffer[]) => {
    work = work
      .then(() => takeTurn(engine, messages))
      .catch(() => ({ bytes: lostAnswer(), lost: true }))
      .then(async ({ bytes, lost }) => {
        if (!lost) return void (socket.writable && socket.write(bytes));
        await loss.announce();
        socket.once('close', loss.leave);
        if (socket.destroyed) loss.leave();
        else socket.end(bytes);
      });
  };
  socket.on('error', () => {});
  socket.on('data', (data) => {
    pending = Buffer.concat([pending, data]);
    for (;;) {
      const message = nextMessage(pending);
      if (!message) return;
      pending = pending.subarray(message.length);
      const version = isStartup(message) ? message.readInt32BE(4) : 0;
      if (version === SSL_REQUEST) socket.write('N');
      else if (version === STARTUP_VERSION) answer([message]);
      else if (version !== CANCEL_REQUEST && typeOf(message) !== TERMINATE) {
        turn.push(message);
        if (ENDS_A_TURN.has(typeOf(message))) {
          answer(turn);
          turn = [];
        }
      }
    }
  });
  return new Promise((resolve) => {
    const gone = () =>
      work
        .then(() => engine.execProtocolRaw(query('rollback')))
        .then(
          () => resolve(),
          () => resolve(),
        );
    if (socket.destroyed) gone();
    else socket.once('close', gone);
  });
}

/**
 * Everything up to a Sync is one turn and gets one ReadyForQuery. After an error the rest of the turn is skipped, as the
 * protocol says.
 */
async function takeTurn(engine: Engine, messages: readonly Buffer[]): Promise<{ bytes: Buffer; lost: boolean }> {
  const answers: Buffer[] = [];
  let failed = false;
  for (const message of messages) {
    if (failed && typeOf(message) !== SYNC) continue;
    const answer = split(Buffer.from(await engine.execProtocolRaw(message)));
    const endings = endingsOf(message);
    const lost = endings !== undefined && !answer.some((part) => (endings + ERROR).includes(typeOf(part)));
    if (lost) return { bytes: Buffer.concat([...answers.filter(isNotReady), lostAnswer()]), lost };
    failed ||= answer.some((part) => typeOf(part) === ERROR);
    answers.push(...answer);
  }
  const ready = answers.findLast((part) => !isNotReady(part));
  return { bytes: Buffer.concat([...answers.filter(isNotReady), ...(ready ? [ready] : [])]), lost: false };
}

function endingsOf(message: Buffer): string | undefined {
  const endings = ENDINGS[typeOf(message)];
  const limited = typeOf(message) === 'E' && message.readInt32BE(message.length - 4) > 0;
  return limited ? endings + SUSPENDED : endings;
}

const isNotReady = (message: Buffer) => typeOf(message) !== READY;

const typeOf = (message: Buffer) => (isStartup(message) ? '' : String.fromCharCode(message[0] ?? 0));

/** Start-up messages have no type: they begin with a length, whose first byte is 0. */
const isStartup = (message: Buffer) => message[0] === 0;

function nextMessage(bytes: Buffer): Buffer | null {
  const offset = isStartup(bytes) ? 0 : 1;
  if (bytes.length < offset + 4) return null;
  const length = offset + bytes.readInt32BE(offset);
  return bytes.length < length ? null : bytes.subarray(0, length);
}

function split(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let rest = bytes, message = nextMessage(rest); message; message = nextMessage(rest)) {
    parts.push(message);
    rest = rest.subarray(message.length);
  }
  return parts;
}

function query(sql: string): Buffer {
  const message = Buffer.alloc(sql.length + 6);
  message.write('Q');
  message.writeInt32BE(sql.length + 5, 1);
  message.write(sql, 5);
  return message;
}

function lostAnswer(): Buffer {
  const fields = `SFATAL\0VFATAL\0CXX000\0M${ANSWER_LOST}\0\0`;
  const message = Buffer.alloc(fields.length + 5);
  message.write(ERROR);
  message.writeInt32BE(fields.length + 4, 1);
  message.write(fields, 5);
  return message;
}
