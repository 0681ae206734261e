#!/usr/bin/env node
import { CommanderError } from 'commander';
import { program } from './cli/program.js';
import { CANCELLED } from './cli/working.js';
import { SalientError } from './errors.js';
import { log } from './log.js';

/*
 * The command line. Exit codes: 0 done, 1 refused (reasons on stderr), 2 wrong usage, 130 interrupted.
 */
const DONE = 0;
const REFUSED = 1;
const WRONG_USAGE = 2;

// Reasons are reported on stderr; the lines of a service are none of a command's. `serve` sets the level of its settings.
log.level = 'silent';

// Whoever reads no more (`salient --help | head`) has what was wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(DONE);
});

async function run(): Promise<number> {
  try {
    await program.parseAsync();
    // A command that answers may have found what it was asked to look for: `audit verify`.
    return Number(process.exitCode ?? DONE);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USAGE;
    if (error instanceof SalientError) {
      process.stderr.write(`salient: ${error.whole} (${error.code})\n`);
      if (error.code === 'cancelled') return CANCELLED;
      for (const { at, where, message } of error.problems) {
        process.stderr.write(`  ${at || 'the file'}${where ? ` (${where.join(', ')})` : ''}: ${message}\n`);
      }
      return ['unknown_parameter', 'missing_parameter'].includes(error.code) ? WRONG_USAGE : REFUSED;
    }
    process.stderr.write(`salient: ${error instanceof Error ? error.message : String(error)}\n`);
    return REFUSED;
  }
}

process.exitCode = await run();
