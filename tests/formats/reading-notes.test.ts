import { expect, it } from 'vitest';
import { readingNotes } from '../../src/formats/reading-notes.js';
import { ProblemList } from '../../src/model/problem-list.js';

it('what was repaired or dropped once is told as one, and more as many', () => {
  const told = (times: number) => {
    const problems = new ProblemList();
    problems.repaired('spike', '/features/0', 'spikes dropped', [36, 35], times);
    problems.count('height', times);
    return readingNotes({ problems, ignored: [], parties: [], notes: [] });
  };
  expect(told(1)).toEqual(['heights of 1 position dropped', 'repaired 1 time: spikes dropped: /features/0']);
  expect(told(2)).toEqual(['heights of 2 positions dropped', 'repaired 2 times: spikes dropped: /features/0']);
});
