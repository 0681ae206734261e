/**
 * The class of ground (api.md): the party that controls it; `contested`, also where it is only claimed; `unknown`;
 * `unassigned` inside the theatre where nothing is stated. The same rule as SQL's `class_of`.
 */
export function classOf(status: string | null, party: string | null): string {
  if (status === null) return 'unassigned';
  if (status === 'controlled' && party !== null) return party;
  return status === 'unknown' ? 'unknown' : 'contested';
}
