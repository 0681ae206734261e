/** A length as it was stated, in the unit in which a person writes it. */
export interface StatedLength {
  value: number;
  unit: 'm' | 'km';
}

/** The accuracy of a map as its series states it, to six digits: metres below a kilometre, so that what is accurate to 40 m, or to 0.5 m, is never 0 km. */
export function statedLength(metres: number): StatedLength {
  const [value, unit] = metres < 1000 ? ([metres, 'm'] as const) : ([metres / 1000, 'km'] as const);
  return { value: Number(value.toPrecision(6)), unit };
}

/** The same in English, which the method of every answer and the sentences about posts are written in: `40 m`, `1.3 km`. */
export function statedLengthInWords(metres: number): string {
  const { value, unit } = statedLength(metres);
  return `${value} ${unit}`;
}
