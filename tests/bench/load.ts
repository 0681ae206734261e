import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/*
 * The load generator of tiles-throughput.ts, in a thread of its own: sockets that ask again as soon as they are answered.
 * It only counts bytes, so that it costs the same whoever answers.
 */
const { port, path, sockets, seconds } = workerData as { port: number; path: string; sockets: number; seconds: number };
const question = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;

let returned = 0;
const until = performance.now() + seconds * 1000;
const open = Array.from({ length: sockets }, () => {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let missing = -1;
  socket.on('data', (chunk: Buffer) => {
    if (missing < 0) {
      const end = chunk.indexOf('\r\n\r\n');
      const head = chunk.toString('latin1', 0, end);
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head);
      missing = Number(/content-length: (\d+)/i.exec(head)?.[1]) + end + 4;
    }
    missing -= chunk.length;
    if (missing > 0) return;
    missing = -1;
    returned++;
    if (performance.now() < until) socket.write(question);
    else socket.end();
  });
  socket.write(question);
  return new Promise((resolve) => socket.on('close', resolve));
});
await Promise.all(open);
parentPort?.postMessage(returned / seconds);
