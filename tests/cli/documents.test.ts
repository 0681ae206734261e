import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { parseAlertRule } from '../../src/reports/alerts/rule-schema.js';
import { parseReportDefinition } from '../../src/reports/definition.js';
import { alertRules, commandLines, proposals, reportDefinitions } from '../setup/document-blocks.js';
import { entranceOf } from '../setup/spawned.js';

/* What the documents tell people to type is tried: commands and their options exist, definitions are ones. */

const ours = commandLines.flatMap(({ file, line }) => {
  const [, words] = /^(?:npx |docker compose exec \w+ )?salient (.*)$/.exec(line) ?? [];
  return words === undefined ? [] : [{ file, words: words.split(/ [|>&]+ ?/, 1)[0] as string }];
});
/** The words before the first option or argument: those that name a command. */
const nameOf = (words: string) => /^[a-z][a-z-]*( [a-z][a-z-]*)?(?= |$)/.exec(words)?.[0] ?? '';

describe('commands in the documents', () => {
  const help = new Map<string, Promise<string>>();
  const helpOf = (words: string) => {
    const found =
      help.get(words) ??
      promisify(execFile)(process.execPath, [...entranceOf('cli.ts'), ...words.split(' '), '--help'], {
        cwd: PROJECT_ROOT,
      }).then(({ stdout }) => stdout);
    help.set(words, found);
    return found;
  };

  it.each([...new Map(ours.map(({ file, words }) => [`${file}: salient ${words}`, words]))])(
    '%s',
    async (_, words) => {
      const [first = '', second] = nameOf(words).split(' ');
      const outer = await helpOf(first);
      expect(outer).toContain(`Usage: salient ${first}`);
      const group = second !== undefined && new RegExp(`^ {2}${second}\\b`, 'm').test(outer);
      const inner = group ? await helpOf(`${first} ${second}`) : outer;
      for (const [, option] of words.matchAll(/[ [](--[a-z-]+)/g)) {
        if (option === '--json') continue;
        expect(inner, `${option} of ${words}`).toMatch(new RegExp(`${option}\\b`));
      }
    },
    60_000,
  );

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
