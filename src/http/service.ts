import type { Config } from '../config.js';
import type { Importer } from '../maps/import.js';
import type { Db } from '../store/pool.js';
import type { TileService } from '../tiles/service.js';
import type { Guard } from './guard.js';

/** What the routes work with. */
export interface Service {
  db: Db;
  tiles: TileService;
  importer: Importer;
  config: Config;
  guard: Guard;
}
