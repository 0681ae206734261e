import { parentPort } from 'node:worker_threads';
import { answerQuestions } from '../../idle-thread.js';
import { partedBorderLines } from './border-lines.js';
import type { LinesQuestion } from './border-lines-thread.js';

/** The other side of `linesBeside`. */
answerQuestions(parentPort, ({ areas, frame }: LinesQuestion) => {
  const lines = partedBorderLines(
    areas.map((wkb) => ({ wkb })),
    frame,
  );
  return [lines, [lines.buffer as ArrayBuffer]];
});
