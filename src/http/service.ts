import type { Config } from '../config.js';
import type { Db } from '../db/pool.js';
import type { TileService } from '../jobs/draw-tiles.js';

/** What the routes work with. */
export interface Service {
  db: Db;
  tiles: TileService;
  config: Config;
}
