/** What the database takes as an id (domain `slug`), for schemas. */
export const ID_PATTERN = '^[a-z0-9][a-z0-9._-]{0,62}$';

/** The rule in words that complete a sentence: "x: …". */
export const ID_RULE = 'lower-case letters, digits, dots, dashes and _; 63 at most';

const pattern = new RegExp(ID_PATTERN);

/** Whether a text can be stored as an id. */
export const isId = (text: string): boolean => pattern.test(text);
