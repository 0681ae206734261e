import { createHash } from 'node:crypto';
import type { CollectionInfo } from '../../features/ask.js';
import type { FeatureRow, Shape } from '../../features/page.sql.js';
import { shapeRequested } from './item-question.js';

/** A feature with all its properties, in CRS84: as a GIS reads it before it saves. */
export const wholeShape = (info: CollectionInfo): Shape => shapeRequested(info, {});

/** Names a feature as it was sent: `If-Match` with it saves only over what was read. */
export const featureTag = (row: FeatureRow, shape: Shape, form: string): string =>
  `"${createHash('sha256')
    .update(JSON.stringify([form, shape.crs.uri, shape.properties, row]))
    .digest('base64url')
    .slice(0, 22)}"`;
