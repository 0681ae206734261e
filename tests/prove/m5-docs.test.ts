import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { askTimeline } from '../../src/encirclement/timeline.js';
import { timelineMarkdown } from '../../src/reports/render/timeline-markdown.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';

const PAGE = join(PROJECT_ROOT, 'docs/m5.md');
const TABLE = /(<!-- salient timeline --series m5 -->\n)([\s\S]*?)(\n<!-- \/timeline -->)/;

it('the table in docs/m5.md is what `salient timeline --series m5` prints', async () => {
  const store = await m5(await database(SERVER_URL ? 'server' : 'embedded'));
  const printed = timelineMarkdown(await askTimeline(store, { series: 'm5', knownAt: null }));
  const page = readFileSync(PAGE, 'utf8');
  if (process.env.UPDATE_GOLDEN)
    writeFileSync(
      PAGE,
      page.replace(TABLE, (_, open, _old, close) => open + printed + close),
    );
  expect(TABLE.exec(readFileSync(PAGE, 'utf8'))?.[2]).toBe(printed);
});
