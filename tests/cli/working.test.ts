import { describe, expect, it } from 'vitest';
import { stepReporter, working } from '../../src/cli/working.js';
import { stopIfCancelled } from '../../src/store/cancellation.js';

function teller(isTTY: boolean) {
  let clock = 0;
  let written = '';
  const stream = { isTTY, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;
  return { ...stepReporter(stream, () => clock), wait: (ms: number) => (clock += ms), written: () => written };
}

describe('long work on the command line', () => {
  it('tells its steps on a terminal in one line that is written anew, and takes it away', () => {
    const { step, wait, end, written } = teller(true);
    step({ what: 'maps derived', done: 1, of: 43 });
    wait(150);
    step({ what: 'maps derived', done: 2, of: 43 });
    step({ what: 'maps derived', done: 3, of: 43 });
    step({ what: 'maps derived', done: 43, of: 43 });
    end();
    const shown = written().split('\r\u001b[K');
    expect(shown).toEqual(['', 'maps derived: 2 of 43', 'maps derived: 43 of 43', '']);
  });

  it('tells a log every half minute, and nothing of what is quickly done', () => {
    const quick = teller(false);
    quick.step({ what: 'maps derived', done: 43, of: 43 });
    quick.end();
    expect(quick.written()).toBe('');
    const slow = teller(false);
    for (let done = 1; done <= 10; done++) {
      slow.wait(10_000);
      slow.step({ what: 'widths tried', done, of: null });
    }
    slow.wait(40_000);
    slow.waiting();
    expect(slow.written()).toBe(
      'salient: widths tried: 3\nsalient: widths tried: 6\nsalient: widths tried: 9\nsalient: the service is at work (140 s)\n',
    );
  });

  it('is stopped by Ctrl-C between two steps, and listens no longer after it', async () => {
    const listeners = process.listenerCount('SIGINT');
    let steps = 0;
    const doing = async () => {
      for (; steps < 100; steps++) {
        stopIfCancelled();
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (steps === 3) process.emit('SIGINT');
      }
    };
    await expect(working(doing)).rejects.toMatchObject({ code: 'cancelled' });
    expect(steps).toBe(4);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });
});
