import type { MessagePort } from 'node:worker_threads';
import { ANSWER_LOST, ENGINE_STALLED } from '../answer-lost.js';
import { send } from './port-stream.js';

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
 * none of its later answers can be trusted (seen: not one further answer): it ends, and is started anew.
 */
export interface Loss {
  /** Resolves when it is known outside that the engine ends: whoever connects from now on waits for the next one. */
  announce(): Promise<void>;
  /** Called when the client has received the error. */
  leave(): void;
}

const SYNC = 'S';
const ENDS_A_TURN = new Set([SYNC, 'Q']);
const READY = 'Z';
const ERROR = 'E';
const TERMINATE = 'X';
/** What ends the answer to each kind of message: Parse, Bind, Describe, Close, Execute and simple query. */
const ENDINGS: Readonly<Record<string, string>> = { P: '1', B: '2', D: 'Tnt', C: '3', E: 'CI', Q: 'CI' };
/** Ends the answer to an Execute with a row limit; else it is what is left of an exception. */
const SUSPENDED = 's';
const STARTUP_VERSION = 196608;
const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/** Serves connections, each a port of its own: one at a time, the next waits until the one before has gone. */
export function wireServer(engine: Engine, loss: Loss): (port: MessagePort) => void {
  let free = Promise.resolve();
  return (port) => {
    const before = free;
    free = serve(engine, port, loss, before);
  };
}

/** Resolves when the connection has gone and left nothing open. */
function serve(engine: Engine, port: MessagePort, loss: Loss, before: Promise<void>): Promise<void> {
  const reader = new MessageReader();
  let turn: Buffer[] = [];
  let work = before;
  let closed = false;
  const answer = (messages: Buffer[]) => {
    work = work
      .then(() => (closed ? NOTHING : withoutStalling(takeTurn(engine, messages))))
      .catch(() => ({ bytes: lostAnswer(ANSWER_LOST), lost: true }))
      .then(async ({ bytes, lost }) => {
        // A client that learns that the engine ends connects to the next one.
        if (lost) await loss.announce();
        if (bytes.length > 0) send(port, bytes);
        if (!lost) return;
        if (closed) return loss.leave();
        port.once('close', loss.leave);
        port.postMessage(null);
      });
  };
  port.on('message', (bytes: Uint8Array | null) => {
    if (bytes === null) return port.close();
    for (const message of reader.take(bytes)) {
      const version = isStartup(message) ? message.readInt32BE(4) : 0;
      if (version === SSL_REQUEST) send(port, Buffer.from('N'));
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
    port.once('close', () => {
      closed = true;
      work
        .then(() => engine.execProtocolRaw(query('rollback')))
        .then(
          () => resolve(),
          () => resolve(),
        );
    });
  });
}

const NOTHING = { bytes: Buffer.alloc(0), lost: false };

/** The thread is free so often in one turn, and the turn does not end: nothing will ever end it. */
const STALLED_LOOKS = 4;
const LOOK_MS = 5_000;

/**
 * The engine works synchronously: while it does, no timer of its thread runs. Where timers run on and on and the turn does not end,
 * it waits for something that never comes (seen: a full disk when a new file of the log is begun).
 */
function withoutStalling(turn: Promise<{ bytes: Buffer; lost: boolean }>): Promise<{ bytes: Buffer; lost: boolean }> {
  return new Promise((resolve, reject) => {
    let looks = 0;
    const timer = setInterval(() => {
      if (++looks < STALLED_LOOKS) return;
      clearInterval(timer);
      resolve({ bytes: lostAnswer(ENGINE_STALLED), lost: true });
    }, LOOK_MS);
    turn.then(resolve, reject).finally(() => clearInterval(timer));
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
    if (lost) return { bytes: Buffer.concat([...answers.filter(isNotReady), lostAnswer(ANSWER_LOST)]), lost };
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

/** Puts messages together from the chunks they come in; however many chunks a message has, its bytes are copied once. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private size = 0;
  private wanted = 0;

  /** The messages that are whole now. */
  take(chunk: Uint8Array): Buffer[] {
    this.chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.size += chunk.byteLength;
    if (this.size < this.wanted) return [];
    let rest = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    const whole: Buffer[] = [];
    for (let message = nextMessage(rest); message; message = nextMessage(rest)) {
      whole.push(message);
      rest = rest.subarray(message.length);
    }
    this.chunks = rest.length > 0 ? [rest] : [];
    this.size = rest.length;
    this.wanted = lengthOf(rest) ?? 0;
    return whole;
  }
}

/** How long the message is that the bytes begin with; null while that cannot be reported. */
function lengthOf(bytes: Buffer): number | null {
  if (bytes.length === 0) return null;
  const offset = isStartup(bytes) ? 0 : 1;
  return bytes.length < offset + 4 ? null : offset + bytes.readInt32BE(offset);
}

function nextMessage(bytes: Buffer): Buffer | null {
  const length = lengthOf(bytes);
  return length === null || bytes.length < length ? null : bytes.subarray(0, length);
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

function lostAnswer(why: string): Buffer {
  const fields = `SFATAL\0VFATAL\0CXX000\0M${why}\0\0`;
  const message = Buffer.alloc(fields.length + 5);
  message.write(ERROR);
  message.writeInt32BE(fields.length + 4, 1);
  message.write(fields, 5);
  return message;
}
