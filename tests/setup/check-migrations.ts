import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';
import { readFunctions, readMigrations } from '../../src/store/migrate.js';

// Part of `npm run check`: two branches that each took the next number meet here, not in the next start on a database.
const folder = join(PROJECT_ROOT, 'migrations');
readMigrations(folder);
readFunctions(folder);
