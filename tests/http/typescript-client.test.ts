import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const PROGRAM = `
import createClient from 'openapi-fetch';
import type { paths } from './api.js';

export async function read(baseUrl: string) {
  const client = createClient<paths>({ baseUrl });
  const control = await client.GET('/control', { params: { query: { series: 'm5', date: '2020-01-28' } } });
  const change = await client.GET('/change', { params: { query: { series: 'm5', from: '2019-08-01', to: '2020-02-15' } } });
  const posts = await client.GET('/encirclement', { params: { query: { series: 'm5', date: '2019-08-24' } } });
  if (!control.data || !change.data || !posts.data) throw new Error('no answer');
  if (!('matrix' in change.data)) throw new Error('no matrix');
  const parties: (string | null)[] = control.data.features.map(({ properties }) => properties.party);
  const changed: number = change.data.matrix.reduce((sum, { km2 }) => sum + km2, 0);
  const theatre: number = change.data.theatre_km2;
  const morek = posts.data.posts.find(({ number }) => number === 9);
  const verdict: 'encircled' | 'not_encircled' | 'uncertain' | 'unmapped' | 'inactive' | undefined = morek?.verdict;
  return { parties, changed, theatre, verdict };
}
`;

onEachDatabase('a client generated from /openapi.json', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const folder = mkdtempSync(join(PROJECT_ROOT, 'tests', 'client-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the compiler says of a program that uses the client. */
  function faults(program: string): string[] {
    const file = join(folder, 'program.ts');
    writeFileSync(file, program);
    const { diagnostics } = {
      diagnostics: ts.getPreEmitDiagnostics(
        ts.createProgram([file], {
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          target: ts.ScriptTarget.ES2023,
          module: ts.ModuleKind.NodeNext,
          moduleResolution: ts.ModuleResolutionKind.NodeNext,
          lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
          types: [],
        }),
      ),
    };
    return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  }

  it('compiles, and reads /control, /change and /encirclement with their types', async () => {
    const description = await service.json<Parameters<typeof openapiTS>[0]>('/openapi.json');
    writeFileSync(join(folder, 'api.d.ts'), astToString(await openapiTS(description)));
    expect(faults(PROGRAM)).toEqual([]);
    // The types say something: a member that there is not is found.
    expect(faults(PROGRAM.replace('properties.party', 'properties.owner')).join()).toMatch(/owner/);
    expect(faults(PROGRAM.replace("series: 'm5', date: '2019-08-24'", "series: 'm5'")).join()).toMatch(/date/);
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    const { read } = (await import(join(folder, 'program.ts'))) as {
      read(base: string): Promise<{ parties: string[]; changed: number; theatre: number; verdict: string }>;
    };
    const { parties, changed, theatre, verdict } = await read(service.base);
    expect(parties).toContain('government');
    expect(changed).toBeCloseTo(theatre, 3);
    expect(verdict).toBe('encircled');
  }, 180_000);
});
