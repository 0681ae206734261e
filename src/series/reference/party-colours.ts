/** Colours of parties that nobody gave one: Okabe and Ito's, distinguished with any colour vision. In the order of their use. */
export const PARTY_COLOURS = [
  '#d55e00',
  '#0072b2',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#f0e442',
  '#999999',
] as const;
