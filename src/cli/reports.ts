import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import { NO_PARTS } from '../maps/import-request.js';
import type { Access } from './access.js';

/** Opens the store, calls it, prints the answer as JSON, and closes. */
type Print = (ask: (access: Access) => Promise<unknown>) => Promise<void>;

/** The commands about reports that the service makes by itself. */
export function reportsCommands(program: Command, print: Print): void {
  const of = (id: string, path = '') => `/reports/${encodeURIComponent(id)}${path}`;
  const reports = program.command('reports').description('reports that are made by themselves, period by period');
  reports
    .command('list')
    .description('every report with its newest edition')
    .action(() => print((access) => access.get('/reports', {})));
  reports
    .command('show <id>')
    .description('one report: its definition and every edition')
    .action((id: string) => print((access) => access.get(of(id), {})));
  reports
    .command('log <id>')
    .description('what was made and delivered, when, and why not')
    .action((id: string) => print((access) => access.get(of(id, '/log'), {})));
  reports
    .command('define <file>')
    .description('define a report, or its next version, from a JSON file (GET /reports/schema.json)')
    .action((file: string) => print((access) => access.post('/reports', {}, { ...NO_PARTS, map: read(file) })));
  reports
    .command('withdraw <id>')
    .description('make nothing more of a report; what was made stays')
    .requiredOption('--why <text>', 'the reason; kept')
    .action((id: string, { why }: { why: string }) => print((access) => access.post(of(id, '/withdraw'), { why })));
  reports
    .command('issue <id> <period>')
    .description('make the report of a period now, such as 2020-W06')
    .action((id: string, period: string) => print((access) => access.post(of(id, '/issue'), { period })));

  const alerts = program.command('alerts').description('rules that tell at once what happens in a series');
  const rule = (id: string, path = '') => `/alerts/${encodeURIComponent(id)}${path}`;
  alerts
    .command('list')
    .description('every rule with what happened last by it')
    .action(() => print((access) => access.get('/alerts', {})));
  alerts
    .command('show <id>')
    .description('one rule, and what happened by it')
    .action((id: string) => print((access) => access.get(rule(id), {})));
  alerts
    .command('log <id>')
    .description('every try to deliver the alerts of a rule')
    .action((id: string) => print((access) => access.get(rule(id, '/log'), {})));
  alerts
    .command('define <file>')
    .description('define a rule, or its next version, from a JSON file (GET /alerts/schema.json)')
    .action((file: string) => print((access) => access.post('/alerts', {}, { ...NO_PARTS, map: read(file) })));
  alerts
    .command('withdraw <id>')
    .description('let nothing more fire by a rule; what fired stays')
    .requiredOption('--why <text>', 'the reason; kept')
    .action((id: string, { why }: { why: string }) => print((access) => access.post(rule(id, '/withdraw'), { why })));
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SalientError('invalid_body', `${file} cannot be read: ${(cause as Error).message}`, [], { cause });
  }
}
