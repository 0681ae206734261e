import { parentPort } from 'node:worker_threads';
import { answerQuestions } from '../../../idle-thread.js';
import type { Drawing } from './as-png.js';
import { rasterised } from './rasterise.js';

/** The other side of `asPng`: a drawing takes a second, in which no other request would be served. */
answerQuestions(parentPort, async ({ svg, background }: Drawing) => {
  const png = await rasterised(svg, { zoom: 2, background });
  return [png, [png.buffer as ArrayBuffer]];
});
