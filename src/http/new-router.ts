import { Router } from 'express';

/**
 * A router that takes a path in one spelling alone: what `readTarget` makes of a target is what routes, classes of work and records
 * are decided by, and a path in other letters is none of them.
 */
export const newRouter = (): Router => Router({ caseSensitive: true, strict: true });
