import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { parseAlertRule } from '../../src/reports/alerts/rule-schema.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { alertRules, commandLines, proposals, reportDefinitions } from '../setup/document-blocks.js';

/* What the documents tell people to type is tried: commands and their options exist, definitions are ones. */

const ours = commandLines.flatMap(({ file, line }) => {
  const [, words] = /^(?:npx |docker compose exec \w+ )?salient (.*)$/.exec(line) ?? [];
  return words === undefined ? [] : [{ file, words: words.split(/ [|>&]+ ?/, 1)[0] as string }];
});
/** The words before the first option or argument: those that name a command. */
const nameOf = (words: string) => /^[a-z][a-z-]*( [a-z][a-z-]*)?(?= |$)/.exec(words)?.[0] ?? '';

/** The command that words begin with: `reports add` of a group, `import` by itself. */
function commandOf(words: string): Command {
  const [first = '', second] = nameOf(words).split(' ');
  const outer = program.commands.find((command) => command.name() === first);
  expect(outer, `salient ${first}`).toBeDefined();
  return outer?.commands.find((command) => command.name() === second) ?? (outer as Command);
}

describe('commands in the documents', () => {
  it.each([...new Map(ours.map(({ file, words }) => [`${file}: salient ${words}`, words]))])('%s', (_, words) => {
    const known = [...commandOf(words).options, ...program.options].map(({ long }) => long);
    for (const [, option] of words.matchAll(/[ [](--[a-z-]+)/g)) expect(known, words).toContain(option);
  });

  it('there are some', () => {
    expect(ours.length).toBeGreaterThan(10);
  });
});

describe('definitions of reports in the documents', () => {
  it.each(reportDefinitions.map(({ file, text }) => [file, text]))('%s', (_, text) => {
    expect(parseReportDefinition(JSON.parse(text)).period.every).toMatch(/week|day|month/);
  });
  it('are several', () => expect(reportDefinitions.length).toBeGreaterThan(1));
});

describe('rules of alerts in the documents', () => {
  it.each(alertRules.map(({ file, text }) => [file, text]))('%s', (_, text) => {
    expect(parseAlertRule(JSON.parse(text))).toMatchObject(JSON.parse(text));
  });
  it('there is one', () => expect(alertRules).toHaveLength(1));
});

describe('proposals in the documents', () => {
  it.each(proposals.map(({ text }) => [JSON.parse(text)]))('$kind of $date', (words) => {
    expect(parseProposal(words)).toMatchObject({ content: { kind: words.kind } });
  });
  it('are both there', () => expect(proposals).toHaveLength(2));
});
