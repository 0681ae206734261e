import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { blocks } from '../setup/document-blocks.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

onEachDatabase('addresses in the documents', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const addresses = blocks
    .filter(({ language }) => ['sh', 'html', 'python', 'r'].includes(language))
    .flatMap(({ file, text }) => [
      ...[...text.matchAll(/(?<!OAPIF:)http:\/\/127\.0\.0\.1:8080(\/[^\s'"`)\\]*)/g)].map(([, path]) => [file, path]),
      ...[...text.matchAll(/\{base\}(\/[^'"]*)|paste0\(base, '([^']*)'/g)].map(([, a, b]) => [file, a ?? b]),
    ])
    .filter(([, path]) => path !== '/');

  it.each(addresses as [string, string][])('%s: %s', async (_, path) => {
    const response = await fetch(service.base + path);
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  });
});
