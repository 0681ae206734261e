import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../src/config.js';
import { freshDatabase, SERVER_URL } from './setup/databases.js';
import { type Spawned, salient, spawnService, temporaryFolder } from './setup/spawned.js';

/*
 * docs/your-own-conflict.md as a new user follows it: its commands in their order, in the root of a clone with an empty store, each
 * followed by what the page says that it prints. Nothing else is sent: what the page shows at the end comes from them alone.
 */
const PAGE = 'docs/your-own-conflict.md';

interface Command {
  words: string[];
  prints: string[];
}

/** The shell blocks of a page, each command with the lines of the text block behind it (after the block's last command). */
function commandsOf(page: string): Command[] {
  return [...page.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)].flatMap(
    ([, block = '', text = '']) => {
      const lines = block.replaceAll('\\\n', ' ').trim().split('\n');
      return lines.map((line, index) => ({
        words: [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
        prints: index === lines.length - 1 ? text.trimEnd().split('\n').filter(Boolean) : [],
      }));
    },
  );
}

describe(PAGE, () => {
  const [alias, ...commands] = commandsOf(readFileSync(join(PROJECT_ROOT, PAGE), 'utf8'));
  const folder = temporaryFolder();
  const inFolder = ['reports', 'my-theatre', 'basemap.json'];
  let settings: Record<string, string>;
  let service: Spawned | undefined;

  beforeAll(async () => {
    const store = SERVER_URL ? { DATABASE_URL: await freshDatabase(SERVER_URL) } : {};
    settings = { SALIENT_DATA: join(folder, 'data'), SALIENT_GEODATA: '', ...store };
  });
  afterAll(() => service?.end('SIGTERM'));

  it('says first what `salient` is, in a clone', () => {
    expect(alias?.words.join(' ')).toBe("alias salient='npm run --silent salient --'");
  });

  it('takes at most eight commands to the page, all of them salient', () => {
    const upToServe = commands.findIndex(({ words }) => words[1] === 'serve') + 1;
    expect(upToServe).toBeGreaterThan(0);
    expect(upToServe).toBeLessThanOrEqual(8);
    expect(new Set(commands.map(({ words }) => words[0]))).toEqual(new Set(['salient']));
  });

  it.each(commands.filter(({ words }) => words[1] !== 'serve').map((one) => [one.words.join(' '), one] as const))(
    '%s',
    { timeout: 120_000 },
    async (_, { words, prints }) => {
      const given = words.slice(1).map((word) => (inFolder.includes(word) ? join(folder, word) : word));
      const { code, stdout, stderr } = await salient(given, settings);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const printed = stdout.replaceAll(`${folder}/`, '');
      for (const line of prints) expect(printed).toContain(line);
    },
  );

  it('ends in a page with its towns, posts, road and reports', { timeout: 120_000 }, async () => {
    service = spawnService(settings);
    const base = await service.address;
    const json = async (path: string) => (await fetch(base + path)).json();
    expect(await (await fetch(`${base}/?series=italy`)).text()).toContain('Spring 1945');
    const { features } = await json('/places?series=italy&date=1945-04-16');
    const bologna = features.find(({ id }: { id: string }) => id === 'bologna');
    expect(bologna.properties).toMatchObject({ party: 'germany', source: expect.stringContaining('CC BY 4.0') });
    expect((await json('/encirclement?series=italy&date=1945-04-23')).posts).toHaveLength(3);
    const { stretches } = await json('/routes/SS9?series=italy&date=1945-04-16');
    expect(stretches.map((one: { class: string }) => one.class)).toEqual(['allies', 'germany']);
    expect(existsSync(join(folder, 'reports'))).toBe(true);
  });
});
