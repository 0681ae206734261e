export const AREA_STATUSES = ['controlled', 'contested', 'claimed', 'unknown'] as const;
/** How sure the ground of an area is its party's (api.md). */
export type AreaStatus = (typeof AREA_STATUSES)[number];
