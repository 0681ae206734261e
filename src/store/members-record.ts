import { AsyncLocalStorage } from 'node:async_hooks';

/** Of which theatres the caller reads the record of members, which runs ahead of the public one (migration 38). */
export interface Ahead {
  /** Ids of theatres. */
  theatres: readonly string[];
  /** Another one whenever one of those records was brought up to date: what is remembered is remembered under it. */
  mark: string;
}

const surrounding = new AsyncLocalStorage<Ahead | null>();

/** Works for a member: whatever is read within, however deep, is read of the members' record. Writing there is refused. */
export function asMember<T>(ahead: Ahead | null, doing: () => T): T {
  return surrounding.run(ahead, doing);
}

/** Null: the public record. */
export const readsAhead = (): Ahead | null => surrounding.getStore() ?? null;

/** Where what is computed here is remembered: apart from what the public reads. */
export const underMark = (key: string): string => {
  const mark = surrounding.getStore()?.mark;
  return mark === undefined ? key : `${mark}\n${key}`;
};

/** The list of theatres as the views of the schema `ahead` read it; empty: the public record. */
export const theatresAhead = (): string => {
  const { theatres = [] } = surrounding.getStore() ?? {};
  return theatres.length === 0 ? '' : `,${theatres.join(',')},`;
};
