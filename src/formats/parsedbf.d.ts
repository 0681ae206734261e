declare module 'parsedbf' {
  /** Rows of a dBASE table; numbers that are blank are NaN, days are Dates of local midnight. */
  function parseDbf(table: DataView, encoding?: string): Record<string, unknown>[];
  export = parseDbf;
}
