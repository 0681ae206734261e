import { expect } from 'vitest';
import type { ReportContent, SeriesPart } from '../../src/reports/content/content.js';

export const mainOf = (content: ReportContent) => content.series[0] as SeriesPart;

/** Every row and column of the matrix adds up in the digits shown, and every net is gained less lost and after less before. */
export function expectBalance(report: ReportContent): void {
  const { matrix, changes } = mainOf(report);
  const sum = (rows: readonly { shown: number }[]) => rows.reduce((total, { shown }) => total + shown, 0);
  for (const { class: name, shown } of matrix.before)
    expect(sum(matrix.cells.filter((c) => c.from === name))).toBe(shown);
  for (const { class: name, shown } of matrix.after) expect(sum(matrix.cells.filter((c) => c.to === name))).toBe(shown);
  expect(sum(matrix.before)).toBe(matrix.total_shown);
  expect(sum(matrix.after)).toBe(matrix.total_shown);
  for (const { km2, shown } of matrix.cells) expect(Math.abs(km2 - shown)).toBeLessThan(matrix.unit_km2);
  for (const { gained, lost, net, before, after } of changes) {
    expect(net.value).toBeCloseTo(gained.value - lost.value, 2);
    expect(net.value).toBeCloseTo(after.value - before.value, 2);
    for (const { value, low, high } of [gained, lost, net])
      expect((low ?? 0) <= value && value <= (high ?? 0)).toBe(true);
  }
}
