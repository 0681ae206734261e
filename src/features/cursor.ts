import { SalientError } from '../errors.js';
import type { PropertyType } from '../formats/property-type.js';
import { isIsoDate, parseInstant } from '../model/dates.js';
import { isId } from '../model/id.js';
import type { KindName } from './collection-kinds.js';

/** A property to sort by. */
export interface SortKey {
  name: string;
  type: PropertyType;
  descending: boolean;
}

/** Where a page ends: the id of its last feature and, where features are sorted, the values that they are sorted by. */
export interface Cursor {
  id: string;
  /** In the order of the keys; null: not known, and the feature itself has to be found. */
  values: readonly unknown[] | null;
}

/** Between the id and the values: no id has it. */
const BESIDE = '~';

/** Longer values are for no address: such a cursor is the id alone, and its feature has to be found. */
const LONGEST = 3000;

/** As links to the next page have it. The values go with it, so that it leads on where its feature is gone. */
export function cursorText({ id, values }: Cursor): string {
  const text = values === null ? '' : Buffer.from(JSON.stringify(values)).toString('base64url');
  return text === '' || text.length > LONGEST ? id : `${id}${BESIDE}${text}`;
}

/**
 * Reads a cursor: one that `cursorText` wrote for these keys, or an id as features of the kind have it.
 * @throws SalientError `invalid_parameter`
 */
export function readCursor(text: string, kind: KindName, sortby: readonly SortKey[]): Cursor {
  const end = sortby.length > 0 ? text.lastIndexOf(BESIDE) : -1;
  const id = end < 0 ? text : text.slice(0, end);
  const values = end < 0 ? null : valuesIn(text.slice(end + 1));
  const fits = values === null ? end < 0 : values.length === sortby.length && sortby.every(fitsKey(values));
  if (fits && isIdOf(kind, id)) return { id, values };
  throw wrongCursor();
}

/** @returns the fault of a cursor that leads nowhere */
export const wrongCursor = (): SalientError =>
  new SalientError(
    'invalid_parameter',
    'after: take it from the link to the next page: no page of these features ends so',
  );

function valuesIn(text: string): unknown[] | null {
  try {
    const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(values) ? values : null;
  } catch {
    return null;
  }
}

/** Whether a value is one of the property: PostgreSQL reads what comes through here. */
const fitsKey =
  (values: readonly unknown[]) =>
  ({ type }: SortKey, nth: number): boolean => {
    const value = values[nth];
    if (value === null) return true;
    if (type === 'boolean') return typeof value === 'boolean';
    if (type === 'integer') return Number.isSafeInteger(value);
    if (type === 'number') return Number.isFinite(value);
    if (typeof value !== 'string' || /[\0\p{Cs}]/u.test(value)) return false;
    return type === 'date' ? isIsoDate(value) : type === 'string' || isInstant(value);
  };

function isInstant(text: string): boolean {
  try {
    return parseInstant(text) !== null;
  } catch {
    return false;
  }
}

/** Whether a feature of the kind can have the id, whether it is there or not. */
function isIdOf(kind: KindName, id: string): boolean {
  if (LOGGED.includes(kind)) return isId(id);
  if (kind === 'post') return isPost(id);
  const [day, rest] = [id.slice(0, 10), id.slice(11)];
  if (!isIsoDate(day) || id.slice(10, 11) !== (rest === '' ? '' : '.')) return false;
  switch (kind) {
    case 'snapshot':
      return rest === '';
    case 'control':
      return /^\d{1,9}$/.test(rest);
    case 'place':
      return isId(rest);
    case 'encirclement':
      return isPost(rest);
    case 'front':
      return /^[a-z]+-[a-z0-9._-]+$/.test(rest);
    case 'route':
      return /^.+\.\d+$/s.test(rest);
    default:
      // A change is between two days.
      return isIsoDate(rest.slice(0, 10)) && /^.{10}\../s.test(rest);
  }
}

/** Their ids are those of the log. */
const LOGGED: readonly KindName[] = ['claim', 'claim_unlocated', 'event', 'event_unlocated'];

const isPost = (text: string): boolean => /-\d+$/.test(text) && isId(text.replace(/-\d+$/, ''));
