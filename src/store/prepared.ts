const names = new Map<string, string>();

/**
 * The name under which a connection keeps a statement parsed and planned. The same text has the same name on each, and
 * only texts that do not vary are given one: a connection never lets go of them.
 */
export function preparedName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `salient_${names.size + 1}`;
  names.set(text, name);
  return name;
}
