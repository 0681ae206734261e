import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AuditEntry, AuditHead } from '../desk/audit.sql.js';
import { verifyExported } from '../desk/audit-file.js';
import { NO_PARTS } from '../maps/import-request.js';
import { REFERENCE_KINDS } from '../series/bundle/reference-rows.js';
import type { Access } from './access.js';

type Options = Record<string, string | boolean | undefined>;
type Print = (ask: (access: Access) => Promise<unknown>, mayCreate?: boolean) => Promise<void>;

/** The commands of a desk: propose, look, decide, release; and the audit log. */
export function deskCommands(
  program: Command,
  print: Print,
  query: (options: Options) => Record<string, string>,
): void {
  const of = (series: string, rest = '') => `/series/${encodeURIComponent(series)}/proposals${rest}`;
  const one = (series: string, number: string, verb = '') => of(series, `/${encodeURIComponent(number)}${verb}`);
  const series = (command: Command) => command.requiredOption('--series <id>', 'id of the series');
  const reason = (command: Command) => series(command).requiredOption('--why <text>', 'the reason; kept');

  series(program.command('propose <file>'))
    .description('propose a change (a JSON file after /proposal.schema.json): prints what it would do')
    .action(async (file: string, { series: id }) => {
      const map = await readFile(file);
      await print((access) => access.post(of(id), {}, { ...NO_PARTS, map }));
    });

  const proposal = program.command('proposal').description('proposed changes: look, decide, release');
  series(proposal.command('map <file>').description('propose a file of any format as the map of its day'))
    .requiredOption('--date <day>', 'day of the map')
    .requiredOption('--why <text>', 'the reason')
    .requiredOption('--source <url>', 'address of the source')
    .requiredOption('--publisher <name>', 'who publishes the source')
    .option('--party <id>', 'party of every area')
    .option('--party-property <name>', 'property that holds the party')
    .option('--status-property <name>', 'property that holds the status')
    .option('--layer <name>', 'layer of a file that has several')
    .action(async (file: string, { series: id, ...options }) => {
      const map = await readFile(file);
      await print((access) => access.post(of(id, '/map'), query({ ...options, file }), { ...NO_PARTS, map }));
    });
  for (const kind of REFERENCE_KINDS) {
    series(proposal.command(`${kind} <file>`).description(`propose ${kind} to add or change: GeoJSON or a CSV table`))
      .requiredOption('--date <day>', 'day on which the preview looks')
      .requiredOption('--why <text>', 'the reason')
      .requiredOption('--source <url>', 'address of the source')
      .requiredOption('--publisher <name>', 'who publishes the source')
      .option('--operator <party>', 'of posts: the party that runs them, where the file does not say')
      .option('--since <day>', 'of posts: the day on which they were there first, where the file does not say')
      .action(async (file: string, { series: id, ...options }) => {
        const map = await readFile(file);
        await print((access) => access.post(of(id, `/${kind}`), query(options), { ...NO_PARTS, map }));
      });
  }
  for (const kind of ['claims', 'events']) {
    series(
      proposal.command(`${kind} <file>`).description(`propose the ${kind} of a CSV table, one proposal a row`),
    ).action(async (file: string, { series: id }) => {
      const map = await readFile(file);
      await print((access) => access.post(of(id, `/${kind}`), {}, { ...NO_PARTS, map }));
    });
  }
  series(proposal.command('list').description('the proposals of a series'))
    .option('--open', 'those that wait for a decision or a release')
    .action(({ series: id, ...options }) => print((access) => access.get(of(id), query(options))));
  series(proposal.command('show <number>').description('one proposal with what it would do now')).action(
    (number: string, { series: id }) => print((access) => access.get(one(id, number), {})),
  );
  reason(proposal.command('approve <number>').description('approve a proposal of somebody else'))
    .option('--release-at <instant>', 'embargo: it goes out at that instant')
    .option('--embargo', 'it goes out when somebody releases it')
    .option('--rebase', 'although the map under it has changed since')
    .option('--partisan-why <text>', 'why partisan sources of the side that gains hold, where there are no others')
    .action((number: string, { series: id, ...options }) =>
      print((access) => access.post(one(id, number, '/approve'), query(options))),
    );
  for (const [verb, what] of [
    ['reject', 'reject a proposal'],
    ['retract', 'take one’s own proposal back'],
    ['stop', 'stop an approved change before it goes out'],
  ] as const) {
    reason(proposal.command(`${verb} <number>`).description(what)).action(
      (number: string, { series: id, ...options }) =>
        print((access) => access.post(one(id, number, `/${verb}`), query(options))),
    );
  }
  series(proposal.command('release <number>').description('let an approved change out now'))
    .option('--rebase', 'although the map under it has changed since')
    .action((number: string, { series: id, ...options }) =>
      print((access) => access.post(one(id, number, '/release'), query(options))),
    );
  series(proposal.command('comment <number> <text>').description('say something of a proposal')).action(
    (number: string, text: string, { series: id }) =>
      print((access) => access.post(one(id, number, '/comment'), { text })),
  );
  series(
    proposal.command('copy <number> <source>').description('keep what a source says: its hash, and its bytes as set'),
  )
    .option('--file <file>', 'a copy at hand; else it is fetched')
    .action(async (number: string, source: string, { series: id, file }) => {
      const body = file && { ...NO_PARTS, map: await readFile(file) };
      await print((access) => access.post(one(id, number, '/copy'), { source }, body));
    });
  reason(proposal.command('rule').description('how many people other than the author approve a change of the series'))
    .requiredOption('--approvals <number>', '1 to 5')
    .option('--kinds <kinds>', 'of which kinds of change alone: edit,map,claim,…; held: maps under review')
    .action(({ series: id, ...options }) =>
      print((access) => access.post(`/series/${encodeURIComponent(id)}/review-rule`, query(options))),
    );

  const within = (id: string, rest: string) => `/series/${encodeURIComponent(id)}/${rest}`;
  reason(
    program
      .command('access <who>')
      .description('state for whom a series is: open, or members (also before its first map)'),
  ).action((who: string, { series: id, ...options }) =>
    print((access) => access.post(within(id, 'access'), { access: who, ...query(options) }), true),
  );
  const publishers = program.command('publishers').description('how reliable publishers are (Admiralty scale)');
  series(publishers.command('list').description('each grade that holds, with the scale')).action(({ series: id }) =>
    print((access) => access.get(within(id, 'publishers'), {})),
  );
  reason(publishers.command('grade <publisher> <grade>').description('A to F; none takes it back')).action(
    (publisher: string, grade: string, { series: id, ...options }) =>
      print((access) => access.post(within(id, 'publishers/reliability'), { publisher, grade, ...query(options) })),
  );
  const sources = program
    .command('sources')
    .description('sources of recorded claims and events: their grades, archives, copies');
  series(sources.command('list').description('each source that a claim or an event cites')).action(({ series: id }) =>
    print((access) => access.get(within(id, 'sources'), {})),
  );
  series(
    sources
      .command('copy [source]')
      .description('keep copies of the sources that have none yet, or of one: their hash, and their bytes as set'),
  )
    .option('--archive <url>', 'of one: where it is archived; it is fetched from there')
    .option('--file <file>', 'of one: a copy at hand; else it is fetched')
    .option('--limit <number>', 'of all: how many are fetched at most (1 to 50); 10 when absent')
    .action(async (source: string | undefined, { series: id, file, ...options }) => {
      const path = source === undefined ? 'sources/copies' : `sources/${encodeURIComponent(source)}/copy`;
      const body = file && { ...NO_PARTS, map: await readFile(file) };
      await print((access) => access.post(within(id, path), query(options), body));
    });
  const role = program.command('role').description('who may do what in one series');
  series(
    role
      .command('give <holder> <role>')
      .description('token:NAME, and reader, contributor, reviewer, publisher, keeper or none'),
  ).action((holder: string, given: string, { series: id }) =>
    print((access) => access.post(within(id, `roles/${encodeURIComponent(holder)}`), { role: given }), true),
  );
  series(role.command('list').description('who has which role')).action(({ series: id }) =>
    print((access) => access.get(within(id, 'roles'), {})),
  );

  const audit = program.command('audit').description('who did what, when and why');
  audit
    .command('verify [file]')
    .description(
      'whether the log, or an exported file (without a database), was changed: its length, its last hash, the first entry that does not follow',
    )
    .option('--head <hash>', 'the last hash as it was noted: shows what was cut off the end')
    .action(async (file: string | undefined, { head = null, ...options }) => {
      const judged = <Verdict extends { broken_at: number | null }>(verdict: Verdict) => {
        if (verdict.broken_at !== null) process.exitCode = 1;
        return verdict;
      };
      if (file !== undefined) {
        const verdict = judged(verifyExported(await readFile(file, 'utf8'), head));
        process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
        return;
      }
      const words = query({ ...options, head: head ?? undefined });
      await print(async (access) => judged((await access.get('/audit/verify', words)) as { broken_at: number | null }));
    });
  audit
    .command('export')
    .description('the whole log as JSON, with its last hash')
    .option('--after <number>', 'number of the entry after which to begin')
    .action(({ after = '0' }) => print((access) => exportedAudit(access, after)));
}

/** The log as far as it goes when the export begins. */
async function exportedAudit(access: Access, after: string) {
  type Page = { entries: AuditEntry[]; head: AuditHead | null };
  const { entries, head } = (await access.get('/audit', { after, limit: '10000' })) as Page;
  for (let last = entries.at(-1); last && head && last.no < head.no; last = entries.at(-1)) {
    const next = (await access.get('/audit', { after: String(last.no), limit: '10000' })) as Page;
    if (next.entries.length === 0) break;
    entries.push(...next.entries);
  }
  return { entries: entries.filter(({ no }) => head && no <= head.no), head };
}
