import { grouped } from '../model/grouped.js';
import { type DrawnFeature, type DrawnLayer, encodeTile } from './cut/encode.js';

/** The tile of several states in turn, each thing once for as long as it looks the same. */
export interface SpanTile {
  /** What a layer shows from one day number to another (half-open). States come in the order of their days. */
  add(layer: string, features: readonly DrawnFeature[], from: number, to: number): void;
  /** MVT bytes of at most `maxBytes`, and how many versions were left out for that. */
  encode(maxBytes: number): { bytes: Uint8Array; omitted: number };
}

interface Version {
  layer: string;
  feature: DrawnFeature;
  from: number;
  to: number;
}

/**
 * Versions that hold the fewest days are left out first, so that a slider is right on as many days as it can be. What is
 * left out leaves a gap: nothing is shown on a day on which it did not hold.
 */
export function createSpanTile(): SpanTile {
  const versions: Version[] = [];
  /** What a thing looked like last, by layer and id. */
  const latest = new Map<string, { version: Version; looks: string }>();
  return {
    add(layer, features, from, to) {
      for (const feature of features) {
        const thing = `${layer} ${feature.id}`;
        const looks = JSON.stringify([feature.paths, feature.properties]);
        const known = latest.get(thing);
        if (known && known.looks === looks && known.version.to === from) {
          known.version.to = to;
          continue;
        }
        const version = { layer, feature, from, to };
        versions.push(version);
        latest.set(thing, { version, looks });
      }
    },
    encode(maxBytes) {
      const lasting = [...versions].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from);
      const encoded = (kept: number) => encodeTile(layersOf(versions, new Set(lasting.slice(0, kept))));
      const whole = encoded(lasting.length);
      if (whole.length <= maxBytes) return { bytes: whole, omitted: 0 };
      // The most versions that fit: `fits` always does, `over` never.
      let [fits, over] = [0, lasting.length];
      let bytes: Uint8Array = new Uint8Array();
      while (over - fits > 1) {
        const middle = (fits + over) >> 1;
        const tried = encoded(middle);
        if (tried.length <= maxBytes) [fits, bytes] = [middle, tried];
        else over = middle;
      }
      return { bytes, omitted: lasting.length - fits };
    },
  };
}

function layersOf(versions: readonly Version[], kept: ReadonlySet<Version>): DrawnLayer[] {
  const layers = grouped(
    versions.filter((version) => kept.has(version)),
    ({ layer }) => layer,
  );
  return [...layers].map(([name, shown]) => ({
    name,
    features: shown.map(({ feature, from, to }) => ({
      ...feature,
      properties: { ...feature.properties, valid_from: from, valid_to: to },
    })),
  }));
}
