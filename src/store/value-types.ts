import pg from 'pg';

// `date` stays a string (node-postgres would make local midnight of it), instants become RFC 3339, bigint a number
// (ids and counts here stay far below 2^53), numeric a number (event counts).
const parsers: Record<number, (text: string) => unknown> = {
  20: Number,
  1700: Number,
  1082: (text) => text,
  1184: (text) => text.replace(' ', 'T').replace(/\+00(:?00)?$/, 'Z'),
};
export const valueTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? (pg.types.getTypeParser as (o: number, f?: string) => unknown)(oid, format),
} as pg.CustomTypesConfig;
