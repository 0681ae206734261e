import { AsyncLocalStorage } from 'node:async_hooks';

const NOTHING: ReadonlySet<string> = new Set();
const surrounding = new AsyncLocalStorage<ReadonlySet<string>>();

/**
 * Works for a caller who may not know of some series (and theatres): whatever looks them up within, however deep, finds
 * nothing, as of series that do not exist. Work that nobody requested sees everything.
 */
export function unaware<T>(of: ReadonlySet<string>, doing: () => T): T {
  return surrounding.run(of, doing);
}

/** The series and theatres that the caller may not know of. */
export const hiddenIds = (): ReadonlySet<string> => surrounding.getStore() ?? NOTHING;

/** Whether the caller may not know of a series or theatre. */
export const isHidden = (id: string): boolean => hiddenIds().has(id);

/** Leaves out what names a series that the caller may not know of. */
export const seen = <Row extends { series: string }>(rows: readonly Row[]): Row[] =>
  rows.filter(({ series }) => !isHidden(series));
