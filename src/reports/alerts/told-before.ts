import type { Instant, IsoDate } from '../../model/dates.js';
import type { Db } from '../../store/pool.js';
import { textsOf } from '../render/texts/texts-of.js';
import { wordingOf } from '../render/texts/wording.js';
import { toldThings } from './alerts.sql.js';
import type { AlertContent } from './content.js';
import { judgeMap } from './judge.js';
import type { AlertRule } from './rule-schema.js';

/** A key without its day: what passed to whom, a verdict on a post. Of areas the ground is followed instead (`untoldSince`). */
const thingOf = ({ key, on }: Pick<AlertContent, 'key' | 'on'>) => key.replace(`/${on}/`, '/*/');

/**
 * What was found on the day of one map, where it stands for what the rule told of another day: the maps of that day as they are known
 * now show it no more, since one of them was put right or came late. Its headline says so; each alert is replaced once.
 * @param maps the days of the maps that count, in order
 * @throws SalientError as the measures throw
 */
export async function inPlaceOfTold(
  db: Db,
  { id, rule, maps, knownAt }: { id: string; rule: AlertRule; maps: readonly IsoDate[]; knownAt: Instant },
  found: readonly AlertContent[],
): Promise<AlertContent[]> {
  if (rule.when.kind === 'area' || found.length === 0) return [...found];
  const told = await toldThings(db, id, rule.series);
  /** What the maps around a day show of these things now. */
  const shownOn = async (on: IsoDate): Promise<AlertContent[]> => {
    const at = maps.findIndex((day) => day >= on);
    const [eve, day] = [maps[at - 1], maps[at]];
    return eve && day ? judgeMap(db, rule, { day, eve, knownAt, told: [] }) : [];
  };
  const replacing: AlertContent[] = [];
  for (const alert of found) {
    const same = told.filter((one) => thingOf(one) === thingOf(alert));
    const isNew = !same.some(({ key }) => key === alert.key);
    let voided: IsoDate | null = null;
    for (const { key, on } of isNew ? besides(same, alert.on) : []) {
      if (!(await shownOn(on)).some((shown) => shown.key === key)) voided = on;
    }
    replacing.push(voided === null ? alert : { ...alert, ...inPlaceOf(rule, alert, voided) });
  }
  return replacing;
}

type Told = Awaited<ReturnType<typeof toldThings>>[number];

/** Of what was told and not replaced yet, the last before a day and the first after it: between others it passed, and passed back. */
function besides(same: readonly Told[], day: IsoDate | null): Told[] {
  const open = same
    .filter(({ on }) => !same.some(({ instead_of }) => instead_of === on))
    .sort((a, b) => (a.on < b.on ? -1 : 1));
  const [last, first] = [open.findLast(({ on }) => on < (day ?? '')), open.find(({ on }) => on > (day ?? ''))];
  return [first, last].filter((one) => one !== undefined);
}

const inPlaceOf = ({ language }: AlertRule, { headline, figures }: AlertContent, day: IsoDate) => ({
  headline: textsOf(language).alerts.toldBefore(headline, wordingOf(language).day(day)),
  figures: { ...figures, instead_of: day },
});
