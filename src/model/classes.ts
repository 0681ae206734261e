/** Ground of which a map does not say who holds it: published as unknown, or left in no area, which counts as unknown (methods G). */
export const HOLDER_UNKNOWN: readonly string[] = ['unknown', 'unassigned'];

/**
 * The classes whose holder maps do not tell. What maps of fewer than two sides leave in no area is all that is not theirs.
 * @param sides how many parties hold ground on the maps
 */
export const unknownClasses = (sides: number): readonly string[] => (sides > 1 ? HOLDER_UNKNOWN : ['unknown']);

/**
 * Whether what is of one class and then of another passed to a party: from another, or from contested ground. What becomes
 * contested, or comes out of ground whose holder is not known, passes to nobody that one could name.
 * @param parties the parties of the map
 * @param unknown the classes whose holder it does not tell, of `unknownClasses`
 */
export const passesToParty = (
  { from, to }: { from: string; to: string },
  parties: readonly string[],
  unknown: readonly string[],
): boolean => parties.includes(to) && !unknown.includes(from);

/**
 * Whether what became of another class did so on the ground: by a step that is movement, and not by a correction or a redefinition
 * alone. What does not tell its kinds, as older editions of reports, is taken for it.
 */
export const movedOnGround = ({ kinds }: { kinds?: readonly string[] }): boolean => kinds?.includes('movement') ?? true;

/**
 * The class of ground (api.md): the party that controls it; `contested`, also where it is only claimed; `unknown`;
 * `unassigned` inside the theatre where nothing is stated. The same rule as SQL's `class_of`.
 */
export function classOf(status: string | null, party: string | null): string {
  if (status === null) return 'unassigned';
  if (status === 'controlled' && party !== null) return party;
  return status === 'unknown' ? 'unknown' : 'contested';
}
