import { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import { PIECE } from '../read-in-pieces.js';

/**
 * What `pg` takes for a socket: a stream over a `MessagePort` to the engine's thread. Nothing outside the process can reach it, and
 * bytes are copied once each way. The end of either side is a message of null.
 */
export class PortStream extends Duplex {
  private port: MessagePort | null = null;

  /** @param open resolves with a port when the engine answers */
  constructor(private readonly open: () => Promise<MessagePort>) {
    super({ allowHalfOpen: false });
  }

  /** Called by `pg`, with an address that means nothing here. */
  connect(): this {
    this.open().then(
      (port) => {
        if (this.destroyed) return port.close();
        this.port = port;
        port.on('message', (bytes: Uint8Array | null) => {
          if (bytes === null) this.push(null);
          else for (const piece of piecesOf(bytes)) this.push(piece);
        });
        // What was sent before the end is read before it.
        port.on('close', () => (this.readableLength > 0 ? this.push(null) : this.destroy()));
        this.emit('connect');
      },
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    send(this.port, chunk);
    done();
  }

  override _final(done: () => void): void {
    this.port?.postMessage(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.port?.close();
    done(error);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.port?.ref();
    return this;
  }

  unref(): this {
    this.port?.unref();
    return this;
  }
}

/** A long answer in pieces (`read-in-pieces.ts`), without a copy. */
function* piecesOf({ buffer, byteOffset, byteLength }: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < byteLength; at += PIECE) {
    yield Buffer.from(buffer, byteOffset + at, Math.min(PIECE, byteLength - at));
  }
}

/** Sends bytes as a message of their own: of a view, the whole buffer behind it would be copied. */
export function send(port: MessagePort | null, chunk: Uint8Array): void {
  const bytes = new Uint8Array(chunk);
  port?.postMessage(bytes, [bytes.buffer]);
}
