import type { MessagePort, TransferListItem, Worker } from 'node:worker_threads';

/** A thread that answers questions one after the other. It begins with the first, and ends when nobody has asked for a while. */
export interface IdleThread<Question, Answer> {
  /** @throws Error what the work threw (its message), or that the thread has ended */
  ask(question: Question): Promise<Answer>;
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** The running thread, with the answers it owes. */
interface Running<Answer> {
  worker: Worker;
  waiting: Map<number, Waiting<Answer>>;
  idle: NodeJS.Timeout | null;
}

type Asked<Question> = { id: number; question: Question };
type Answered<Answer> = { id: number; answer: Answer } | { id: number; error: string };

/** A thread that was asked nothing for so long ends. */
const IDLE_MS = 30_000;

/** @param start the thread, whose module calls `answerQuestions` */
export function openIdleThread<Question, Answer>(start: () => Worker): IdleThread<Question, Answer> {
  let running: Running<Answer> | null = null;
  let last = 0;
  const end = (ended: Running<Answer>, why: Error) => {
    if (running === ended) running = null;
    for (const { reject } of ended.waiting.values()) reject(why);
    ended.waiting.clear();
    void ended.worker.terminate();
  };
  const begin = (): Running<Answer> => {
    const begun: Running<Answer> = { worker: start(), waiting: new Map(), idle: null };
    begun.worker.on('message', (answered: Answered<Answer>) => {
      const of = begun.waiting.get(answered.id);
      begun.waiting.delete(answered.id);
      if ('error' in answered) of?.reject(new Error(answered.error));
      else of?.resolve(answered.answer);
      if (begun.waiting.size > 0) return;
      // Whoever waits for nothing more may end: an idle thread holds no process.
      begun.worker.unref();
      begun.idle = setTimeout(() => end(begun, new Error('the thread was idle')), IDLE_MS).unref();
    });
    begun.worker.on('error', (error) => end(begun, error));
    begun.worker.on('exit', () => end(begun, new Error('the thread has ended')));
    return begun;
  };
  return {
    ask(question) {
      running ??= begin();
      const { worker, waiting } = running;
      if (running.idle) clearTimeout(running.idle);
      running.idle = null;
      const id = ++last;
      worker.ref();
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, question });
      });
    },
  };
}

/** The other side: `work` answers a question, with what of the answer need not be copied. */
export function answerQuestions<Question, Answer>(
  port: MessagePort | null,
  work: (question: Question) => Promise<[Answer, TransferListItem[]]> | [Answer, TransferListItem[]],
): void {
  if (!port) throw new Error('this module runs as a worker thread only');
  port.on('message', async ({ id, question }: Asked<Question>) => {
    try {
      const [answer, moved] = await work(question);
      port.postMessage({ id, answer }, moved);
    } catch (error) {
      port.postMessage({ id, error: (error as Error).message });
    }
  });
}
