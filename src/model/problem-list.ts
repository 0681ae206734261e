import { type ErrorCode, type Problem, SalientError } from '../errors.js';

/** After so many problems nobody reads on, and a hostile file of ten million nulls would fill the memory. */
const PROBLEM_LIMIT = 1000;

/** Gathers every problem of an input, so that all are reported at once. */
export class ProblemList {
  readonly all: Problem[] = [];
  /** What is no problem and yet is reported: how often it occurred, by name. */
  readonly counts = new Map<string, number>();
  /** What was repaired on request, each with its place: reported, as nothing is repaired silently. */
  readonly repairs: (Problem & { times: number })[] = [];
  /** The feature that is being read, by the name its author knows; every problem found meanwhile names it. */
  about: string | null = null;

  /** True once the limit is reached: readers stop looking for more. */
  get full(): boolean {
    return this.all.length >= PROBLEM_LIMIT;
  }

  /** `at` is a JSON pointer (`''` is the whole document); `where` is `[lon, lat]` in CRS84. */
  add(code: string, at: string, message: string, where?: [number, number]): void {
    if (this.full) return;
    const stated = this.about === null ? { message } : { message: `${message} (${this.about})`, feature: this.about };
    this.all.push(where === undefined ? { code, at, ...stated } : { code, at, where, ...stated });
  }

  /** Notes a repair; of more than the limit only the number is kept (`counts`). */
  repaired(code: string, at: string, message: string, where: [number, number], times = 1): void {
    this.count(`repaired ${code}`, times);
    if (this.repairs.length >= PROBLEM_LIMIT) return;
    const feature = this.about === null ? {} : { feature: this.about };
    this.repairs.push({ code, at, where, message, times, ...feature });
  }

  /** Counts occurrences of what only needs a note. */
  count(name: string, times = 1): void {
    if (times > 0) this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  /** The error that carries them all. Its message repeats the first, which is often the only one. */
  toError(code: ErrorCode): SalientError {
    return new SalientError(code, summary(this.all), this.all);
  }
}

/** How many problems there are, and the first, which is often the only one. */
export function summary(problems: readonly Problem[]): string {
  const [first] = problems;
  if (!first) return 'the input cannot be accepted';
  const message = first.at === '' ? first.message : `${first.at}: ${first.message}`;
  if (problems.length === 1) return message;
  const many = problems.length >= PROBLEM_LIMIT ? `${PROBLEM_LIMIT} problems or more` : `${problems.length} problems`;
  return `${many}; the first: ${message}`;
}

/** Appends one step to a JSON pointer (RFC 6901: `~` and `/` are escaped). */
export function pointer(at: string, step: string | number): string {
  return `${at}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A value as a person would quote it, cut to a readable length. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return String(value);
}
