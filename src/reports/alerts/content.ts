import type { IsoDate } from '../../model/dates.js';

/** The content of an alert: what happened, on whose word, and how sure that is. In the language of its rule, figures as numbers beside. */
export interface AlertContent {
  /** Names the thing: it is reported once. */
  key: string;
  kind: 'verdict' | 'place' | 'route' | 'area' | 'held' | 'old';
  series: string;
  /** The day on the ground; null for what is no fact of the ground. */
  on: IsoDate | null;
  headline: string;
  /** On whose word. */
  source: string;
  /** How sure it is. */
  certainty: string;
  figures: Record<string, string | number>;
  /** The question of the API that yields it, relative to the service. */
  query: string;
  /** Where a map that it was measured from was removed for good: it says nothing more, and is not sent. */
  purged?: true;
}

/** Days of the maps between which an alert on area told what changed, and of whom: a party, or `open` for what is no party's. */
export interface ToldArea {
  subject: string;
  from: IsoDate;
  on: IsoDate;
}

/** What an alert tells of areas, by its key `area/<subject>/…`; none of another kind. */
export function toldBy({ kind, key, on, figures }: AlertContent): ToldArea[] {
  return kind === 'area' && on !== null
    ? [{ subject: key.split('/')[1] ?? '', from: figures.from as IsoDate, on }]
    : [];
}
