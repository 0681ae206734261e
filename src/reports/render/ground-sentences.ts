import { HOLDER_UNKNOWN, unknownClasses } from '../../model/classes.js';
import type { IsoDate } from '../../model/dates.js';
import { decimalsOf, withoutCrumbs } from '../../model/shown-area.js';
import type { StepKind } from '../../series/step-kinds.js';
import type { Figure, KindChange, SeriesPart } from '../content/content.js';
import { isRedrawn, sidesShown } from '../figures.js';
import type { Voice } from './voice.js';

/* What passed to whom, in sentences: what was sure to, what is nobody's, and what was only drawn anew. */

/** What was gained less what was lost, or the other way round; said to be that where there was both. */
export function netOf(voice: Voice, { party, shown, net }: NetMovement): string {
  const area = voice.about(shown === 0 ? net.value : shown);
  const both = !isRedrawn(voice.main) && voice.shown.gained(party) > 0 && voice.shown.lost(party) > 0;
  return both ? voice.texts.net(area) : area;
}

/** What of a series its change is told from. */
export type Moved = Pick<SeriesPart, 'matrix' | 'changes' | 'kinds'> & { parties: { id: string }[] };

/** More than nothing by two standard deviations: the band has one of them in. */
export const isSurelyThere = ({ value, low }: Figure): boolean => low !== null && 2 * low - value > 0;

/** What passed from some classes to others as the matrix shows it, km²; null: from any other. */
export const flow = (
  { matrix }: Pick<SeriesPart, 'matrix'>,
  from: readonly string[] | null,
  to: readonly string[],
): number =>
  matrix.cells
    .filter((cell) => to.includes(cell.to) && !to.includes(cell.from) && (from === null || from.includes(cell.from)))
    .reduce((sum, { shown }) => withoutCrumbs(sum + shown), 0);

/** The classes of ground whose holder is not known. */
export const unknownIn = ({ changes }: Moved): readonly string[] => unknownClasses(sidesShown(changes));

/** Ground that came to be of unknown holder; contested ground that is drawn no more also on a map of one side. */
export const becameUnknown = (main: Moved): number =>
  flow(main, ['contested'], HOLDER_UNKNOWN) +
  main.parties.reduce((sum, { id }) => sum + flow(main, [id], unknownIn(main)), 0);

/** Ground that nobody surely holds at the end: it passed to no party. */
export function passedToNobody(voice: Voice): string[] {
  const { main, texts, name, about } = voice;
  const whose = [...main.parties.map(({ id }) => id), 'contested'];
  return whose.flatMap((from) => {
    const party = from === 'contested' ? null : name(from);
    const of = (to: string) => flow(main, [from], [to]);
    const [contested, unknown] = [of('contested'), of('unknown')];
    const unstated = party === null || unknownIn(main).includes('unassigned') ? of('unassigned') : 0;
    const least = main.matrix.unit_km2;
    return [
      ...(contested >= least ? [texts.lede.toContested(about(contested), party)] : []),
      ...(unknown >= least ? [texts.lede.toUnknown(about(unknown), party)] : []),
      ...(unstated >= least ? [texts.lede.toUnstated(about(unstated), party)] : []),
    ];
  });
}

/** Beyond two standard deviations of the lines, and beyond what is disputed (`low` and `high` have one of them in). */
export function isSure({ low, high, sd = 0 }: Figure, sign: 1 | -1): boolean {
  return sign > 0 ? (low ?? 0) - sd > 0 : (high ?? 0) + sd < 0;
}

/** Net change by party. */
export interface NetMovement {
  party: string;
  net: Figure;
  /** As the tables show it, km². */
  shown: number;
}

/** What each party won and lost on the ground: where some of the change was redrawn, without it. */
export function netMovement({
  main,
  shown,
}: { main: Pick<Moved, 'changes' | 'kinds'> } & Pick<Voice, 'shown'>): NetMovement[] {
  if (!isRedrawn(main)) return main.changes.map(({ party, net }) => ({ party, net, shown: shown.net(party) }));
  const movement = main.kinds.find(({ kind }) => kind === 'movement');
  return (movement?.net ?? []).map(({ party, figure: net }) => ({ party, net, shown: net.value }));
}

/** What became so by steps of some kinds; of an older edition, by the step to the map of a day. */
interface Became {
  kinds?: readonly StepKind[];
}

/** Of which kinds the steps were in which something became so that is so since the map of a day. */
export function kindsOf(
  { kinds: of }: Pick<SeriesPart, 'kinds'>,
  { kinds }: Became,
  day: IsoDate,
): readonly StepKind[] {
  return (
    kinds ?? [of.find(({ kind, why }) => kind !== 'movement' && why.some(({ on }) => on === day))?.kind ?? 'movement']
  );
}

/** What became so in no step but those by which the map was put right or drawn by other rules did not happen on the ground. */
export const happened =
  (main: Pick<SeriesPart, 'kinds'>) =>
  (became: Became, day: IsoDate): boolean =>
    kindsOf(main, became, day).includes('movement');

export function gains(voice: Voice, winner: NetMovement): string[] {
  const { main, texts, name, about } = voice;
  const after = heldAfter(voice, winner.party);
  const redrawn = isRedrawn(main);
  const before = (from: string) => (redrawn ? 0 : flow(main, [from], [winner.party]));
  const [disputed, unknown] = [before('contested'), before('unknown')];
  const unstated = unknownIn(main).includes('unassigned') ? before('unassigned') : 0;
  const reported = redrawn ? texts.lede.moved : texts.lede.grew;
  const least = main.matrix.unit_km2;
  return [
    reported(
      name(winner.party),
      about(winner.shown === 0 ? winner.net.value : winner.shown),
      bandInWords(voice, winner.net),
      about(after),
      shareOf(voice, after),
    ),
    ...(disputed >= least ? [texts.lede.through(about(disputed))] : []),
    ...(unknown >= least ? [texts.lede.wasUnknown(about(unknown))] : []),
    ...(unstated >= least ? [texts.lede.wasUnstated(about(unstated))] : []),
    ...losses(voice),
  ];
}

/** What a party holds at the end as the tables show it; of what they round to nothing, what it is. */
export const heldAfter = ({ main, shown }: Voice, party: string): number =>
  shown.after(party) || (main.changes.find((row) => row.party === party)?.after.value ?? 0);

export const losses = (voice: Voice): string[] =>
  netMovement(voice)
    .filter(({ shown, net }) => shown <= -voice.main.matrix.unit_km2 && (net.high ?? 0) <= 0)
    .map((loser) =>
      voice.texts.lede.lost(voice.name(loser.party), netOf(voice, loser), bandInWords(voice, negated(loser.net))),
    );

/** What was lost, as a positive figure. */
const negated = ({ low, high, ...rest }: Figure): Figure => ({ ...rest, low: high && -high, high: low && -low });

export function shareOf({ texts, words, main }: Voice, km2: number): string {
  const percent = (100 * km2) / main.matrix.total_km2;
  const isLess = percent > 0 && percent < 0.5;
  return isLess ? texts.lessThan(texts.percent(words.number(1))) : texts.percent(words.number(percent));
}

export const notMovement = (voice: Voice): string[] =>
  voice.main.kinds
    .filter(({ kind, changed }) => kind !== 'movement' && changed.value > 0)
    .map((row) =>
      voice.texts.lede.notMovement(
        voice.about(kindAsShown(voice, row).changed[0] || row.changed.value),
        voice.texts.kinds[row.kind],
      ),
    );

/**
 * A kind of change as readers see it, each figure with the value that it stands for. Where it is all the change there is, once, it is what the matrix shows; of several kinds, or of
 * ground that went there and back, each figure is rounded by itself.
 */
export function kindAsShown(
  { main, shown }: Voice,
  { changed, net }: KindChange,
): { changed: AsShown; net: (party: string) => AsShown } {
  const moved = main.matrix.cells.filter(({ from, to }) => from !== to);
  const sum = (of: 'km2' | 'shown') => moved.reduce((total, cell) => total + cell[of], 0);
  const crumb = Math.min(0.001, main.matrix.unit_km2);
  const whole = Math.abs(sum('km2') - changed.value) < crumb * (moved.length + 1);
  const same = main.kinds.filter((one) => one.changed.value > 0).length === 1;
  const netValue = (party: string) => net.find((row) => row.party === party)?.figure.value ?? 0;
  if (whole && same && changed.value > 0) {
    return { changed: [withoutCrumbs(sum('shown')), changed.value], net: (of) => [shown.net(of), netValue(of)] };
  }
  return { changed: [changed.value, changed.value], net: (of) => [netValue(of), netValue(of)] };
}

/** A figure as readers see it, and its value. */
type AsShown = [shown: number, value: number];

/**
 * `between 912 and 1,130 km²`; null where the figure has no band. Ends are rounded outwards, in the unit of the report; a band
 * of which only a lower bound is known says so.
 */
export function bandInWords({ texts, words, main }: Voice, { low, high }: Figure): string | null {
  if (low === null || high === null) return null;
  const step = Math.max(Math.abs(low), Math.abs(high)) >= 100 ? 1 : main.matrix.unit_km2;
  const decimals = decimalsOf(step);
  // Rounded outwards, and never beyond all the ground there is.
  const all = main.matrix.total_shown;
  const [from, to] = [Math.max(-all, Math.floor(low / step) * step), Math.min(all, Math.ceil(high / step) * step)];
  if (from === to) return null;
  const [least, most] = [words.number(from, decimals), texts.area(words.number(to, decimals))];
  return main.noise.lower_bound ? texts.bandAtLeast(least, most) : texts.band(least, most);
}
